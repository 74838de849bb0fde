"""Scrapy's engine with one task for each request, from the scheduler to the end of its items.

Scrapy 2.19 takes three tasks and five Deferreds to bring a request to its callback, ten tasks to bring what the
callback yields to the pipelines, and inspects the signature of every receiver whenever it sends a signal: half of the
time of a crawl. Scrapy has settings for some of these parts. The others are private, and all use of them is confined to
this package and to ``politeness.downloader_slots``; Scrapy's own code stays the definition, and does all that is rare:
errors, callbacks that are asynchronous, middlewares of another kind.
"""
