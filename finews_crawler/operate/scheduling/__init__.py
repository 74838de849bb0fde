"""What runs the crawl when nobody does: a crontab line, or a service and a timer of systemd."""
