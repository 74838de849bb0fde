"""Print the posts of a folder as python-frontmatter and Markdown read them, as JSON lines."""

import json
import sys
from datetime import datetime
from pathlib import Path

import frontmatter
import markdown

for file in Path(sys.argv[1]).glob("*.md"):
    post = frontmatter.load(str(file))
    moment = post["date"] if isinstance(post["date"], datetime) else datetime.fromisoformat(post["date"])
    found = {
        "name": file.name,
        "title": post["title"],
        "published_at": moment.isoformat(),
        "slug": post["categories"],
        "tag": post["tags"],
        "html": markdown.markdown(post.content),
    }
    print(json.dumps(found))
