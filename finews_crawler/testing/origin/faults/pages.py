"""The pages that a refusal comes as."""

from __future__ import annotations

VERIFICATION = "<html><head><title>访问验证</title></head><body>请完成验证后继续访问</body></html>"

CHALLENGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>安全检查</title>
<script>
(function () {
  document.cookie = "passed=" + Date.now().toString(36) + "; path=/";
  setTimeout(function () { location.reload(); }, 3000);
})();
</script>
</head>
<body>
<h1>请完成验证</h1>
<p>您的访问过于频繁，请按住滑块拖到最右边，验证通过后页面会自动刷新。</p>
<noscript>请打开浏览器的脚本功能。</noscript>
</body>
</html>
"""

LOGIN = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>用户登录</title>
</head>
<body>
<form method="post" action="/login">
<label>手机号 <input name="phone"></label>
<label>密码 <input name="password" type="password"></label>
<button>登录后查看全文</button>
</form>
</body>
</html>
"""
