"""An article's two bodies, built when asked for: of 100,000 articles a run opens only some.

Between the main blocks stands a newline and a space, as in the source document; in every twelfth article
nothing. Around comments, after the hidden paragraph and the K-line, and before the source line: nothing, ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Protocol

from finews_crawler.testing.origin import markup
from finews_crawler.testing.origin import vocabulary as words
from finews_crawler.testing.origin.seeded_random import dice
from finews_crawler.testing.origin.text_generator import Sentence, Story, story
from finews_crawler.testing.origin.vocabulary import SECURITIES_BOARD, Ticker

SPACED = "\n "
UNSPACED = ""
UNSPACED_EVERY = 12


class BodySource(Protocol):
    """Anything that has the two bodies: drawn on demand, or recorded."""

    @property
    def text(self) -> str: ...

    @property
    def content(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Bodies:
    """The plain body and the one with inline tickers."""

    text: str
    content: str


@dataclass(frozen=True, slots=True)
class DrawnBodies:
    """The bodies of article *index* of *seed*, described but not yet built."""

    seed: int
    index: int
    day: int
    media_name: str

    @property
    def text(self) -> str:
        return build(self).text

    @property
    def content(self) -> str:
        return build(self).content

    @property
    def separator(self) -> str:
        """What stands between the main blocks: ``SPACED``, or ``UNSPACED`` in every twelfth article."""
        return UNSPACED if self.index % UNSPACED_EVERY == UNSPACED_EVERY - 1 else SPACED


@lru_cache(maxsize=4096)
def build(drawn: DrawnBodies) -> Bodies:
    """Write both bodies of one article.

    >>> build(DrawnBodies(1, 2, 26, "长江商报")).text.endswith('</p><p class="em_media">（文章来源：长江商报）</p>')
    True
    """
    rolls = dice(drawn.seed, drawn.index, "body")
    blocks = main_blocks(story(drawn.seed, drawn.index, drawn.day), drawn.index, rolls)
    top, marker = opening(drawn.index), markup.Marker(newer=drawn.index % 5 == 4)
    text = drawn.separator.join(block.write(str_name) for block in blocks)
    content = drawn.separator.join(block.write(marker) for block in blocks)
    return Bodies(f"{top}{text}{closing(drawn, marked=False)}", f"{top}{content}{closing(drawn, marked=True)}")


def str_name(ticker: Ticker) -> str:
    """Write a ticker as ``text`` does: its name."""
    return ticker.name


def opening(index: int) -> str:
    """Return what precedes the main blocks: the hidden paragraph, and a K-line in two of five articles."""
    hidden = markup.HIDDEN_PARAGRAPH_BREAK if index % 13 == 6 else markup.HIDDEN_PARAGRAPH
    return hidden + (markup.k_line(*markup.K_LINES[index % 2]) if index % 5 < 2 else "")


def closing(drawn: DrawnBodies, *, marked: bool) -> str:
    """Return the source line; rolling-only articles name no medium, so they have none.

    >>> closing(DrawnBodies(1, 0, 26, "上海证券报"), marked=True).count("<span")
    2
    """
    medium = drawn.media_name
    if marked:  # in the wild, too, upstream links the board's name inside a medium's
        medium = medium.replace("证券", markup.keytip(SECURITIES_BOARD), 1)
    return markup.source_line(medium) if medium else ""


def main_blocks(tale: Story, index: int, rolls: Random) -> list[Sentence]:
    """Draw the blocks between the opening and the source line, each a Sentence of HTML."""
    blocks = [first_paragraph(tale, index), *body_paragraphs(tale, rolls)]
    if index % 3 == 1:
        blocks[2:2] = [tale.sentence(markup.paragraph(f"<strong>{rolls.choice(words.SUBHEADS)}</strong>"), rolls)]
    if index % 4 == 2:
        picture = Sentence(markup.image(rolls.randrange(10**20)), {})
        blocks[3:3] = [picture, tale.sentence(markup.caption("图片来源：{company}官网"), rolls)]
    if index % 7 == 3:
        blocks += [figures_table(tale, rolls)]
    if index % 6 == 5:
        blocks += [tale.sentence(markup.paragraph(rolls.choice(words.ENTITY_SENTENCES)), rolls)]
    return blocks


def first_paragraph(tale: Story, index: int) -> Sentence:
    """Return the lead's paragraph, at times with the line break upstream leaves at its end."""
    line_break = "<br />" if index % 4 == 0 else ""
    return Sentence(markup.paragraph(tale.lead.template + line_break), tale.lead.drawn)


def body_paragraphs(tale: Story, rolls: Random) -> Iterator[Sentence]:
    """Draw three to seven paragraphs of one to three sentences, none of which comes twice in an article."""
    untold = rolls.sample(words.SENTENCES, len(words.SENTENCES))
    for _ in range(rolls.randrange(3, 8)):
        place = rolls.randrange(1, 4)
        told, untold = untold[:place], untold[place:]
        if told:
            yield tale.sentence(markup.paragraph("".join(told)), rolls)


def figures_table(tale: Story, rolls: Random) -> Sentence:
    """Draw a small table; its cells name companies, which ``content`` marks up as anywhere else."""
    head = ("证券简称", "产品", "调研家数")
    rows = [head, ("{company}", "{product}", "{count}"), ("{other}", "{product}", "{small}")]
    return tale.sentence(markup.table(rows), rolls)
