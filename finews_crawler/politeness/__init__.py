"""Which hosts may be asked, and how: addresses, names, connections, and the pace of Scrapy's downloader."""
