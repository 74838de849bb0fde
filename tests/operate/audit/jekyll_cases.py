"""Posts that Jekyll treats differently, and a function that runs the real Jekyll on them."""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64encode
from typing import Any

NAME = "2022-05-18-NW202205182383638060.md"

# Build a site for each case on standard input (name and bytes), and print the outcome of its post.
BUILD_EACH = """
require "jekyll"; require "json"; require "tmpdir"; require "base64"; require "fileutils"
Jekyll.logger.log_level = :error
$stderr.reopen(File::NULL)
strict = ARGV[0] == "strict"
results = JSON.parse($stdin.read).map do |name, content|
  Dir.mktmpdir do |folder|
    source, built = File.join(folder, "source"), File.join(folder, "built")
    FileUtils.mkdir_p([File.join(source, "_posts"), built])
    File.binwrite(File.join(source, "_posts", name), Base64.decode64(content))
    site = Jekyll::Site.new(Jekyll.configuration(
      "source" => source, "destination" => built, "timezone" => "Asia/Shanghai", "future" => false,
      "strict_front_matter" => strict, "quiet" => true, "disable_disk_cache" => true))
    begin
      site.process
      pages = Dir.chdir(built) { Dir.glob("**/*", File::FNM_DOTMATCH).select { |path| File.file?(path) } }
      post = site.posts.docs.first
      {"pages" => pages, "moment" => post && post.date.strftime("%F %T"),
       "categories" => post && Array(post.data["categories"]).uniq}
    rescue Exception => error
      {"error" => error.class.name}
    end
  end
end
puts JSON.dump(results)
"""
Case = tuple[str, bytes]


def post(
    name: str = NAME, *, date: str | None = "2022-05-18 16:48:06 +0800", body: str = "<p>正文</p>", **lines: str | None
) -> Case:
    """Return a post, with lines of its front matter replaced, added, or (None) omitted."""
    values = {"layout": "post", "title": '"标题"', "date": date, "categories": "jia", "tags": "甲新闻", **lines}
    head = "".join(f"{key}: {value}\n" for key, value in values.items() if value is not None)
    return name, f"---\n{head}---\n{body}".encode()


def raw(content: bytes) -> Case:
    return NAME, content


