"""WarcAddon places the recording middleware if FINEWS_WARC_DIR is set."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from finews_crawler.warc.addon import WarcAddon
from finews_crawler.warc.middleware import WarcMiddleware


@pytest.mark.parametrize(("folder", "components"), [("", {}), ("warc", {WarcMiddleware: 950})])
def test_addon_places_the_middleware_only_with_a_folder(folder: str, components: dict[type, int]) -> None:
    settings = Settings({"FINEWS_WARC_DIR": folder})
    WarcAddon().update_settings(settings)
    assert settings.getdict("DOWNLOADER_MIDDLEWARES") == components
