"""A clone of the original archive in small, with a post of every form that it has. The prose is our own.

``EXPECTED`` holds what each post is read as: the table against which an import is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

EMNEWS, ROLLING_TAG = "emnews", "东财滚动新闻"
RELATIVE = "\n\n[返回东财滚动新闻]({0}emnews/)\n[返回首页]({0})"
ONE_LINE = "\n\n[返回东财滚动新闻](//finews.withounder.com/emnews/)｜[返回首页](//finews.withounder.com/)"
SHARE = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode="
HIDDEN = '<p style="display:none;height:1px;overflow:hidden;"> </p>'


@dataclass(frozen=True)
class Expected:
    """A post of the clone, and what the index holds of it."""

    path: str
    """In the clone."""
    text: str
    form: str
    info_code: str
    title: str
    published_at: str
    """Beijing time."""
    media_name: str = ""
    digest: str = ""
    body_html: str = ""
    public_url: str = ""

    @property
    def post_path(self) -> str:
        """Path in the data directory after an import."""
        folder, _, name = self.path.partition("/")
        return f"site/_posts/{name}" if folder == "_posts" else f"old_post/{name[:4]}/{name[5:7]}/{name}"

    @property
    def is_modern(self) -> bool:
        return self.form in ("media", "rolling")

    @property
    def is_digest_only(self) -> bool:
        return not self.body_html


@dataclass
class OriginalArchive:
    """The posts of the clone by kind."""

    posts: list[Expected] = field(default_factory=list)
    """Each is imported as its article's post."""
    twins: list[Expected] = field(default_factory=list)
    """The rolling list's posts of articles that have an outlet's post, too."""
    not_taken: dict[str, bytes] = field(default_factory=dict)
    """Content by path: notices, broken posts, files that are not posts."""

    def write(self, folder: Path) -> Path:
        files = {post.path: post.text.encode() for post in (*self.posts, *self.twins)}
        for path, content in (files | self.not_taken | OTHER_FILES).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return folder


OTHER_FILES = {
    "README.md": b"# finews\n",
    "404.md": b"---\ntitle: 404\nlayout: default\n---\n",
    "_config.yml": b"timezone: Asia/Shanghai\n",
    "_layouts/post.html": b"---\nlayout: default\n---\n{{ content }}\n",
    "category/emnews.html": b"---\nlayout: category\ntitle: Emnews\ncategory: emnews\n---",
    "category/haigangchenbao.html": "---\nlayout: category\ntitle: 云岭新闻\ncategory: haigangchenbao\n---".encode(),
}


def head(title: str, date: str, category: str, tag: str) -> str:
    return f'---\nlayout: post\ntitle: "{title}"\ndate: {date}\ncategories: {category}\ntags: {tag}\n---\n'


def public_url(digits: str) -> str:
    return f"http://finance.eastmoney.com/news/11158,{digits}.html"


def digest_post(number: int, time: str, footer: str, *, folder: str, zone: str = "", above: str = "") -> Expected:
    """Return a post of 2021-12-08, which has only a digest."""
    digits = f"20211208220{number:07}"
    title, digest = f"海川航运第{number}号公告", f"海川航运今日发布第{number}号公告，新增两条集装箱航线。"
    text = f"{above}{head(title, f'2021-12-08 {time}{zone}', EMNEWS, ROLLING_TAG)}\n{digest}\n\n<{public_url(digits)}>"
    return Expected(
        f"{folder}/2021-12-08-{digits}.md",
        text + footer,
        "old-2" if zone else "old-1",
        f"NW{digits}",
        title,
        f"2021-12-08 {time}",
        digest=digest,
        public_url=public_url(digits),
    )


def rolling_post(number: int, day: str, content: str, *, folder: str, gap: str = "", form: str = "rolling") -> Expected:
    digits = f"{day.replace('-', '')}{number:010}"
    title, digest = f"江城重工第{number}号快讯", f"江城重工第{number}号快讯，产线满负荷运转。"
    text = f"{head(title, f'{day} 10:30:00 +0800', EMNEWS, ROLLING_TAG)}{gap}> {digest}\n\n{content}"
    return Expected(
        f"{folder}/{day}-{digits}.md",
        f"{text}\n\n<{public_url(digits)}>{ONE_LINE}",
        form,
        f"NW{digits}",
        title,
        f"{day} 10:30:00",
        digest=digest,
        body_html=content.replace("\u3000\u3000", ""),
        public_url=public_url(digits),
    )


