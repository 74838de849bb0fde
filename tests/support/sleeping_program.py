"""A program that does not end by itself."""

from __future__ import annotations

from pathlib import Path


def sleeping_program(path: Path) -> Path:
    """Write a program to *path* that ends when it is killed, or after a minute."""
    path.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    path.chmod(0o755)
    return path
