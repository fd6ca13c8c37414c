"""A table's document in the words of the page's language: rule, ranks, and where every point comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.core.series_rules import SeriesRule, parse_series_rule
from contest.i18n import N_, current_language, gettext
from contest.overall.sources import AWARDS, RESULTS

LACKS = {RESULTS: N_("还没有发布成绩"), AWARDS: N_("还没有按最新成绩颁奖")}
RANKINGS = {
    "standard": N_("并列的占用名次（1、2、2、4）"),
    "dense": N_("并列的不占用名次（1、2、2、3）"),
    "modified": N_("并列的取靠后的名次（1、3、3、4）"),
    "ordinal": N_("并列的也依次编号（1、2、3、4）"),
    "fractional": N_("并列的取平均名次（1、2.5、2.5、4）"),
}


@dataclass(frozen=True, slots=True)
class EventWords:
    """An event of the table; `lacks` in words where it brings nothing yet."""

    id: str
    title: str
    weight: str
    version: int | None
    lacks: str


@dataclass(frozen=True, slots=True)
class TableWords:
    """A document ready to print. `rows` as they stand in it, with `points`, by event, and `note` in words."""

    title: str
    competition: str
    is_team: bool
    events: Sequence[EventWords]
    rows: Sequence[Mapping[str, Any]]
    rule: Sequence[str]
    left_out: int

    def is_explained(self, row: Mapping[str, Any]) -> bool:
        """Teams always; a person without a rank has nothing that the table of ranks does not say."""
        return bool(row["events"]) and (self.is_team or row["rank"] is not None)

    def weight_of(self, event_id: str) -> str:
        return next(event.weight for event in self.events if event.id == event_id)

    @property
    def waiting(self) -> Sequence[EventWords]:
        return [event for event in self.events if event.lacks]


def table_words(document: Mapping[str, Any]) -> TableWords:
    """The words of a document, kept or about to be."""
    rule = parse_series_rule(document["rule"]["document"])
    events = [
        EventWords(event["id"], _title(event), event["weight"], event["version"],
                   gettext(LACKS[event["lacks"]]) if event["lacks"] else "")
        for event in document["events"]
    ]  # fmt: skip
    titles = {event.id: event.title for event in events}
    return TableWords(
        title=_title(document), competition=_title(document["competition"]), is_team=rule.of == "unit",
        events=events, rows=[_row(row, titles) for row in document["rows"]],
        rule=list(rule_sentences(rule, titles, document["awards"])), left_out=document["left_out"],
    )  # fmt: skip


def _title(item: Mapping[str, Any]) -> str:
    return str((item["title_en"] if current_language() == "en" else "") or item["title"])


def _row(row: dict[str, Any], titles: Mapping[str, str]) -> Mapping[str, Any]:
    parts = [part | {"title": titles[part["event"]], "note": _part_note(part)} for part in row["events"]]
    return row | {
        "events": parts,
        "points": {part["event"]: part for part in parts},
        "note": _row_note(row, titles),
    }


def _part_note(part: Mapping[str, Any]) -> str:
    if part["short"]:
        return gettext("还差 %(n)s 人，不计") % {"n": part["short"]}
    return "" if part["counts"] else gettext("不在最好的几项里，不计")


def _row_note(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    if row["rank"] is None:
        return gettext("还差 %(n)s 项，不排名") % {"n": row["missing"] or 1}
    decided = row["decided"]
    if not decided:
        return ""
    what = tie_words(decided["by"], decided["ref"], titles)
    words = {"what": what, "values": _join(f"{name} {value}" for name, value in decided["compared"])}
    low, high = N_("总分相同，比较%(what)s，低者在前：%(values)s"), N_("总分相同，比较%(what)s，高者在前：%(values)s")
    return gettext(low if decided["direction"] == "asc" else high) % words


def tie_words(by: str, ref: str, titles: Mapping[str, str]) -> str:
    """What a step of the tie chain compares."""
    match by:
        case "best":
            return gettext("最好的一项")
        case "places":
            return gettext("第 %(n)s 名的次数") % {"n": ref}
        case "source":
            return gettext("“%(event)s”的分") % {"event": titles.get(ref, ref)}
        case _:
            return gettext("“%(name)s”之和") % {"name": ref}


def rule_sentences(rule: SeriesRule, titles: Mapping[str, str], awards: Mapping[str, str]) -> Iterator[str]:
    """The rule as sentences, in the order in which it is applied; titles of events and awards by their ids."""
    yield _points_sentence(rule, awards)
    yield from _member_sentences(rule)
    yield from _sum_sentences(rule, titles)
    for number, tie in enumerate(rule.ties, 1):
        words = {"n": number, "what": tie_words(tie.by, tie.ref, titles)}
        low = N_("总分相同，第 %(n)s 步比较%(what)s，低者在前。")
        high = N_("总分相同，第 %(n)s 步比较%(what)s，高者在前。")
        yield gettext(low if tie.direction == "asc" else high) % words
    yield gettext("还分不出的并列；%(style)s。") % {"style": gettext(RANKINGS[rule.ranking])}


def _points_sentence(rule: SeriesRule, titles: Mapping[str, str]) -> str:
    if rule.by == "total":
        return gettext("每个成绩按发布的总分计。")
    rest = {"rest": format(rule.rest, "f")}
    if rule.by == "rank":
        table = _join(format(points, "f") for points in rule.table)
        text = N_("每个成绩按发布的名次积分：第 1 名起依次 %(table)s，其余 %(rest)s。")
        shared = N_("并列的均分所占各名次的积分。") if rule.tied_points == "share" else N_("并列的各得该名次的积分。")
        return gettext(text) % (rest | {"table": table}) + _space() + gettext(shared)
    awards = _join(f"{titles.get(name, name)} {format(points, 'f')}" for name, points in rule.award_points)
    text = N_("每个成绩按颁发的奖项积分（多个奖项取最高）：%(awards)s，没有的 %(rest)s。")
    return gettext(text) % (rest | {"awards": awards})


def _member_sentences(rule: SeriesRule) -> Iterator[str]:
    if rule.of == "person":
        yield gettext("姓名和单位都相同的算同一个人。")
        return
    if rule.members is None:
        yield gettext("每个项目，一个单位的全部成绩相加。")
    else:
        yield gettext("每个项目，一个单位最好的 %(n)s 人相加。") % {"n": rule.members}
    if rule.min_members > 1:
        yield gettext("一个项目里不足 %(n)s 人的，那个项目不计。") % {"n": rule.min_members}


def _sum_sentences(rule: SeriesRule, titles: Mapping[str, str]) -> Iterator[str]:
    weights = _join(f"{titles.get(name, name)} {format(weight, 'f')}" for name, weight in rule.sources)
    if any(weight != 1 for _, weight in rule.sources):
        yield gettext("各项目乘以权重：%(weights)s。") % {"weights": weights}
    if rule.best is not None:
        yield gettext("最好的 %(n)s 个项目计入。") % {"n": rule.best}
    if len(rule.sources) > 1:
        text = N_("各项目的分取平均，就是总分。") if rule.combine == "mean" else N_("各项目的分相加，就是总分。")
        yield gettext(text)
    if rule.min_items > 1:
        yield gettext("少于 %(n)s 个项目有分的，不排名。") % {"n": rule.min_items}
    if rule.rounding is not None:
        yield gettext("总分保留 %(n)s 位小数，四舍五入。") % {"n": rule.rounding.places}


def _join(parts: Iterator[str]) -> str:
    return (", " if current_language() == "en" else "、").join(parts)


def _space() -> str:
    return " " if current_language() == "en" else ""
