"""What the archive holds day by day, and where articles are missing: counts in, holes out; nothing is written."""
