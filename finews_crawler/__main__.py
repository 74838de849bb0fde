"""``finews``, also ``python -m finews_crawler``: the commands of this package, from any folder."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

ARGUMENTS = 2
"""``ExitStatus.ARGUMENTS``, whose module needs packages."""


def main() -> NoReturn:
    """Run the command that ``sys.argv`` names, and exit with its status."""
    gc.disable()  # until the command is loaded: imports make many objects, and leave nothing to collect
    try:
        from finews_crawler import command_line

        command_line.main()
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", "finews_crawler", *sys.stdlib_module_names):
            raise
        sys.stderr.write(
            f"finews: the package {package} is not installed: after an update of the source, run `make venv`, which "
            "installs what is new; elsewhere, install the wheel with --force-reinstall\n"
        )
        sys.exit(ARGUMENTS)


if __name__ == "__main__":
    main()
