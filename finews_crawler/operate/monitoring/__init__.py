"""Monitoring: checks on each run when its spider closes, alerts from run to run, notifications and metrics."""
