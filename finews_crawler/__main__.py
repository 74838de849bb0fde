"""``finews``, also ``python -m finews_crawler``: the commands of this package, from any folder."""

from __future__ import annotations

import gc
from typing import NoReturn


def main() -> NoReturn:
    """Run the command that ``sys.argv`` names, and exit with its status."""
    gc.disable()  # until the command is loaded: imports make many objects, and leave nothing to collect
    from finews_crawler import command_line

    command_line.main()


if __name__ == "__main__":
    main()
