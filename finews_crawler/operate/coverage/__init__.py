"""Coverage report: articles per day, and gaps in which articles are missing. It writes nothing to the archive."""