def outlet_post(
    number: int,
    day: str,
    body: str,
    *,
    folder: str,
    outlet: tuple[str, str] = ("海港晨报", "haigangchenbao"),
    page: str = "category/{}.html",
    form: str = "media",
    digest: str = "",
) -> Expected:
    code, (name, slug) = f"NW{day.replace('-', '')}{number:010}", outlet
    title = f"云岭水泥第{number}号公告"
    footer = f"[返回{name}新闻](//finews.withounder.com/{page.format(slug)})｜[返回首页](//finews.withounder.com/)"
    return Expected(
        f"{folder}/{day}-{code}.md",
        f"{head(title, f'{day} 10:30:00 +0800', slug, f'{name}新闻')}{body}\n\n<{SHARE}{code}>\n\n{footer}",
        form,
        code,
        title,
        f"{day} 10:30:00",
        media_name=name,
        digest=digest,
        body_html="" if digest else body,
    )


def body_of(separator: str, name: str = "海港晨报") -> str:
    paragraphs = separator.join(
        ["<p>云岭水泥公告，产线已点火。</p>", "<p>公司称订单排至三月。</p>", "<p>股价走强。</p>"]
    )
    return f'{HIDDEN}{paragraphs}<p class="em_media">（文章来源：{name}）</p>'


FLASH = "<p>江城重工快讯。</p>\n <p>产线满负荷运转。</p>"
SHORT = "云岭水泥点火\n云岭水泥两条产线已点火。"


def original_archive() -> OriginalArchive:
    """Return the clone: forms of ``upstream-today.md`` in ``_posts`` (three days) and ``old_post`` (flat)."""
    posts = [
        digest_post(1, "10:46:18", "\n", folder="_posts"),
        digest_post(2, "10:19:17", "", folder="old_post", zone=" +0800"),
        digest_post(3, "11:09:40", RELATIVE.format("./"), folder="_posts"),
        digest_post(4, "12:47:49", RELATIVE.format("../"), folder="old_post"),
        digest_post(5, "13:01:02", RELATIVE.format("//finews.zning.me/"), folder="old_post", zone=" +0800"),
        digest_post(6, "13:30:00", RELATIVE.format("//finews.withounder.com/"), folder="_posts", zone=" +0800"),
        digest_post(7, "15:46:00", ONE_LINE, folder="old_post", zone=" +0800"),
        digest_post(8, "17:30:00", ONE_LINE, folder="_posts"),
        digest_post(9, "11:33:18", RELATIVE.format("../"), folder="old_post", above="\n"),
        rolling_post(10, "2021-12-20", FLASH, folder="old_post", gap="\n", form="old-3"),
        rolling_post(11, "2021-12-21", FLASH.replace("<p>", "<p>\u3000\u3000"), folder="old_post"),
        outlet_post(12, "2022-01-04", SHORT, folder="old_post", page="{}/", form="old-4",
                    digest=f"【{SHORT.replace(chr(10), '】')}"),
        outlet_post(13, "2022-02-10", body_of(""), folder="_posts", page="{}/", form="old-7"),
        outlet_post(14, "2022-05-26", body_of("\r\n "), folder="_posts"),
        outlet_post(15, "2022-05-26", body_of(""), folder="_posts"),
        outlet_post(16, "2022-05-26", body_of("\n "), folder="_posts", outlet=("TechWeb", "TechWeb")),
        outlet_post(17, "2022-05-25", body_of("\r\n "), folder="old_post"),
        rolling_post(18, "2022-05-26", f"{HIDDEN}<p>江城重工快讯。</p>", folder="_posts"),
        outlet_post(19, "2022-05-26", body_of("\r\n"), folder="_posts", outlet=("晨江社", "chenjiangshe")),
        outlet_post(20, "2022-05-25", body_of(""), folder="old_post", outlet=("晨江社", "chenjiangshe")),
    ]  # fmt: skip
    twins = [
        rolling_post(19, "2022-05-26", FLASH, folder="_posts"),
        rolling_post(20, "2022-05-25", FLASH, folder="old_post"),
    ]
    return OriginalArchive(posts, twins, _not_taken())


def _not_taken() -> dict[str, bytes]:
    nameless = head("", " +0800", EMNEWS, ROLLING_TAG) + f"> 快讯。\n\n{FLASH}\n\n<>{ONE_LINE}"
    return {
        "_posts/2021-12-01-init.md": (
            head("开通", "2021-12-01 13:33:50", "sitenews", "站长消息") + "\n开通\n"
        ).encode(),
        "_posts/-202205260000000021.md": nameless.encode(),
        "_posts/2022-05-26-NW202205260000000022.md": b"\xff\xfe",
        "old_post/2021-12-09-202112090000000023.md": head("无正文", "2021-12-09", EMNEWS, ROLLING_TAG).encode(),
    }
