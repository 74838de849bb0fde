"""The attributes of a rebuilt tag, in the archive's spelling; what the whitelist does not hold is left out."""

from __future__ import annotations

import re
from urllib.parse import quote

from finews_crawler.content.body.html_tokens import unescape
from finews_crawler.content.body.whitelist import is_allowed_attribute, is_allowed_declaration

# As HTML has it: a name is anything but white space, /, > and =; nh3 quotes values, and escapes the quotes in them.
NH3_ATTRIBUTE = re.compile(r''' ([^ \t\n\f\r/>=]+)="([^"]*)"''')

# The archive has src="…?nid=1.600050&imageType=k&at=1": a bare & before name=, which no browser reads as a reference.
QUERY_AMPERSAND = re.compile(r"&amp;(?=[A-Za-z0-9_]+=)")
SCHEME = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
UNFIT_FOR_URL = re.compile(r"[\s\x00-\x20\x7f\\\"'<>`{}^|]")
UNFIT_FOR_VALUE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def spell_attributes(element: str, attributes: str) -> str:
    """Spell the attributes of a tag of nh3's output, each after a space.

    >>> spell_attributes("img", ' src="HTTP://i.eastmoney.com/a b.png?w=1&amp;h=2" alt="K图 &lt;1&gt;" onload="x()"')
    ' src="http://i.eastmoney.com/a%20b.png?w=1&h=2" alt="K图 &lt;1&gt;"'
    >>> spell_attributes("p", ' style="text-align:center;position:fixed" id="" data-<img="" data-code="1,600999"')
    ' style="text-align:center" data-code="1,600999"'
    """
    spelt: dict[str, str] = {}
    for name, raw in NH3_ATTRIBUTE.findall(attributes):
        value = _spell_value(name, unescape(raw))
        if is_allowed_attribute(element, name, value) and (value or name != "style"):
            spelt.setdefault(name, value)
    return "".join(f' {name}="{value}"' for name, value in spelt.items())


def _spell_value(name: str, value: str) -> str:
    if name in ("href", "src"):
        value = _spell_url(value)
    elif name == "style":
        value = _spell_style(value)
    value = UNFIT_FOR_VALUE.sub(" ", value)
    return QUERY_AMPERSAND.sub("&", _escape(value))


def _escape(value: str) -> str:
    value = value.replace("&", "&amp;").replace('"', "&quot;")
    return value.replace("<", "&lt;").replace(">", "&gt;")


def _spell_url(url: str) -> str:
    scheme = SCHEME.match(url)
    if not scheme:
        return ""
    rest = url[scheme.end() :].strip()
    return f"{(scheme[1] or '').lower()}//" + UNFIT_FOR_URL.sub(lambda match: quote(match.group()), rest)


def _spell_style(style: str) -> str:
    declarations = (_spell_declaration(declaration) for declaration in style.split(";"))
    return ";".join(declaration for declaration in declarations if is_allowed_declaration(declaration))


def _spell_declaration(declaration: str) -> str:
    name, colon, value = declaration.partition(":")
    return f"{name.lower()}{colon}{value}"
