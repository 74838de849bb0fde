"""Fetch the URLs of a file with Scrapy, recorded by scrapy-webarchive as a WACZ."""

import sys
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess

urls, out = sys.argv[1:]


class Fetch(scrapy.Spider):
    name = "fetch"
    start_urls = Path(urls).read_text().split()
    custom_settings = {  # noqa: RUF012 (as Scrapy documents it)
        "EXTENSIONS": {"scrapy_webarchive.extensions.WaczExporter": 543},
        "SW_EXPORT_URI": f"{out}/fetched.wacz",
        "CONCURRENT_REQUESTS": 1,
        "LOG_LEVEL": "INFO",
    }

    def parse(self, response):
        pass


process = CrawlerProcess()
process.crawl(Fetch)
process.start()
