"""A crawl on several machines: one coordinator, which holds the archive, and workers, which fetch articles.

``finews crawl`` with FINEWS_CLUSTER puts the articles that it would request on a queue in Redis. ``finews worker``
takes them, requests and parses them, and puts each result on a stream, from which the crawl stores it. redis-py is an
extra: only a run with FINEWS_CLUSTER imports the modules of this folder that use it.
"""
