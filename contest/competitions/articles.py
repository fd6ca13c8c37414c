"""The rule set's sentences as chapters and articles (第一章, 第一条): what a committee reads, prints and signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contest.competitions.wording import Chapter
from contest.core.ruleset import Stage
from contest.i18n import N_, current_language, gettext

_DIGITS = "零一二三四五六七八九"
_LARGEST = 9999


@dataclass(frozen=True, slots=True)
class Article:
    """One sentence with its number: 第十二条."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class NumberedChapter:
    """A chapter: 第二章 and its title, its articles (numbered through the whole document), its stage's rubric."""

    number: str
    title: str
    articles: tuple[Article, ...]
    stage: Stage | None = None


def numbered(chapters: Sequence[Chapter]) -> list[NumberedChapter]:
    """The chapters with their numbers in the current language; articles are counted from 1 to the end."""
    found: list[NumberedChapter] = []
    count = 0
    for place, chapter in enumerate(chapters, start=1):
        articles = []
        for sentence in chapter.sentences:
            count += 1
            articles.append(Article(_ordinal(N_("第%(n)s条"), count), sentence))
        found.append(NumberedChapter(_ordinal(N_("第%(n)s章"), place), chapter.title, tuple(articles), chapter.stage))
    return found


def _ordinal(text: str, number: int) -> str:
    return gettext(text) % {"n": number if current_language() == "en" else chinese_number(number)}


def chinese_number(number: int) -> str:
    """12 is 十二, 105 is 一百零五; 0 to 9999, the digits themselves beyond.

    Source: the rules of Chinese official documents for numbers of chapters and articles.
    """
    if not 0 < number <= _LARGEST:
        return _DIGITS[0] if number == 0 else str(number)
    text, zero = "", False
    for unit, value in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // value % 10
        if digit:
            text += ("零" if zero else "") + _DIGITS[digit] + unit
        zero = bool(text) and not digit
    return text.removeprefix("一") if text.startswith("一十") else text
