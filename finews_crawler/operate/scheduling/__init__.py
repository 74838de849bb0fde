"""Schedules for periodic crawls: a crontab line, or a systemd service and timer."""
