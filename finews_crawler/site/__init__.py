"""The archive as a website: theme, incremental build, preview server."""
