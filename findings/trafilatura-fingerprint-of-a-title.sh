#!/bin/sh
# A good guess: trafilatura's `fingerprint` of a page, a Simhash in the metadata of each result, is of its title and
# text, in Chinese as in English: two articles of which nothing but the title is the same have different ones, and an
# article whose figures were corrected has a similar one, but another.
# What happens: a token is what white space separates, and counts only if it is all letters and digits. A Chinese
# sentence is one token with a comma in it, and is left out. There is a second way for texts with Chinese punctuation,
# but it is taken only if no token is left at all, and a title without punctuation is one. So the fingerprint is that
# of the title, and of what else stands between spaces; Simhash and content_fingerprint of the module do the same.
# Why it matters here: reports come daily under one title (the limit-up list, notices of the evening), and upstream
# corrects articles under theirs. A table of pages without repeated fingerprints lacks the former, and a comparison
# with yesterday's sees no correction. Compare `text` of an export, or its revisions (docs/exports.md).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check trafilatura==2.3.1 lxml==6.1.3 lxml_html_clean==0.4.6
cat > "$folder/compare.py" <<'PY'
import json
from importlib.metadata import version

from trafilatura import extract
from trafilatura.deduplication import Simhash

PAGE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>{1}</article></body></html>"
SHIPS = ["周三，远岫航运披露一季报，净利润同比增长45%。", "公司表示，冷藏箱产线已满负荷运行，在手订单超过58.9亿元。"]
MILK = ["记者获悉，沐野乳品拟在大连投建低温奶基地，总投资62.5亿元。", "项目分两期建设，首期明年投产，可新增就业三千人。"]
SHIPS_EN = ["On Wednesday, Yuanxiu Shipping reported a net profit that was up 45% in the first quarter."]
MILK_EN = ["Muye Dairy, a maker of fresh milk, builds a plant in Dalian for 6 billion yuan, it is said."]


def fingerprint(title: str, paragraphs: list[str]) -> str:
    html = PAGE.format(title, "".join(f"<p>{text}</p>" for text in paragraphs))
    page = json.loads(extract(html, output_format="json", with_metadata=True))
    assert all(text in page["text"] for text in paragraphs), "the text was not extracted"
    return page["fingerprint"]


def similarity(one: str, two: str) -> float:
    return Simhash(existing_hash=one).similarity(Simhash(existing_hash=two))


ships, milk = fingerprint("晚间公告速递", SHIPS), fingerprint("晚间公告速递", MILK)
corrected = fingerprint("晚间公告速递", [text.replace("增长45%", "下降54%") for text in SHIPS])
english = similarity(fingerprint("Evening notices", SHIPS_EN), fingerprint("Evening notices", MILK_EN))
print(f"trafilatura {version('trafilatura')}: {ships}, the article of ships")
print(f"{milk}, one of milk under the same title; {corrected}, that of ships, corrected")
print(f"{fingerprint('公告：晚间速递', SHIPS)}, with punctuation in its title")
print(f"two articles in English under one title: similarity {english}")
assert ships == milk == corrected, "the behaviour has changed"
assert len({ships, *(fingerprint("公告：晚间速递", texts) for texts in (SHIPS, MILK))}) == 3, "the behaviour has changed"
assert english < 1, "the behaviour has changed"
PY
"$folder/venv/bin/python" "$folder/compare.py"
