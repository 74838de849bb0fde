"""Print the URLs of a site's pages as a crawler finds them from its address: CRAWLER URL."""

import logging
import sys


def scrapy(url):
    from scrapy.crawler import CrawlerProcess
    from scrapy.spiders import SitemapSpider

    found = []

    class Pages(SitemapSpider):
        name = "pages"
        sitemap_urls = (f"{url}/robots.txt",)

        def parse(self, response):
            found.append(response.url)

    process = CrawlerProcess({"ROBOTSTXT_OBEY": True, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False})
    process.crawl(Pages)
    process.start()
    return found


def usp(url):
    from usp.tree import sitemap_tree_for_homepage

    logging.disable()
    return [page.url for page in sitemap_tree_for_homepage(f"{url}/").all_pages()]


def advertools(url):
    import advertools as module

    logging.disable()
    return module.sitemap_to_df(f"{url}/robots.txt")["loc"].dropna().tolist()


crawlers = {"scrapy": scrapy, "usp": usp, "advertools": advertools}
for address in crawlers[sys.argv[1]](sys.argv[2]):
    print(address)
