"""The checks, one module for each kind of output: each has ``CHECKS``."""
