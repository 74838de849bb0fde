"""Sentences drawn from the vocabulary. A sentence keeps its words apart from its template, so that
one drawing can be written twice: plain for ``text``, with ticker mark-up for ``content``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from finews_crawler.testing.origin import vocabulary as words
from finews_crawler.testing.origin.seeded_random import dice
from finews_crawler.testing.origin.vocabulary import Ticker

ODD_TITLE_EVERY = 9
HEADLINE_MISSING_EVERY = 5


@dataclass(frozen=True, slots=True)
class _Written:
    """Writes words as a template reaches them, so that only what is mentioned is marked, in reading order."""

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
    """What an article is about: the words every sentence of it shares, its title and its first sentence."""

    subject: dict[str, str | Ticker]
    title: str
    lead: Sentence

    def sentence(self, template: str, rolls: Random) -> Sentence:
        """Draw new figures for *template*; the company, the board and the product stay the story's."""
        return Sentence(template, self.subject | draw_figures(rolls))


def draw_figures(rolls: Random) -> dict[str, str | Ticker]:
    """Draw the figures a sentence may name.

    >>> sorted(draw_figures(dice(1)))
    ['amount', 'count', 'percent', 'small']
    """
    return {
        "amount": f"{rolls.randrange(2, 90)}.{rolls.randrange(1, 10)}",
        "count": str(rolls.randrange(11, 480)),
        "percent": f"{rolls.randrange(3, 160)}.{rolls.randrange(0, 100):02}",
        "small": str(rolls.randrange(2, 10)),
    }


def draw_subject(rolls: Random, day: int) -> dict[str, str | Ticker]:
    """Draw the words an article keeps from its title to its last sentence."""
    (company, product), (other, _) = rolls.sample(words.COMPANIES, 2)
    return {
        "company": company,
        "other": other,
        "board": rolls.choice(words.BOARDS),
        "city": rolls.choice(words.CITIES),
        "product": product,
        "day": str(day),
    }


def story(seed: int, index: int, day: int) -> Story:
    """Return the story of article *index*, published on *day* of its month.

    >>> story(1, 0, 26) == story(1, 0, 26)
    True
    """
    rolls = dice(seed, index, "story")
    subject = draw_subject(rolls, day) | draw_figures(rolls)
    odd, turn = index % ODD_TITLE_EVERY == ODD_TITLE_EVERY - 1, index // ODD_TITLE_EVERY
    template = words.ODD_TITLES[turn % len(words.ODD_TITLES)] if odd else rolls.choice(words.TITLES)
    return Story(subject, Sentence(template, subject).plain(), Sentence(rolls.choice(words.LEADS), subject))


def digest(index: int, title: str, lead: str, media_name: str) -> str:
    """Return a rolling digest: a headline in lenticular brackets more often than not, the lead, the source.

    >>> digest(1, "长禾重工开工", "长禾重工26日公告。", "长江商报")
    '【长禾重工开工】长禾重工26日公告。（长江商报）'
    >>> digest(0, "长禾重工开工", "长禾重工26日公告。", "")
    '长禾重工26日公告。'
    """
    headline = f"【{title}】" if index % HEADLINE_MISSING_EVERY else ""
    source = f"（{media_name}）" if media_name else ""
    return f"{headline}{lead}{source}"


def short_title(index: int, title: str) -> str:
    """Return ``simtitle``: the title, at times cut at its first space as the list does.

    >>> short_title(4, "长禾重工拟投建基地 总投资8.1亿元")
    '长禾重工拟投建基地'
    """
    return title.split(" ", maxsplit=1)[0] if index % 4 == 0 else title
