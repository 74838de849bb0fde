"""WARC files: written by a crawl, read by a replay, and written by ``finews export --format warc``.

The format is WARC/1.1 (ISO 28500:2017). warcio is an extra, so it is imported only by the functions that use it.
"""
