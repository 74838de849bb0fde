"""Fault injection: each fault replaces a finished response by one that upstream has sent, or might send."""
