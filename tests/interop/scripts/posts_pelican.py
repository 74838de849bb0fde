"""Print the posts of a folder as the reader of Pelican has them, as JSON lines. With an argument more, by a plugin."""

import json
import sys
from pathlib import Path

from pelican.contents import Article
from pelican.readers import Readers
from pelican.settings import DEFAULT_CONFIG, configure_settings

PLUGIN = sys.argv[2:]
settings = configure_settings({**DEFAULT_CONFIG, "PATH": sys.argv[1], "PLUGINS": PLUGIN, "TIMEZONE": "Asia/Shanghai"})
readers = Readers(settings)
if PLUGIN:
    from pelican.plugins.yaml_metadata.yaml_metadata import YAMLMetadataReader

    readers.readers["md"] = YAMLMetadataReader(settings)
for file in Path(sys.argv[1]).glob("*.md"):
    post = readers.read_file(sys.argv[1], file.name, content_class=Article, fmt="md")
    found = {
        "name": file.name,
        "title": post.metadata["title"],
        "published_at": post.date.isoformat(),
        "slug": post.metadata["categories"],
        "tag": [str(tag) for tag in post.tags],
        "html": post.content,
    }
    print(json.dumps(found))
