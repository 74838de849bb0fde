"""Print what an extractor reads from the pages of posts, their files given by stdin: EXTRACTOR; JSON lines."""

import json
import sys
from pathlib import Path


def trafilatura(page, url):
    from trafilatura import bare_extraction

    found = bare_extraction(page, url=url, with_metadata=True)
    found = found if isinstance(found, dict) else found.as_dict()
    return found["title"], found["date"], found["text"], found["author"]


def newspaper4k(page, url):
    from newspaper import Article

    article = Article(url, language="zh")
    article.download(input_html=page)
    article.parse()
    # It takes the day from the URL.
    found = article.publish_date
    moment = "" if found is None else found.isoformat() if found.tzinfo else found.date().isoformat()
    return article.title, moment, article.text, ", ".join(article.authors)


def readability(page, url):
    from lxml import html
    from readability import Document

    document = Document(page, url=url)
    return document.title().removesuffix(" · 金融消息"), None, html.fromstring(document.summary()).text_content(), None


def goose3(page, url):
    from goose3 import Goose
    from goose3.text import StopWordsChinese

    article = Goose({"stopwords_class": StopWordsChinese, "enable_image_fetching": False}).extract(raw_html=page)
    return article.title, article.publish_date, article.cleaned_text, ", ".join(article.authors)


def htmldate(page, url):
    from htmldate import find_date

    return None, find_date(page, url=url, outputformat="%Y-%m-%d"), None, None


def extruct(page, url):
    import extruct as module

    (graph,) = module.extract(page, base_url=url, syntaxes=["opengraph"], uniform=True)["opengraph"]
    return graph["og:title"], graph["article:published_time"], None, graph.get("article:author")


def metadata_parser(page, url):
    from metadata_parser import MetadataParser

    result = MetadataParser(html=page, url=url, search_head_only=True).parsed_result
    title, moment, author = (
        result.get_metadatas(field, strategy=[kind])[kind][0]
        for field, kind in (("title", "og"), ("article:published_time", "meta"), ("author", "meta"))
    )
    return title, moment, None, author


extractors = {
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "readability-lxml": readability,
    "goose3": goose3,
    "htmldate": htmldate,
    "extruct": extruct,
    "metadata_parser": metadata_parser,
}
extract = extractors[sys.argv[1]]
for name, url in json.load(sys.stdin):
    title, published, text, author = extract(Path(name).read_text("utf-8"), url)
    print(json.dumps({"url": url, "title": title, "published": published, "text": text, "author": author}))
