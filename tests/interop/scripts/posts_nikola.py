"""Print the posts of a built Nikola site, the current folder, as JSON lines."""

import json

import conf
from nikola import Nikola

site = Nikola(**conf.__dict__)
site.init_plugins()
site.scan_posts()
for post in site.timeline:
    found = {
        "name": post.source_path,
        "title": post.title(),
        "published_at": post.date.isoformat(),
        "slug": post.meta("categories"),
        "tag": post.tags,
        "html": post.text(),
    }
    print(json.dumps(found))
