"""Checks of ``finews doctor``: can a crawl work in this environment, and if not, what to do. They write nothing."""
