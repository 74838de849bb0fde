"""The crawl of ``finews images``: pictures of archived articles, with the politeness of every other crawl."""
