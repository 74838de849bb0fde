"""Faults on request: each spoils a finished answer the way upstream has been seen, or is feared, to go wrong."""
