"""``finews``, also ``python -m finews_crawler``: the commands of this package, from any folder."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

ARGUMENTS = 2
"""``ExitStatus.ARGUMENTS``, whose module needs packages."""
PACKAGES = {"site-packages", "dist-packages"}
"""Folders of installed packages."""


def main() -> NoReturn:
    """Run the command that ``sys.argv`` names, and exit with its status."""
    gc.disable()  # until the command is loaded: imports make many objects, and leave nothing to collect
    try:
        from finews_crawler import command_line

        command_line.main()
    except KeyboardInterrupt:
        # The interpreter calls it, cleans up, and ends by the signal, so that a shell's loop ends, too.
        sys.excepthook = report_interrupt
        raise
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", "finews_crawler", *sys.stdlib_module_names):
            raise
        hint = (
            "after an update of the source, run `make venv`, which installs what is new; elsewhere, install the wheel "
            "with --force-reinstall"
        )
        if module := users_module(error):
            hint = f"{module} needs it; install it beside finews"
        sys.stderr.write(f"finews: the package {package} is not installed: {hint}\n")
        sys.exit(ARGUMENTS)


def users_module(error: ModuleNotFoundError) -> str:
    """Return the user's file that leads to the missing module; '' if this package and its own do."""
    import sysconfig
    from pathlib import Path
    from traceback import extract_tb

    files = (Path(frame.filename) for frame in extract_tb(error.__traceback__) if not frame.filename.startswith("<"))
    ours = (Path(__file__).parent, Path(sysconfig.get_path("stdlib")))
    # By the names of the folders: a virtual environment may take packages from the system, or from the user's folder.
    users = [
        file
        for file in files
        if not any(file.is_relative_to(folder) for folder in ours) and PACKAGES.isdisjoint(file.parts)
    ]
    return str(users[-1]) if users else ""


def report_interrupt(*_: object) -> None:
    """Write one line instead of a traceback. What a command has written is whole, and its next run does the rest."""
    if sys.stderr is not None:
        sys.stderr.write(f"{' '.join(['finews', *sys.argv[1:2]])}: interrupted: run it again\n")


if __name__ == "__main__":
    main()
