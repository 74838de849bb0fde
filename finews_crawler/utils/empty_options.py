"""Options of a command line whose values are empty."""

from __future__ import annotations

import argparse
from typing import Any


class StoreGiven(argparse.Action):
    """Stores the value of an option, and notes the first option whose value is empty.

    In a script, an empty value comes from a variable that is not set: as the default, it would select everything.
    """

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if isinstance(values, str) and not values.strip():
            namespace.empty_option = getattr(namespace, "empty_option", option_string)
        setattr(namespace, self.dest, values)


def note_empty_values(parser: argparse.ArgumentParser) -> None:
    """Make ``cli.reading_options`` refuse an empty value of the options that *parser* gets from now on."""
    for action in (None, "store"):
        parser.register("action", action, StoreGiven)
