"""Spider loader that imports the one spider of a crawl: Scrapy's imports all, a twentieth of a run with nothing new."""

from __future__ import annotations

import builtins
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from scrapy.spiderloader import SpiderLoader
from scrapy.utils.spider import iter_spider_classes

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings


class OneSpiderLoader:
    """Scrapy's loader, but for a spider in a module of its own name: that is loaded alone."""

    def __init__(self, settings: BaseSettings) -> None:
        self.settings = settings

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(settings)

    @cached_property
    def all(self) -> SpiderLoader:
        return SpiderLoader.from_settings(self.settings)

    def load(self, spider_name: str) -> type[Spider]:
        """Return the class of a spider. Raises KeyError."""
        packages = reversed(self.settings.getlist("SPIDER_MODULES")) if spider_name.isidentifier() else ()
        for module in (f"{package}.{spider_name}" for package in packages):
            if find_spec(module):
                for found in iter_spider_classes(import_module(module)):
                    if found.name == spider_name:
                        return found
        return self.all.load(spider_name)

    def list(self) -> builtins.list[str]:
        return self.all.list()

    def find_by_request(self, request: Request) -> builtins.list[str]:
        return self.all.find_by_request(request)
