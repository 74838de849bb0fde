"""Write the posts of the folder IN to OUT as a Python library dumps them: LIBRARY IN OUT."""

import io
import sys
from pathlib import Path


def frontmatter(text):
    import frontmatter as module

    return module.dumps(module.loads(text))


def ruamel(text):
    from ruamel.yaml import YAML

    yaml = YAML()
    _, head, body = text.split("---\n", 2)
    out = io.StringIO()
    yaml.dump(yaml.load(head), out)
    return f"---\n{out.getvalue()}---\n{body}"


def pyyaml(text):
    import yaml

    _, head, body = text.split("---\n", 2)
    return f"---\n{yaml.safe_dump(yaml.safe_load(head), default_flow_style=True, width=40)}---\n{body}"


write = {"python-frontmatter": frontmatter, "ruamel.yaml": ruamel, "PyYAML": pyyaml}[sys.argv[1]]
for file in Path(sys.argv[2]).glob("*.md"):
    (Path(sys.argv[3]) / file.name).write_text(write(file.read_text("utf-8")), "utf-8")
