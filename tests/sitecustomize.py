"""Run by every Python that starts with this folder in its PYTHONPATH: all that the tests start (see ``sockets.py``)."""

from sockets import guard

guard()
