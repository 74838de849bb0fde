"""Sentences drawn from the vocabulary. A sentence keeps its words apart from its template, so that
one drawing can be written twice: plain for ``text``, with ticker mark-up for ``content``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from finews_crawler.testing.origin.seeded_random import seeded_random


@dataclass(frozen=True, slots=True)
class Ticker:
    """A name that upstream marks up: *market* 1 Shanghai, 0 Shenzhen, 106 US, 90 a board."""

    name: str
    code: str
    market: str


# Each with its product. No exchange issues codes of these series, so that no real company is quoted.
COMPANIES = (
    (Ticker("长禾重工", "609801", "1"), "轻型叉车"),
    (Ticker("云栖储能", "009127", "0"), "储能电池"),
    (Ticker("北辰锂科", "309418", "0"), "锂电隔膜"),
    (Ticker("海棠微电", "689733", "1"), "车规芯片"),
    (Ticker("青槐电气", "009356", "0"), "智能电表"),
    (Ticker("远岫航运", "609114", "1"), "冷藏箱"),
    (Ticker("栖谷生物", "309602", "0"), "疫苗佐剂"),
    (Ticker("重楼药业", "609675", "1"), "中成药"),
    (Ticker("都江云网", "009843", "0"), "工业软件"),
    (Ticker("沐野乳品", "609290", "1"), "低温奶"),
    (Ticker("白鹭光学", "309777", "0"), "光学镜头"),
    (Ticker("霁川汽车", "JCAR", "106"), "增程轿车"),
)

BOARDS = (
    Ticker("新能源", "BK0493", "90"),
    Ticker("半导体", "BK9036", "90"),
    Ticker("生物医药", "BK9839", "90"),
    Ticker("冷链物流", "BK9115", "90"),
)
SECURITIES_BOARD = Ticker("证券", "BK0473", "90")

CITIES = ("重庆", "成都", "长沙", "苏州", "合肥", "宁波", "珠海", "大连")

TITLES = (
    "{company}拟在{city}投建{product}基地 总投资{amount}亿元",
    "{company}：一季度净利润同比增长{percent}%",
    "{company}{product}项目在{city}开工",
    "{board}板块午后走强 {company}涨超{small}%",
    "{company}与{other}签署{product}供货框架协议",
    "{city}发布{product}产业三年行动方案",
    "{company}董事长：{product}产能明年有望翻番",
    "机构调研热度回升 {company}接待{count}家机构",
    "{company}回购{count}万股 耗资{amount}亿元",
)

# One for each way a title has broken front matter, a file or a page.
ODD_TITLES = (
    '{company}称"订单已排到明年" {product}供不应求',
    "盘前必读: {board}再获关注，{company}公告看点",
    "#早间公告# {company}中标{city}{product}项目",
    "{company}R&D投入增长{percent}％ 加码{product}",
    "路径C:\\{city}？{company}工业软件上线引热议",
    "🚀{company}涨停！{board}概念又火了🔥",
    "[快讯] {company}: {product}新品 | 定价{count}元",
    "'{product}第一股'来了？{company}递交招股书",
    "% 与 * 之间：{company}的{product}_账本_怎么读",
)

LEADS = (
    "{company}{day}日晚间公告，公司拟在{city}投资建设{product}项目，计划总投资{amount}亿元，建设周期{small}年。",
    "记者{day}日从{city}有关部门获悉，当地{product}产业链今年前四个月产值同比增长{percent}%，{company}等企业订单饱满。",
    "{day}日，{company}在投资者关系平台表示，公司{product}产线已满负荷运行，在手订单超过{amount}亿元。",
    "{day}日午后，{board}板块震荡走强，{company}涨超{small}%，{other}等个股跟涨。",
    "{company}{day}日披露调研纪要，共有{count}家机构参与，{product}业务的毛利率是提问最多的话题。",
)

SENTENCES = (
    "公告显示，项目达产后预计每年新增{product}产能{count}万套，年均销售收入约{amount}亿元。",
    "{company}证券部人士告诉记者，资金来源为自有资金和银行贷款，不会影响日常经营。",
    "分析人士认为，{board}需求的恢复快于供给，{product}价格在三季度仍有支撑。",
    "与{company}相比，{other}的{product}业务起步较晚，但去年收入增速达到{percent}%。",
    "{city}市相关负责人介绍，当地将在用地、用能和人才落户方面给予支持，力争两年内引进{count}家配套企业。",
    "从库存看，经销商手中的{product}平均可售{count}天，比去年同期少了{small}天。",
    "{other}也在近期表示，将把{product}的研发人员扩充到{count}人。",
    "业内人士提醒，原材料价格波动较大，{company}能否如期兑现利润仍需观察。",
    "值得注意的是，{company}一季度经营现金流净额为{amount}亿元，去年同期为负。",
    "一位参与调研的基金经理表示，{board}板块估值已回到近五年低位，他更看重企业的交付能力。",
    "截至{day}日收盘，{company}报{count}.{small}元，成交额{amount}亿元。",
    "{company}表示，将视市场情况分两期建设，首期预计{small}个月内投产。",
)

# Body HTML only: upstream's text holds a few references like these.
ENTITY_SENTENCES = (
    "按计划，R&amp;D中心将设在{city}，由{company}与当地高校共建。",
    "两家公司的合作期限为{small}年&nbsp;&nbsp;到期后可续签，{other}拥有优先权。",
)

SUBHEADS = ("产能为何集中释放", "{board}还有多大空间", "风险在哪里", "{company}怎么说")


MEDIA = (
    "华龙网-新重庆客户端",  # a hyphen, and 重 read as zhong
    "上海证券报",  # its source line carries a board span on 证券
    "21世纪经济报道  南财理财通",  # two spaces
    "TechWeb",
    "长江商报",  # 长
    "36氪",
    "Techweb",  # differs from TechWeb in case only: one folder of posts, two category pages
    "21世纪经济报道 21财经APP",  # one space
    "重庆日报",
    "安信国际证券(香港)",  # parentheses, which also end a markdown link
    "成都商报",  # 都
    "界面新闻",
    "Career In 投行PEVC",  # spaces and Latin capitals
    "证券时报",
    "上海证券报·中国证券网",  # a middle dot, which stays in the slug
    "每日经济新闻",
    "首都建设报",
    "中国经营报",
    "e公司",
    "长沙晚报",
    "第一财经",
    "IPO日报",
    "财联社",
    "都市快报",
    "新京报",
    "重庆商报",
    "北京商报",
    "国际金融报",
    "中国基金报",
)


@dataclass(frozen=True, slots=True)
class _Written:
    """Formats words when a template reaches them, so that only mentioned ones are marked, in reading order."""

    drawn: dict[str, str | Ticker]
    mark: Callable[[Ticker], str]

    def __getitem__(self, name: str) -> str:
        word = self.drawn[name]
        return self.mark(word) if isinstance(word, Ticker) else word


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template and the words drawn for it; a Ticker among the words is what upstream marks up."""

    template: str
    drawn: dict[str, str | Ticker]

    def write(self, mark: Callable[[Ticker], str]) -> str:
        """Fill the template, each Ticker written by *mark*.

        >>> Sentence("{company}涨停", {"company": Ticker("长禾重工", "609801", "1")}).write(lambda ticker: ticker.code)
        '609801涨停'
        """
        return self.template.format_map(_Written(self.drawn, mark))

    def plain(self) -> str:
        """Fill the template with bare names, as ``text`` and the lists have it."""
        return self.write(lambda ticker: ticker.name)


