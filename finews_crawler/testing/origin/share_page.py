"""NewsShare.html: an HTML shell that a script fills in. It holds no article, whatever infoCode it is asked for."""

from __future__ import annotations

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
