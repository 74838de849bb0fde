#!/bin/sh
# A good guess: `{% seo %}`, which the theme minima has in each page, writes the title of a post as the front matter has
# it, escaped, into <title>, og:title and the headline of its JSON-LD; the front matter is no Markdown.
# What happens: jekyll-seo-tag runs each title through Markdown, and then takes the tags away. Two stars in one title are
# emphasis and vanish, a pipe makes a table of it, `1.` at its start a list, and the quotes become typographic ones. A
# single star stays. jekyll-feed takes its titles through `smartify` alone, so the same post has two titles.
# Why it matters here: *ST and ST are two grades of risk in the names of Chinese shares, and headlines name several. Pages
# of an archive with such a theme then name the wrong one to search engines and previews. The theme of `finews site init`
# escapes titles and does no more.
set -eu
command -v jekyll >/dev/null || { echo "jekyll 4.3 is needed"; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -q -oAPT::Sandbox::User=root download ruby-jekyll-seo-tag=2.8.0-1 >/dev/null
dpkg-deb -x ruby-jekyll-seo-tag_*.deb root
mkdir -p site/_posts site/_layouts
echo '{% seo %}' > site/_layouts/post.html
printf 'title: x\nurl: http://127.0.0.1\nplugins: [jekyll-seo-tag]\n' > site/_config.yml
number=0
while read -r title; do
  number=$((number + 1))
  printf -- '---\nlayout: post\ntitle: "%s"\n---\ntext\n' "$title" > "site/_posts/2026-11-19-$number.md"
done <<'TITLES'
*ST江城、*ST远岫收到关注函
*ST江城收到关注函
远岫航运新品 | 定价58元
1. 江城重工复产
TITLES
RUBYLIB="$folder/root/usr/lib/ruby/vendor_ruby:$folder/root/usr/share/rubygems-integration/all/gems/jekyll-seo-tag-2.8.0/lib" \
  LANG=C.UTF-8 jekyll build -q -s site -d built
for page in built/2026/11/19/?.html; do
  sed -n 's/.*og:title" content="\(.*\)".*/\1/p; s/.*"headline":"\([^"]*\)".*/\1/p' "$page"
done > found
echo "jekyll-seo-tag 2.8.0, og:title and headline of four titles:"
cat found
cat > expected <<'TITLES'
ST江城、ST远岫收到关注函
ST江城、ST远岫收到关注函
*ST江城收到关注函
*ST江城收到关注函
远岫航运新品 定价58元
远岫航运新品 定价58元
江城重工复产
江城重工复产
TITLES
cmp found expected || { echo "the behaviour has changed"; exit 1; }
