#!/bin/sh
# A good guess: npm's `serve` redirects /page.html to /page because of its option cleanUrls; with `"cleanUrls": false` it
# is a plain file server, which responds to a folder with the index.html in it.
# What happens: without cleanUrls a folder is answered by a listing of its files, index.html among them, the root too.
# Why it matters here: the site has pages in folders (`/emnews/`) beside pages that end with `.html`, so neither value of
# the option serves all of its URLs without a redirect; docs/interop.md names servers that do.
set -eu
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
server=
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix tool serve@14.2.7
mkdir -p site/folder
echo 'the page' > site/page.html
echo 'the index' > site/folder/index.html
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

ask() {
    echo "{\"cleanUrls\": $1}" > serve.json
    node tool/node_modules/serve/build/main.js -n -l "tcp://127.0.0.1:$port" -c "$folder/serve.json" site > log 2>&1 &
    server=$!
    for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$port/" && break; sleep 0.2; done
    page=$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/page.html")
    index=$(curl -s "http://127.0.0.1:$port/folder/" | grep -c -x 'the index' || true)
    kill "$server"
    wait "$server" 2>/dev/null || true
    echo "serve 14.2.7, cleanUrls $1: /page.html $page, /folder/ has the index: $index"
}

ask true
test "$page $index" = "301 1"
ask false
test "$page $index" = "200 0"
