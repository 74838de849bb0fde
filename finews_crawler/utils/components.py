"""Switching off components (extensions, middlewares, pipelines) that declare it by a class attribute."""

from __future__ import annotations

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

COMPONENT_SETTINGS = ("EXTENSIONS", "SPIDER_MIDDLEWARES", "DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES")


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