@dataclass(frozen=True, slots=True)
class Story:
    """Subject of an article: the words shared by all its sentences, its title and its first sentence."""

    subject: dict[str, str | Ticker]
    title: str
    lead: Sentence

    def sentence(self, template: str, rolls: Random) -> Sentence:
        """Draw new figures for *template*; the company, the board and the product stay the story's."""
        return Sentence(template, self.subject | draw_figures(rolls))


def draw_figures(rolls: Random) -> dict[str, str | Ticker]:
    return {
        "amount": f"{rolls.randrange(2, 90)}.{rolls.randrange(1, 10)}",
        "count": str(rolls.randrange(11, 480)),
        "percent": f"{rolls.randrange(3, 160)}.{rolls.randrange(0, 100):02}",
        "small": str(rolls.randrange(2, 10)),
    }


def draw_subject(rolls: Random, day: int) -> dict[str, str | Ticker]:
    """Draw the words an article keeps from its title to its last sentence."""
    (company, product), (other, _) = rolls.sample(COMPANIES, 2)
    return {
        "company": company,
        "other": other,
        "board": rolls.choice(BOARDS),
        "city": rolls.choice(CITIES),
        "product": product,
        "day": str(day),
    }


def story(seed: int, index: int, day: int) -> Story:
    """Return the story of article *index*, published on *day* of its month."""
    rolls = seeded_random(seed, index, "story")
    subject = draw_subject(rolls, day) | draw_figures(rolls)
    turn, rest = divmod(index, 9)
    template = ODD_TITLES[turn % len(ODD_TITLES)] if rest == 8 else rolls.choice(TITLES)
    return Story(subject, Sentence(template, subject).plain(), Sentence(rolls.choice(LEADS), subject))


def digest(index: int, title: str, lead: str, media_name: str) -> str:
    """Return a rolling digest: a headline in lenticular brackets more often than not, the lead, the source.

    >>> digest(1, "长禾重工开工", "长禾重工26日公告。", "长江商报")
    '【长禾重工开工】长禾重工26日公告。（长江商报）'
    >>> digest(0, "长禾重工开工", "长禾重工26日公告。", "")
    '长禾重工26日公告。'
    """
    headline = f"【{title}】" if index % 5 else ""
    source = f"（{media_name}）" if media_name else ""
    return f"{headline}{lead}{source}"


def short_title(index: int, title: str) -> str:
    """Return ``simtitle``: the title, at times cut at its first space as the list does.

    >>> short_title(4, "长禾重工拟投建基地 总投资8.1亿元")
    '长禾重工拟投建基地'
    """
    return title.split(" ", maxsplit=1)[0] if index % 4 == 0 else title
