"""Access to the running extensions of a crawler."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ExtensionT = TypeVar("ExtensionT")


def extension_of(crawler: Crawler, extension_class: type[ExtensionT]) -> ExtensionT:
    """Return the running extension of this class, or of a subclass of it.

    Raises RuntimeError when EXTENSIONS has it disabled: the component that needs it cannot work without.
    """
    extension = crawler.get_extension(extension_class)
    if extension is None:
        name = f"{extension_class.__module__}.{extension_class.__qualname__}"
        raise RuntimeError(f"the extension {name} is disabled: enable it in EXTENSIONS")
    return extension
