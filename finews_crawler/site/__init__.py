"""The archive as a site that people read: theme, builder, server."""
