"""FINEWS_ALARM_FEED_FILE: the alerts as Atom (RFC 4287), an entry when one fires and one when it is resolved.

The file is its own state: a run reads it, adds its entries, and replaces it. Nothing in it comes from a secret setting.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4, uuid5

from lxml import etree

from finews_crawler.exporters.atom import NAMESPACE, add_element
from finews_crawler.operate.monitoring.alerts import Alert, AlertState, Notification
from finews_crawler.operate.monitoring.notification import ReportedRun
from finews_crawler.utils.output import write_output

MOST_ENTRIES = 100
MOST_CHARACTERS = 2000
"""Of an alert's text."""
READABLE_BY_ALL = 0o644
"""A web server is another user."""
GENERATOR = "finews_crawler"
URN = "urn:uuid:"


def update_feed(path: Path, run: ReportedRun, new: Iterable[Notification]) -> None:
    """Add entries to the feed, which is created if it is missing. Raises OSError, ValueError for another file."""
    feed_id, before = read_feed(path)
    made = [_entry(feed_id, run, alert, state) for alert, state in new]
    entries = {entry.findtext(_tag("id")): entry for entry in made}
    older = (entry for name, entry in before.items() if name not in entries)
    newest = sorted([*made, *older], key=_updated, reverse=True)[:MOST_ENTRIES]
    root = etree.Element(_tag("feed"), nsmap={None: NAMESPACE})
    add_element(root, "id", f"{URN}{feed_id}")
    add_element(root, "title", f"Alarms of finews_crawler on {run.host}")
    add_element(root, "updated", _text_of(max([run.ended_at, *map(_updated, newest)])))
    add_element(add_element(root, "author"), "name", GENERATOR)
    # Relative to the feed itself, since it may be published anywhere.
    add_element(root, "link", rel="self", type="application/atom+xml", href=quote(path.name))
    add_element(root, "generator", GENERATOR)
    root.extend(newest)
    write_output(path, etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True), READABLE_BY_ALL)


def read_feed(path: Path) -> tuple[UUID, dict[str, Any]]:
    """Return the feed's id and its entries by theirs; a new id if there is no file. Raises OSError, ValueError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return uuid4(), {}
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    entries = {entry.findtext(_tag("id")): entry for entry in root.iterfind(_tag("entry"))}
    if root.findtext(_tag("generator")) != GENERATOR or None in entries:
        raise ValueError("another feed")
    for entry in entries.values():
        _updated(entry)
    return UUID((root.findtext(_tag("id")) or "").removeprefix(URN)), entries


def _entry(feed_id: UUID, run: ReportedRun, alert: Alert, state: AlertState) -> Any:
    """Return an entry whose id is that of this start or end of the alert: it is the same if a run repeats it."""
    entry = etree.Element(_tag("entry"))
    name = f"{alert.name} {alert.since.isoformat()} {state.value}"
    add_element(entry, "id", f"{URN}{uuid5(feed_id, name)}")
    add_element(entry, "title", f"{alert.name} {state.value}")
    add_element(entry, "updated", _text_of(run.ended_at))
    add_element(entry, "published", _text_of(run.ended_at))
    # Some readers do not see the author of the feed.
    add_element(add_element(entry, "author"), "name", GENERATOR)
    for term in (alert.name, state.value):
        add_element(entry, "category", term=term)
    number = "" if run.number is None else f" {run.number}"
    seen = f"Run{number} of {run.spider} on {run.host}; since {_text_of(alert.since)}"
    add_element(entry, "content", f"{alert.text[:MOST_CHARACTERS]}\n{seen}", type="text")
    return entry


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text_of(time: datetime) -> str:
    return time.isoformat(timespec="seconds")


def _updated(entry: Any) -> datetime:
    """Return the time of an entry. Raises ValueError."""
    time = datetime.fromisoformat(entry.findtext(_tag("updated")) or "")
    if time.tzinfo is None:
        raise ValueError("a time without a time zone")
    return time
