"""The small rule document of a table over several results (docs/rule-set.md, "Tables over several results")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from contest.core import canonical
from contest.core.parsing_rubric import rounding_of
from contest.core.parsing_stage import check_weights
from contest.core.problems import Problem, RuleSetError
from contest.core.reader import Reader, read_whole, report_duplicates
from contest.core.rubric import Rounding

RANKINGS = ("standard", "dense", "modified", "ordinal", "fractional")


@dataclass(frozen=True, slots=True)
class SeriesTie:
    """One step of the tie chain: `best`, `places` (ref = rank), `source` or `measure` (ref = its name)."""

    by: str
    ref: str = ""
    direction: str = "desc"


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """How items become points (`by` rank, award or total), which of them count, and how units are ranked.

    of: what a unit is, a work unit or a person. members: so many best members of a unit count in one source; a source
    with fewer than min_members of them brings nothing.
    """

    title: str
    schema: int = 1
    of: str = "unit"
    by: str = "total"
    table: tuple[Decimal, ...] = ()
    award_points: tuple[tuple[str, Decimal], ...] = ()
    rest: Decimal = Decimal(0)
    tied_points: str = "each"
    sources: tuple[tuple[str, Decimal], ...] = ()
    members: int | None = None
    min_members: int = 1
    combine: str = "sum"
    best: int | None = None
    min_items: int = 1
    rounding: Rounding | None = None
    ties: tuple[SeriesTie, ...] = ()
    ranking: str = "standard"

    def plain(self) -> dict[str, object]:
        """The document with every default written out; parsing it again gives an equal rule."""
        pairs = {"award_points": ("award", "points"), "sources": ("id", "weight")}
        found: dict[str, object] = {}
        for name in self.__dataclass_fields__:
            value = canonical.to_plain(getattr(self, name))
            if name in pairs:
                value = [dict(zip(pairs[name], pair, strict=True)) for pair in cast("list[list[str]]", value)]
            found[name] = value
        return found

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return canonical.digest(self.plain())


def parse_series_rule(document: Mapping[str, object]) -> SeriesRule:
    """Check a document and build the rule; raises RuleSetError with all problems."""
    problems: list[Problem] = []
    rule = read_whole(_read, Reader(document, "", problems))
    if problems:
        raise RuleSetError(tuple(problems))
    return rule


def _read(reader: Reader) -> SeriesRule:
    rule = SeriesRule(
        title=reader.text("title", None), schema=reader.whole("schema", 1, 1, 1),
        of=reader.choice("of", ("unit", "person"), "unit"),
        by=reader.choice("by", ("rank", "award", "total"), "total"), table=reader.numbers("table"),
        award_points=reader.items("award_points", lambda item: (item.identifier("award"), _required(item, "points"))),
        rest=reader.number("rest", Decimal(0)),
        tied_points=reader.choice("tied_points", ("each", "share"), "each"),
        sources=reader.items("sources", lambda item: (item.identifier(), item.number("weight", Decimal(1)))),
        members=reader.whole("members", 1, 1, 10**4) if reader.has("members") else None,
        min_members=reader.whole("min_members", 1, 1, 10**4),
        combine=reader.choice("combine", ("sum", "mean", "weighted"), "sum"),
        best=reader.whole("best", 1, 1, 10**4) if reader.has("best") else None,
        min_items=reader.whole("min_items", 1, 1, 10**4), rounding=rounding_of(reader),
        ties=reader.items("ties", _read_tie), ranking=reader.choice("ranking", RANKINGS, "standard"),
    )  # fmt: skip
    for key, wanted in (("table", "rank"), ("award_points", "award")):
        if bool(getattr(rule, key)) != (rule.by == wanted):
            reader.report(key, "required" if rule.by == wanted else "points_of_another_kind", by=rule.by)
    report_duplicates(reader, "sources", [source for source, _ in rule.sources])
    report_duplicates(reader, "award_points", [award for award, _ in rule.award_points])
    _check(reader, rule)
    return rule


def _check(reader: Reader, rule: SeriesRule) -> None:
    if list(rule.table) != sorted(rule.table, reverse=True):
        reader.report("table", "table_must_fall")
    if rule.table and rule.rest > rule.table[-1]:
        reader.report("rest", "table_must_fall")
    for index, (_, weight) in enumerate(rule.sources):
        if weight <= 0:
            reader.report(f"sources[{index}].weight", "must_be_positive")
    if rule.combine == "weighted":
        if not rule.sources:
            reader.report("sources", "required")
        check_weights(reader, "sources", [weight for _, weight in rule.sources])
    if rule.best is not None and rule.min_items > rule.best:
        reader.report("min_items", "more_than_counted", best=rule.best)
    if rule.members is not None and rule.min_members > rule.members:
        reader.report("min_members", "more_than_counted", best=rule.members)
    if rule.sources and rule.min_items > len(rule.sources):
        reader.report("min_items", "more_than_there_are", sources=len(rule.sources))


def _required(item: Reader, key: str) -> Decimal:
    if not item.has(key):
        item.report(key, "required")
    return item.number(key, Decimal(0))


def _read_tie(reader: Reader) -> SeriesTie:
    by = reader.choice("by", ("best", "places", "source", "measure"), "best")
    ref = reader.text("ref")
    if by != "best" and not ref:
        reader.report("ref", "required")
    if by == "places" and ref and not ref.isdecimal():
        reader.report("ref", "whole_number_expected", min=1, max=10**6)
    return SeriesTie(by, ref, reader.choice("direction", ("desc", "asc"), "desc"))
