"""Liquid, which Jekyll runs over a post before anything else: one lone ``{%`` fails the whole site."""

from __future__ import annotations

import re

# Of ``{{{`` both first braces are such. ``}}`` and ``%}`` mean nothing on their own.
LIQUID_BRACE = re.compile(r"\{(?=[{%])")


def escape_liquid(text: str) -> str:
    """Spell the brace of each ``{{`` and ``{%`` as a character reference, which reads the same in HTML.

    >>> escape_liquid("{{ page.title }} {% raw %} {1}")
    '&#123;{ page.title }} &#123;% raw %} {1}'
    """
    return LIQUID_BRACE.sub("&#123;", text)
