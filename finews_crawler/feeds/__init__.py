"""What the archive gives to those who read along: exports from the index, whole or only what has changed."""
