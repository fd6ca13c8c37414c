"""The rule set (评分办法) as dataclasses. Field names are the keys of the JSON document (docs/rule-set.md).

Nothing here is computed from marks. `parsing.parse_rule_set` is the only way in and refuses bad documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from contest.core import canonical
from contest.core.honours import Award, AwardLimit, Bound, Condition, MedalRule, Promotion, Statistic
from contest.core.rubric import Aspect, Criterion, Method, Rounding
from contest.core.stage_rules import Advance, Late, Panel, Period, Places, Section, Stage

__all__ = [
    "Advance", "Aspect", "Award", "AwardLimit", "Board", "Bound", "Condition", "Criterion", "EntryClass", "Late",
    "MedalRule", "Method", "Panel", "Period", "Places", "Promotion", "Rounding", "RuleSet", "Section", "Stage",
    "Statistic", "TieBreak", "TotalRounding", "Veto",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TotalRounding:
    """Rounding of the event total; `parts` rounds each weighted stage first (rules.md 0, WT-3 and WT-4)."""

    places: int
    mode: str = "half_up"
    parts: bool = False


@dataclass(frozen=True, slots=True)
class TieBreak:
    """One step of the tie chain: which value is compared and which direction wins (rules.md 2, TIE-*)."""

    by: str
    ref: str = ""
    direction: str = "desc"
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Veto:
    """An occurrence that bars the award whatever the score (一票否决)."""

    id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class EntryClass:
    """A class (组别) into which entries are put, before or after review."""

    id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """Whether a live provisional board is shown, and whether it hides the marks themselves."""

    live: bool = False
    hide_marks: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The whole document of one event."""

    title: str
    stages: tuple[Stage, ...]
    schema: int = 1
    language: str = "zh"
    entry_kind: str = "person"
    combine: str = "sum"
    rounding: TotalRounding | None = None
    incomplete: str = "unranked"
    ties: tuple[TieBreak, ...] = ()
    remaining_ties: str = "share"
    ranking: str = "standard"
    vetoes: tuple[Veto, ...] = ()
    awards: tuple[Award, ...] = ()
    award_rounding: str = "each_half_up"
    award_overflow: str = "extra"
    award_limit: AwardLimit | None = None
    award_bounds: tuple[Bound, ...] = ()
    classes: tuple[EntryClass, ...] = ()
    rank_within: str = "event"
    statistics: tuple[Statistic, ...] = ()
    medals: MedalRule | None = None
    promotions: tuple[Promotion, ...] = ()
    blind: bool = True
    board: Board = Board()

    def stage(self, stage_id: str) -> Stage:
        """Find a stage by its id; KeyError if the event has none of that name."""
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise KeyError(stage_id)

    def deciding(self, stage_id: str) -> tuple[Stage, ...]:
        """The stages that decide who takes part in a stage: all up to the last cut before it; none where all do.

        Stages without a cut of their own are among them: an entry that lacks something there is not in the order.
        """
        before = self.stages[: self.stages.index(self.stage(stage_id))]
        last = max((number for number, stage in enumerate(before, 1) if stage.advance is not None), default=0)
        return before[:last]

    def aspect(self, stage_id: str, aspect_id: str) -> Aspect:
        """Find an aspect of a stage; KeyError if there is none."""
        for aspect in self.stage(stage_id).aspects():
            if aspect.id == aspect_id:
                return aspect
        raise KeyError((stage_id, aspect_id))

    def class_title(self, class_id: str) -> str:
        """The title of a class, its id without one; empty for no class."""
        return next((item.title or item.id for item in self.classes if item.id == class_id), class_id)

    def measures(self) -> frozenset[str]:
        """Names of the values that come with an entry: of the tie chain, of bands of marks, of panels drawn."""
        found = {tie.ref for tie in self.ties if tie.by == "measure"}
        for stage in self.stages:
            found |= {aspect.limits.measure for aspect in stage.aspects() if aspect.limits is not None}
            found |= {stage.panel.normalise.group} - {""} if stage.panel.normalise is not None else set()
        return frozenset(found)

    def to_document(self) -> dict[str, object]:
        """The document with every default written out; parsing it again gives an equal rule set."""
        return cast("dict[str, object]", canonical.to_plain(self))

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON: two rule sets are the same rules exactly if it is equal."""
        return canonical.digest(self.to_document())
