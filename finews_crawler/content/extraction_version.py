"""Version of the rules by which text, tickers and images are read from bodies: apart from them, which few runs need."""

from __future__ import annotations

EXTRACTION_VERSION = 1
"""Version of the rules of ``content.extraction`` and of what it calls, at least 1. Raise it when they give another
content for some body: the index keeps the content, and ``finews reextract`` renews the rows of another version. Raise
it, too, when a body is cleaned in another way: a crawl cleans no article again that is archived as it is."""
