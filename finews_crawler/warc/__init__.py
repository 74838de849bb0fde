"""Exchanges with upstream as WARC files: written by a crawl, and read again by a replay of it.

The format is WARC/1.1 (ISO 28500:2017). warcio, an extra, is imported where it is needed and nowhere else.
"""
