"""Run by every Python that starts with this folder in its PYTHONPATH: all that the tests start (see ``sockets.py``)."""

from simulated_time import set_clock
from sockets import guard

guard()
set_clock()
