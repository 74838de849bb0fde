"""Run by every Python that the tests start: this folder is in its PYTHONPATH (see ``network_guard.py``)."""

from tests.support.network_guard import guard
from tests.support.simulated_clock import set_clock

guard()
set_clock()
