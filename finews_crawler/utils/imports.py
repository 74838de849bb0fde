"""Imports of what a setting names: any code may run in them, and fail in any way."""

from __future__ import annotations

from collections.abc import Callable
from traceback import extract_tb

FIND = ": install it beside finews, or put its folder into PYTHONPATH"
CORRECT = ": correct it, or leave it out"


def import_problem(load: Callable[[str], object], path: str, tolerated: tuple[type[Exception], ...] = ()) -> str:
    """Return why *load* cannot import *path*, and what to do, as the end of a message; '' if it can.

    *tolerated*: exceptions that are no problem.

    >>> import_problem(__import__, "json"), import_problem(__import__, "nowhere").partition(":")[0]
    ('', "(No module named 'nowhere')")
    """
    try:
        load(path)
    except tolerated:
        return ""
    except (Exception, SystemExit) as error:  # noqa: BLE001 (of the module: an exit would pass for one of the command)
        is_missing = isinstance(error, ModuleNotFoundError) and "." not in (error.name or ".")
        return f"({_described(error)}){FIND if is_missing else CORRECT}"
    return ""


def _described(error: BaseException) -> str:
    """Return an exception in one line; with its type and place, if its text says nothing without them."""
    text = " ".join(str(error).split())
    if isinstance(error, SyntaxError | ImportError):
        return text
    frame = extract_tb(error.__traceback__)[-1]
    if frame.name == "load_object":  # of Scrapy, whose message names what it lacks
        return text
    return f"{type(error).__name__}: {text}, {frame.filename}, line {frame.lineno}"
