"""The log file of a run: JSON lines, rotated by size."""
