"""What other programs make of the files that the archive writes, and it of theirs: ``make interop``."""
