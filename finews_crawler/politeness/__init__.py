"""Allowed hosts, robots.txt, delays, back-off and bans: the conditions under which a request is sent."""
