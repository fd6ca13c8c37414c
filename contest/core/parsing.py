"""JSON -> RuleSet. All faults are reported at once, each with its path, for a page to show beside the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contest.core.parsing_honours import (
    read_award,
    read_bound,
    read_limit,
    read_medals,
    read_promotion,
    read_statistic,
)
from contest.core.parsing_rubric import ROUNDING_MODES
from contest.core.parsing_stage import check_weights, read_stage
from contest.core.problems import Problem, RuleSetError
from contest.core.reader import Item, Reader, read_whole, report_duplicates
from contest.core.references import check_references
from contest.core.ruleset import Board, EntryClass, RuleSet, TieBreak, TotalRounding, Veto

ENTRY_KINDS = ("person", "team", "project", "case", "proposal")
RANKINGS = ("standard", "dense", "modified", "ordinal", "fractional")
AWARD_ROUNDINGS = tuple(
    f"{base}_{mode}{least}"
    for base in ("each", "cumulative")
    for mode in ("half_up", "half_even", "half_down", "floor", "ceil")
    for least in ("", "_min1")
)


def parse_rule_set(document: Mapping[str, object]) -> RuleSet:
    """Check a document and build the rule set; raises RuleSetError with all problems."""
    problems: list[Problem] = []
    rules = read_whole(_read_rule_set, Reader(document, "", problems))
    if not problems:
        check_references(rules, problems)
    if problems:
        raise RuleSetError(tuple(problems))
    return rules


def _read_rule_set(reader: Reader) -> RuleSet:
    stages = reader.items("stages", read_stage, required=True)
    report_duplicates(reader, "stages", [stage.id for stage in stages])
    combine = reader.choice("combine", ("sum", "weighted", "last"), "sum")
    if combine == "weighted":
        check_weights(reader, "stages", [stage.weight for stage in stages])
    within = reader.choice("rank_within", ("event", "class"), "event")
    awards = reader.items("awards", lambda item: read_award(item, within))
    vetoes = reader.items("vetoes", lambda item: Veto(item.identifier(), item.text("title")))
    rules = RuleSet(
        title=reader.text("title", None), stages=stages, schema=reader.whole("schema", 1, 1, 1),
        language=reader.text("language", "zh"),
        entry_kind=reader.choice("entry_kind", ENTRY_KINDS, "person"), combine=combine,
        rounding=_inner(reader, "rounding", _read_total_rounding),
        incomplete=reader.choice("incomplete", ("unranked", "ranked"), "unranked"),
        ties=reader.items("ties", _read_tie),
        remaining_ties=reader.choice("remaining_ties", ("share", "draw"), "share"),
        ranking=reader.choice("ranking", RANKINGS, "standard"), vetoes=vetoes, awards=awards,
        award_rounding=reader.choice("award_rounding", AWARD_ROUNDINGS, "each_half_up"),
        award_overflow=reader.choice("award_overflow", ("extra", "next_tier"), "extra"),
        award_limit=_inner(reader, "award_limit", read_limit),
        award_bounds=reader.items("award_bounds", read_bound),
        classes=reader.items("classes", lambda item: EntryClass(item.identifier(), item.text("title"))),
        rank_within=within, statistics=reader.items("statistics", read_statistic),
        medals=_inner(reader, "medals", read_medals), promotions=reader.items("promotions", read_promotion),
        blind=reader.flag("blind", default=True), board=_inner(reader, "board", _read_board) or Board(),
    )  # fmt: skip
    for key in ("vetoes", "awards", "classes", "statistics"):
        report_duplicates(reader, key, [item.id for item in getattr(rules, key)])
    report_duplicates(reader, "award_bounds", [bound.category for bound in rules.award_bounds])
    return rules


def _inner(reader: Reader, key: str, read: Callable[[Reader], Item]) -> Item | None:
    """Read an inner object that may be absent."""
    inner = reader.child(key)
    return None if inner is None else read_whole(read, inner)


def _read_total_rounding(reader: Reader) -> TotalRounding:
    if not reader.has("places"):
        reader.report("places", "required")
    mode = reader.choice("mode", ROUNDING_MODES, "half_up")
    return TotalRounding(reader.whole("places", 2, 0, 8), mode, reader.flag("parts", default=False))


def _read_board(reader: Reader) -> Board:
    return Board(reader.flag("live", default=False), reader.flag("hide_marks", default=False))


def _read_tie(reader: Reader) -> TieBreak:
    by = reader.choice("by", ("total", "stage", "criterion", "aspect", "measure"), "total")
    if by != "total" and not reader.text("ref"):
        reader.report("ref", "required")
    direction = reader.choice("direction", ("desc", "asc"), "desc")
    return TieBreak(by, reader.text("ref"), direction, reader.text("stage"))