ORDINARY = post()[1]
EXACT: dict[str, Case] = {
    "ordinary": post(),
    # Times
    "no zone in the morning": post(date="2022-05-18 09:00:00"),
    "no zone until 16:00": post(date="2022-05-18 15:59:59"),
    "no zone from 16:00": post(date="2022-05-18 16:00:00"),
    "no zone, quoted": post(date='"2022-05-18 16:48:06"'),
    "no zone, tagged as a string": post(date="!!str 2022-05-18 16:48:06"),
    "no zone, no seconds": post(date="2022-05-18 16:48"),
    "no seconds": post(date="2022-05-18 16:48 +0800"),
    "a day": post(date="2022-05-18"),
    "slashes": post(date="2022/05/18 16:48:06"),
    "slashes and zone": post(date="2022/05/18 16:48:06 +0900"),
    "ISO 8601": post(date="2022-05-18T16:48:06+08:00"),
    "UTC": post(date="2022-05-18T16:48:06Z"),
    "UTC, quoted": post(date="'2022-05-18 16:48:06Z'"),
    "hours of one digit": post(date="2022-05-18 16:48:06 +9"),
    "zone without minutes": post(date="'2022-05-18 16:48:06 +09'"),
    "west": post(date="2022-05-18 16:48:06 -0930"),
    "one digit each": post(date="2022-5-8 6:48:06"),
    "part of a second": post(date="2022-05-18 16:48:06.9 +0800"),
    "30 February": post(date="2022-02-30 10:00:00 +0800"),
    "30 February, no zone": post(date="2022-02-30 10:00:00"),
    "30 February, a day": post(date="2022-02-30"),
    "32 May": post(date="2022-05-32 10:00:00 +0800"),
    "month 13": post(date="2022-13-01 10:00:00 +0800"),
    "minute 60": post(date="2022-05-18 10:60:00 +0800"),
    "zone of a day": post(date="2022-05-18 16:48:06 +2400"),
    "no date": post(date=None),
    "empty date": post(date=""),
    "null date": post(date="~"),
    "no date in it": post(date="yesterday"),
    "true": post(date="true"),
    "a year": post(date="2022"),
    "by an alias": raw(b"---\nx: &day 2022-05-18 16:48:06\ndate: *day\n---\n"),
    "twice": post(title='"a"\ndate: 2021-01-01'),
    "future": post(date="2099-05-18 16:48:06 +0800"),
    # Names
    "no day in the name": post("NW202205182383638060.md"),
    "hyphen first": post("-202205262391921712.md"),
    "dot first": post(".2022-05-18-NW202205182383638060.md"),
    "underscore first": post("_2022-05-18-NW202205182383638060.md"),
    "tilde last": post("2022-05-18-NW202205182383638060.md~"),
    "no extension": post("2022-05-18-NW202205182383638060"),
    "another day": post("2022-05-17-NW202205182383638060.md"),
    "no day of the calendar": post("2022-13-45-NW202205182383638060.md"),
    "no day of the calendar, no date": post("2022-13-45-NW202205182383638060.md", date=None),
    "30 February in the name": post("2022-02-30-NW202205182383638060.md", date=None),
    "future name": post("2099-01-01-NW202205182383638060.md", date=None),
    "html": post("2022-05-18-NW202205182383638060.html"),
    "markdown": post("2022-05-18-NW202205182383638060.markdown"),
    "capitals": post("2022-05-18-NW202205182383638060.MD"),
    "marks in the name": post("2022-05-18-公告：a_b [c]--d.md"),
    "line break in the name": post("2022-05-18-a\nb.md"),
    "dots at the end": post("2022-05-18-a...md"),
    # Bytes
    "GBK": raw(ORDINARY.decode().encode("gbk")),
    "UTF-16": raw(ORDINARY.decode().encode("utf-16")),
    "cut character": raw(ORDINARY[:-5]),
    "BOM": raw(b"\xef\xbb\xbf" + ORDINARY),
    "CRLF": raw(ORDINARY.replace(b"\n", b"\r\n")),
    "CR": raw(ORDINARY.replace(b"\n", b"\r")),
    "NUL in the body": post(body="<p>\0</p>"),
    "NUL in the front matter": post(title='"\0"'),
    "backspace in the front matter": post(title='"\b"'),
    "empty": raw(b""),
    # Front matter
    "none": raw(b"<p>text</p>"),
    "a blank line before": raw(b"\n" + ORDINARY),
    "not closed": raw(b"---\ntitle: a\n<p>text"),
    "closed by dots": raw(ORDINARY.replace(b"---\n<p>", b"...\n<p>")),
    "spaces after the rules": raw(ORDINARY.replace(b"---\n", b"---  \n")),
    "without lines": raw(b"---\n---\ntext"),
    "false": raw(b"---\nfalse\n---\ntext"),
    "a list": raw(b"---\n- a\n---\ntext"),
    "a word": raw(b"---\nword\n---\ntext"),
    "quotes in quotes": post(title='"他说"好"了"'),
    "indented by a tab": raw(b"---\n\ttitle: a\n---\n"),
    "an object": post(title="!ruby/object:Object {}"),
    "an unknown tag": post(title="!foo bar"),
    "an unknown alias": post(title="*a"),
    "an alias of itself": post(title="&a [*a]"),
    "many brackets": raw(b"---\na: " + b"[" * 5000 + b"\n---\n"),
    "many levels": raw(b"---\na:\n " + b"- " * 5000 + b"b\n---\n"),
    "a second document": raw(b"---\ndate: 2022-05-18\n--- x\n---\n"),
    "not published": post(published="false"),
    "published: no": post(published="no"),
    "published: nothing": post(published=""),
    "published: a text": post(published='"false"'),
    # Categories and addresses
    "spaces": post(categories="21shijijingjibaodao  nancailicaitong"),
    "spaces, quoted": post(categories='"21shijijingjibaodao  nancailicaitong"'),
    "spaces, in a list": post(categories='["21shijijingjibaodao  nancailicaitong"]'),
    "ideographic space": post(categories="a\u3000b"),
    "capital letters": post(categories="[TechWeb, Techweb]"),
    "parentheses": post(categories="anxinguojizhengquan(xianggang)"),
    "Chinese": post(categories="财经"),
    "a number": post(categories="2022"),
    "a number with commas": post(categories="1,0"),
    "1e5": post(categories="1e5"),
    "hexadecimal": post(categories="0x1f"),
    "a fraction": post(categories="1.5"),
    "sexagesimal": post(categories="1:30"),
    "yes": post(categories="Yes"),
    "y": post(categories="y"),
    "a date as category": post(categories="2022-05-18"),
    "a mapping": post(categories="{a: b}"),
    "nothing": post(categories=""),
    "no categories": post(categories=None),
    "numbers in a list": post(categories="[2022, a]"),
    "category": post(categories=None, category="A b"),
    "both": post(category="yi"),
    "a category that ends with a dot": post(categories="meiti."),
    "a category whose lower case is too long": post(categories="İ" * 100),
    "slash": post(categories='["a/b"]'),
    "upwards": post(categories='["../a."]'),
    "marks in a category": post(categories="['a#b?c%41[d]^\"<e>*\\']"),
    "NUL in a category": post(categories='["a\\0b"]'),
    "a long category": post(categories="a" * 300),
    "permalink": post(permalink="/x/y"),
    "permalink of a folder": post(permalink="/x/y/"),
    "permalink of a file": post(permalink="x.xml"),
    "permalink of an unknown part": post(permalink="/:foo/"),
    "permalink a number": post(permalink="5"),
    "slug": post(slug="A b"),
    "slug a number": post(slug="5"),
    # Liquid
    "lone tag": post(body="<p>涨5{%</p>"),
    "open braces": post(body="<p>{{ x</p>"),
    "braces closed by one": post(body="{{x}"),
    "unknown tag": post(body="{% foo %}"),
    "Liquid that is not run": post(body="{% foo %}", render_with_liquid="false"),
    "Liquid in the title": post(title='"{{ a {% b"'),
    "closing braces": post(body="%} }}"),
}
# Jekyll misreads these, or reads them by rules that are not emulated in full: predicted as refused.
CAREFUL: dict[str, Case] = {
    "hour 24": post(date="2022-05-18 24:00:00 +0800"),
    "second 60": post(date="2022-05-18 10:00:60 +0800"),
    "named zone": post(date="2022-05-18 16:48:06 CST"),
    "an offset that Ruby ignores": post(date="'2022-05-18 16:48:06 +9'"),
    "digits": post(date="20220518"),
    "a list of dates": post(date="[2022-05-18]"),
    "two digits": post("22-05-18-NW202205182383638060.md", date=None),
    "before 1992": post(date="1985-05-18 16:48:06 +0800"),
    "Liquid that runs": post(body="{{ page.title }}"),
    "unknown filter": post(body="{{ 'x' | foo }}"),
    "raw Liquid": post(body="{% raw %}{{{% endraw %}"),
    "colon": post(categories="a:b"),
    "colon after digits": post(categories='["21:b"]'),
    "a category like a file of the site": post(categories="Robots.txt"),
    "words of YAML in a list": post(categories="[yes, ~]"),
    "a list in a list": post(categories="[[a]]"),
    "permalink by parts": post(permalink="/:title/"),
    "a symbol": post(title=":word"),  # Jekyll 4.3.4 (Debian 13) reads it, 4.3.1 refuses
}


def build(cases: list[Case], mode: str) -> list[dict[str, Any]]:
    """Return the outcome of each case."""
    done = subprocess.run(
        ["ruby", "-e", BUILD_EACH, mode],
        input=json.dumps([(name, b64encode(content).decode()) for name, content in cases]),
        env={**os.environ, "LANG": "C.UTF-8"},
        text=True,
        capture_output=True,
        check=True,
    )
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results
