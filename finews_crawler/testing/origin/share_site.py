"""GetNewsText.do: one article as JSON, with the keys of one list or of another."""

from __future__ import annotations

from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.json_encoding import to_json

SHARE_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>资讯</title>
</head>
<body>
<div id="newsTitle"></div>
<div id="newsTime"></div>
<div id="newsContent">加载中…</div>
<script>
(function () {
  var code = new URLSearchParams(location.search).get("infoCode") || "";
  fetch("/NewsData/GetNewsText.do?id=" + encodeURIComponent(code))
    .then(function (answer) { return answer.json(); })
    .then(function (news) {
      document.getElementById("newsTitle").textContent = news.title || "";
      document.getElementById("newsTime").textContent = news.showtime || news.datetime || "";
      document.getElementById("newsContent").innerHTML = news.text || "";
    });
})();
</script>
</body>
</html>
""".encode()


# An article that is gone, blocked or unknown has status 200 and empty bodies (upstream.md, "GetNewsText.do").
EMPTY_BODIES = {"text": "", "content": ""}


def news_text(article: OriginArticle) -> bytes:
    bodies = {"text": article.text_html, "content": article.content_html}
    return to_json({"infoCode": article.info_code, "title": article.title, **time_and_medium(article), **bodies})


def time_and_medium(article: OriginArticle) -> dict[str, str]:
    """Return time and outlet under the keys of ``media`` for an even infoCode, of ``market`` for an odd one.

    Articles that are only in rolling have no outlet.
    """
    even = int(article.info_code[-1]) % 2 == 0
    time_key, medium_key = ("showtime", "from") if even else ("datetime", "medianame")
    medium = {medium_key: article.media_name} if article.media_name else {}
    return {time_key: article.showtime, **medium}
