"""What ``scrapy doctor`` looks at: whether a crawl can work here, and what to do where it cannot. Writes nothing."""
