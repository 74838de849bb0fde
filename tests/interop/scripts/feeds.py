"""Print the entries of feeds, their URLs given, as the module named first reads them: JSON lines."""

import json
import sys
from urllib.request import urlopen


def feedparser(url):
    import feedparser as reader

    feed = reader.parse(url)
    own = next(link.href for link in feed.feed.links if link.rel == "self")
    for entry in feed.entries:
        times = {f"{name}_parsed": entry.get(f"{name}_parsed") for name in ("published", "updated")}
        yield {
            "feed": feed.feed.title,
            "self": own,
            "id": entry.id,
            "title": entry.title,
            "link": entry.get("link"),
            "author": entry.get("author", ""),
            "tags": [tag.term for tag in entry.get("tags", [])],
            "html": entry.content[0].value if "content" in entry else entry.get("summary", ""),
            **{name.removesuffix("_parsed"): iso(time) for name, time in times.items()},
        }


def iso(parsed):
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+00:00".format(*parsed[:6])


def atoma(url):
    import atoma as reader

    feed = reader.parse_atom_bytes(urlopen(url).read())
    own = next(link.href for link in feed.links if link.rel == "self")
    for entry in feed.entries:
        text = entry.content or entry.summary
        yield {
            "feed": feed.title.value,
            "self": own,
            "id": entry.id_,
            "title": entry.title.value,
            "link": next((link.href for link in entry.links if link.rel in (None, "alternate")), None),
            "author": ", ".join(author.name for author in entry.authors),
            "tags": [category.term for category in entry.categories],
            "html": text.value if text else "",
            "published": entry.published.isoformat(),
            "updated": entry.updated.isoformat(),
        }


def fastfeedparser(url):
    import fastfeedparser as reader

    feed = reader.parse(url)
    own = [link["href"] for link in feed.feed.get("links", []) if link.get("rel") == "self"]
    for entry in feed.entries:
        yield {
            "feed": feed.feed["title"],
            "self": own[0] if own else None,
            "id": entry["id"],
            "title": entry["title"],
            "link": entry.get("link"),
            "author": entry.get("author", ""),
            "tags": [tag["term"] for tag in entry.get("tags", [])],
            "html": entry["content"][0]["value"] if entry.get("content") else entry.get("description", ""),
            "published": entry["published"],
            "updated": entry["updated"],
        }


read = {"feedparser": feedparser, "atoma": atoma, "fastfeedparser": fastfeedparser}[sys.argv[1]]
for address in sys.argv[2:]:
    for number, found in enumerate(read(address)):
        print(json.dumps({"url": address, "number": number, **found}))
