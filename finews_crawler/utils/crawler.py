"""Components of a crawler: extensions, middlewares and pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from scrapy import signals
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

if TYPE_CHECKING:
    from typing import Self

    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler

ExtensionT = TypeVar("ExtensionT")
COMPONENT_SETTINGS = ("EXTENSIONS", "SPIDER_MIDDLEWARES", "DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES")


class CrawlerComponent:
    """Base of the components. A method with the name of a Scrapy signal, such as ``spider_closed``, receives it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        component = cls(crawler)
        for name, signal in vars(signals).items():
            if not name.startswith("_") and hasattr(component, name):
                crawler.signals.connect(getattr(component, name), signal)
        return component


def extension_of(crawler: Crawler, extension_class: type[ExtensionT]) -> ExtensionT:
    """Return the running extension of this class, or of a subclass of it.

    Raises RuntimeError when EXTENSIONS has it disabled: the component that needs it cannot work without.
    """
    extension = crawler.get_extension(extension_class)
    if extension is None:
        name = f"{extension_class.__module__}.{extension_class.__qualname__}"
        raise RuntimeError(f"the extension {name} is disabled: enable it in EXTENSIONS")
    return extension


def is_busy(engine: ExecutionEngine) -> bool:
    """Return True while requests or items are under way or pending, as ``engine.spider_is_idle`` within the start."""
    scraper_slot, scheduler = engine.scraper.slot, engine.scheduler
    is_scraping = scraper_slot is not None and not scraper_slot.is_idle()
    is_pending = scheduler is not None and scheduler.has_pending_requests()
    return is_scraping or is_pending or bool(engine.downloader.active)


def switch_off(settings: BaseSettings, attribute: str) -> None:
    """Disable every component in *settings* whose class has a true *attribute*.

    >>> class Poller:
    ...     live_only = True
    >>> settings = BaseSettings({"EXTENSIONS": {Poller: 290, "scrapy.extensions.logstats.LogStats": 0}})
    >>> switch_off(settings, "live_only")
    >>> list(settings.getdict("EXTENSIONS").values())
    [None, 0]
    """
    for name in COMPONENT_SETTINGS:
        for component in settings.getdict(name):
            component_class = load_object(component)
            if getattr(component_class, attribute, False):
                settings.set_in_component_priority_dict(name, component_class, None)
