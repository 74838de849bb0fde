"""Serializes the well-formed output of nh3 as an ordinary body: blocks and comments in the archive's spelling."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

from finews_crawler.content.body.grammar import MAX_DEPTH, is_ordinary
from finews_crawler.content.body.html_tokens import VOID_ELEMENTS, unescape
from finews_crawler.content.body.named_elements import PLAYERS, hides
from finews_crawler.content.body.whitelist import (
    BLOCK_ELEMENTS,
    NESTED_BLOCKS,
    is_allowed_attribute,
    is_allowed_declaration,
)

# HTML allows anything in a name but white space, /, > and =. nh3 quotes values and escapes the quotes in them.
NH3_ATTRIBUTE = re.compile(r''' ([^ \t\n\f\r/>=]+)="([^"]*)"''')

# The archive has src="…?nid=1.600050&imageType=k&at=1": before name=, no browser takes a bare & for a reference.
QUERY_AMPERSAND = re.compile(r"&amp;(?=[A-Za-z0-9_]+=)")
SCHEME = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
LINE_BREAKS_AND_TABS = dict.fromkeys(map(ord, "\t\n\r"))
UNFIT_FOR_URL = re.compile(r"[\s\x00-\x20\x7f\\\"'<>`{}^|]")
UNFIT_FOR_VALUE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def serialize_attributes(element: str, attributes: str) -> str:
    """Return the allowed attributes of a tag of nh3's output in the archive's spelling, each after a space.

    >>> raw = ' src="HTTP://i.eastmoney.com/a b.png?w=1&amp;h=2" alt="K图 &lt;1&gt;" onload="x()"'
    >>> serialize_attributes("img", raw)
    ' src="http://i.eastmoney.com/a%20b.png?w=1&h=2" alt="K图 &lt;1&gt;"'
    >>> serialize_attributes("p", ' style="text-align:center;position:fixed" id="" data-<img="" data-code="1,600999"')
    ' style="text-align:center" data-code="1,600999"'
    """
    spelt: dict[str, str] = {}
    for name, raw in NH3_ATTRIBUTE.findall(attributes):
        value = _spell_value(name, unescape(raw))
        if is_allowed_attribute(element, name, value) and (value or name != "style"):
            spelt.setdefault(name, value)
    return "".join(f' {name}="{value}"' for name, value in spelt.items())


def is_hidden(element: str, attributes: str) -> bool:
    """Return True if a browser does not show an element, given its name and attributes in nh3's spelling.

    ``display:none`` counts only where it is not written: it hides the element in the post as well.

    >>> is_hidden("p", ' hidden=""'), is_hidden("p", ' hidden="" style="display:block"'), is_hidden("video", "")
    (True, False, True)
    >>> is_hidden("p", ' style="display:none"'), is_hidden("p", ' style="display:none/**/"')
    (False, True)
    """
    if element in PLAYERS:
        return True
    if "hidden" not in attributes and "display" not in attributes.lower():
        return False
    values = {name: unescape(value) for name, value in NH3_ATTRIBUTE.findall(attributes)}
    return hides(values) and not hides({"style": _spell_style(values.get("style", ""))})


def _spell_value(name: str, value: str) -> str:
    if name in ("href", "src"):
        value = spell_url(value)
    elif name == "style":
        value = _spell_style(value)
    value = html.escape(UNFIT_FOR_VALUE.sub(" ", value), quote=False).replace('"', "&quot;")
    return QUERY_AMPERSAND.sub("&", value)


def spell_url(url: str) -> str:
    """Return a URL of http(s) as posts spell it, without line breaks and tabs, as in browsers; '' for any other."""
    url = url.translate(LINE_BREAKS_AND_TABS)
    scheme = SCHEME.match(url)
    if not scheme:
        return ""
    rest = url[scheme.end() :].strip()
    return f"{(scheme[1] or '').lower()}//" + UNFIT_FOR_URL.sub(lambda match: quote(match.group()), rest)


def _spell_style(style: str) -> str:
    parts = (declaration.partition(":") for declaration in style.split(";"))
    return ";".join(filter(is_allowed_declaration, (f"{name.lower()}{colon}{value}" for name, colon, value in parts)))


# nh3 escapes < and > in text and values, so each match is a tag. It does not in attribute names, as in <a data-<>,
# hence the full pattern of attributes instead of [^>]*.
NH3_TOKEN = re.compile(
    rf"(?P<comment><!--.*?-->)|<(?P<closing>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?:{NH3_ATTRIBUTE.pattern})*)>",
    re.DOTALL,
)
# Words, dots and hyphens: comments of other kinds are for browsers or templates, such as <!--[if IE]>.
COMMENT_OF_WORDS = re.compile(r"<!--[ .-]*\w[\w .-]*-->")
BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")


class BodySerializer:
    """Writes nh3's output as blocks. Inline content at the top level gets a paragraph of its own."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[tuple[str, bool]] = []  # (name, written): of too deep a tag only the text is written
        self._run_start: int | None = None  # index in _parts of the paragraph around an inline run
        self._run_holds_block = False
        self._newline = False  # True after a newline at the top level
        self._hidden_depth = 0  # open elements of the innermost hidden one
        self.has_hidden = False
        """True if something was left out that no reader would see."""

    def write(self, cleaned: str) -> str:
        """Return *cleaned*, one string of nh3's output, in the archive's spelling."""
        end = 0
        for match in NH3_TOKEN.finditer(cleaned):
            self._text(cleaned[end : match.start()])
            end = match.end()
            if self._hidden_depth or is_hidden(match["name"] or "", match["attributes"] or ""):
                self._hide(match)
            elif match["comment"]:
                self._comment(match["comment"])
            elif match["closing"]:
                self._end_tag(match["name"])
            else:
                self._start_tag(match["name"], match["attributes"])
        self._text(cleaned[end:])
        self._end_run()
        return "".join(self._parts)

    def _hide(self, match: re.Match[str]) -> None:
        self.has_hidden = True
        if match["name"] and match["name"] not in VOID_ELEMENTS:
            self._hidden_depth += -1 if match["closing"] else 1

    def _text(self, text: str) -> None:
        if self._hidden_depth:
            return
        if self._open:
            self._parts += [text] if text else []
            return
        first, *others = BLANK_LINE.split(text)
        self._text_at_top(first)
        for other in others:
            self._end_run()
            self._newline = True
            self._text_at_top(other)

    def _text_at_top(self, text: str) -> None:
        if self._run_start is not None:
            self._parts.append(text)
        elif text.strip():
            self._start_run()
            self._parts.append(text.lstrip())
        else:
            self._newline = self._newline or "\n" in text

    def _comment(self, spelling: str) -> None:
        # The parser also turns <?php … ?> and the like into comments.
        if not (COMMENT_OF_WORDS.fullmatch(spelling) and is_ordinary(spelling)):
            return
        if not self._open:
            self._end_run()
            self._newline = False
        self._parts.append(spelling)

    def _start_tag(self, name: str, attributes: str) -> None:
        spelt = serialize_attributes(name, attributes)
        if name == "img" and ' src="' not in spelt:
            return  # invisible: its URL was not one of http(s)
        is_block = name in BLOCK_ELEMENTS
        if not self._open and is_block:
            self._end_run()
            self._separate()
        elif not self._open and self._run_start is None:
            self._start_run()
        self._run_holds_block |= is_block or name in NESTED_BLOCKS
        is_written = len(self._open) < MAX_DEPTH - 2
        if is_written:
            self._parts.append(f"<{name}{spelt}{' /' if name in VOID_ELEMENTS else ''}>")
        if name not in VOID_ELEMENTS:
            self._open.append((name, is_written))

    def _end_tag(self, name: str) -> None:
        is_written = self._open.pop()[1]
        if is_written and self._parts[-1] == "<p>":
            self._parts.pop()  # an empty paragraph, with the separator before it
            if not self._open and self._parts and self._parts[-1] == "\n ":
                self._parts.pop()
                self._newline = True
        elif is_written:
            self._parts.append(f"</{name}>")

    def _separate(self) -> None:
        if self._newline and self._parts and not self._parts[-1].startswith("<!--"):
            self._parts.append("\n ")
        self._newline = False

    def _start_run(self) -> None:
        self._separate()
        self._run_start = len(self._parts)
        self._run_holds_block = False
        self._parts.append("<p>")

    def _end_run(self) -> None:
        """Close the paragraph around an inline run. It becomes a <div> if the run contains a block."""
        if self._run_start is None:
            return
        name = "div" if self._run_holds_block else "p"
        self._parts[self._run_start] = f"<{name}>"
        self._parts[-1] = self._parts[-1].rstrip()
        self._parts.append(f"</{name}>")
        self._run_start = None
