"""The least that crawls the same articles with Scrapy: ``scrapy runspider bare_spider.py -a codes=FILE -a url=URL``."""

from pathlib import Path

import scrapy


class BareSpider(scrapy.Spider):
    name = "bare"

    async def start(self):
        for code in Path(self.codes).read_text().split():
            yield scrapy.Request(f"{self.url}/NewsData/GetNewsText.do?id={code}")

    def parse(self, response):
        pass
