"""A rehearsal: a rule set run on marks that are not the event's. Nothing of it reaches the ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.awards.reasons import reason_of, reason_text
from contest.calculator import read_marks_file
from contest.competitions import versions
from contest.competitions.editing import Draft, draft_of
from contest.competitions.models import Event
from contest.competitions.queries import newest_version
from contest.core.awarding import assign_awards
from contest.core.marks import EntryInput, Mark, format_units
from contest.core.problems import CoreError
from contest.core.rehearsing import CASES, generate
from contest.core.ruleset import RuleSet
from contest.core.scoring import Result, Standing, evaluate
from contest.corrections.models import Rehearsal
from contest.corrections.policy import can_rehearse
from contest.corrections.words import status_words
from contest.errors import ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.standings.slip import decision_words
from contest.standings.words import reason_words

_SEED = re.compile(r"[\w.-]{1,40}")
USUAL_ENTRIES = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What is rehearsed: generated marks (seed, entries, cases), or the kept marks of the id `marks`."""

    version: str = ""
    seed: str = "1"
    entries: int = USUAL_ENTRIES
    cases: frozenset[str] = frozenset({"tie", "veto"})
    marks: str = ""

    def query(self) -> dict[str, str]:
        """As an address carries it: the same address gives the same marks."""
        found = {"version": self.version, "marks": self.marks} if self.marks else {
            "version": self.version, "seed": self.seed, "entries": str(self.entries),
            "cases": ",".join(sorted(self.cases)) or "none",
        }  # fmt: skip
        return {key: value for key, value in found.items() if value}


def asked_from(query: Mapping[str, str]) -> Asked:
    """Reads an address; anything odd falls back to the usual."""
    usual = Asked()
    seed, number, cases = query.get("seed", ""), query.get("entries", ""), query.get("cases", "")
    return Asked(
        version=query.get("version", "")[:6],
        seed=seed if _SEED.fullmatch(seed) else usual.seed,
        entries=int(number) if number.isascii() and number.isdigit() and len(number) < 5 else usual.entries,  # noqa: PLR2004
        cases=frozenset(cases.split(",")) & frozenset(CASES) if cases else usual.cases,
        marks=query.get("marks", "")[:16],
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One standing in words."""

    code: str
    name: str
    unit: str
    rank: str
    tied: bool
    total: str
    stages: tuple[str, ...]
    status: str
    is_ranked: bool
    reasons: tuple[str, ...]
    barred: tuple[str, ...]
    decided: str
    award: str


@dataclass(frozen=True, slots=True)
class Given:
    """One tier: its title, who gets it (code and why)."""

    title: str
    entries: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Run:
    """A rehearsal that was computed."""

    rules: RuleSet
    entries: Sequence[EntryInput]
    marks: Sequence[Mark]
    labels: Mapping[str, tuple[str, str]]
    result: Result

    @property
    def ties(self) -> int:
        return sum(row.tied or row.decided_by is not None for row in self.result.standings)


def run(rules: RuleSet, asked: Asked, kept: Rehearsal | None = None) -> Run:
    """Computes it.

    Raises:
        InvalidError: the kept marks do not fit these rules (MarksFileError lists where), or the rules can't use them.
        WorkbookRefused: the kept file can't be read.
    """
    if kept is None:
        made = generate(rules, asked.seed, asked.entries, asked.cases)
        entries, marks, labels = made.entries, made.marks, {}
    else:
        found = read_marks_file(rules, kept.data, kept.file_name)
        if len(found.events) != 1:
            raise InvalidError(N_("文件里有 %(n)s 个竞赛项目，试算一次只能算一个。请只留一个。"), n=len(found.events))
        (event,) = found.events.values()
        entries, marks, labels = event.entries, event.marks, event.labels
    try:
        return Run(rules, entries, marks, labels, evaluate(rules, entries, marks))
    except CoreError as error:
        raise InvalidError(N_("这些分数不能按这份办法计算（%(code)s）。"), code=error.code) from error


def rows(done: Run) -> list[Row]:
    """The standings in published order."""
    awards = {grant.entry: grant.award_id for grant in assign_awards(done.rules, done.result)}
    titles = {award.id: award.title or award.id for award in done.rules.awards}
    titles |= {f"veto {veto.id}": veto.title or veto.id for veto in done.rules.vetoes}
    return [_row(done, standing, titles, awards) for standing in done.result.standings]


def _row(done: Run, row: Standing, titles: Mapping[str, str], awards: Mapping[str, str]) -> Row:
    name, unit = done.labels.get(row.entry, ("", ""))
    shown = row.published if row.published is not None else row.provisional
    return Row(
        code=row.entry, name=name, unit=unit, rank=row.rank or "", tied=row.tied, total=_text(shown),
        stages=tuple(_text(value) for value in row.stage_totals.values()), status=status_words(row.status),
        is_ranked=row.rank is not None,
        reasons=tuple(dict.fromkeys(reason_words(reason) for reason in row.reasons)),
        barred=tuple(titles[f"veto {veto}"] for veto in row.award_barred),
        decided="" if row.decided_by is None else decision_words(done.rules, row.decided_by),
        award=titles.get(awards.get(row.entry, ""), ""),
    )  # fmt: skip


def _text(value: Decimal | None) -> str:
    return "" if value is None else format(value, "f")


def awards_of(done: Run) -> list[Given]:
    """The awards, tier by tier, each with the reason."""
    standings = {row.entry: row for row in done.result.standings}
    grants = assign_awards(done.rules, done.result)
    return [
        Given(award.title or award.id, [
            (grant.entry, reason_text(reason_of(award, grant, standings[grant.entry])))
            for grant in grants if grant.award_id == award.id
        ])
        for award in done.rules.awards
    ]  # fmt: skip


def marks_table(done: Run) -> list[dict[str, str]]:
    """The marks as rows of a marks file (docs/marks-file.md), to be changed by hand and pasted again."""
    found = []
    for mark in done.marks:
        decimals = done.rules.aspect(mark.stage, mark.aspect).decimals
        value = "" if mark.units is None else format_units(mark.units, decimals)
        factor = next((e.factors.get((mark.stage, mark.aspect, mark.repetition)) for e in done.entries
                       if e.code == mark.entry), None)  # fmt: skip
        found.append({
            "stage": mark.stage, "period": mark.period, "entry": mark.entry, "aspect": mark.aspect,
            "repetition": str(mark.repetition), "judge": mark.judge, "value": value, "state": mark.state,
            "factor": "" if factor is None else str(factor),
        })  # fmt: skip
    return found + [row for entry in done.entries for row in _about(entry)]


def _about(entry: EntryInput) -> list[dict[str, str]]:
    """The rows about the entry itself: values of the tie chain, vetoes, its lot."""
    facts = {name: str(value) for name, value in entry.measures.items()} | dict.fromkeys(entry.vetoes, "1")
    facts |= {"draw": str(entry.draw)} if entry.draw is not None else {}
    return [{"entry": entry.code, "aspect": name, "value": value} for name, value in facts.items()]


def kept_marks(session: Session, event: Event) -> Sequence[Rehearsal]:
    """The kept marks of an event, newest first."""
    query = select(Rehearsal).where(Rehearsal.tenant_id == event.tenant_id, Rehearsal.event_id == event.id)
    return session.exec(query.order_by(col(Rehearsal.made_at).desc(), col(Rehearsal.id).desc())).all()


def get_kept(session: Session, event: Event, rehearsal_id: str) -> Rehearsal:
    """Kept marks of this very event (NotFoundError otherwise)."""
    found = session.get(Rehearsal, (event.tenant_id, rehearsal_id))
    if found is None or found.event_id != event.id:
        raise NotFoundError(N_("找不到这份试算的分数，可能已被新的替换。"))
    return found


def subject_of(session: Session, actor: Actor, event_id: str, number: str = "") -> Draft:
    """What is rehearsed: the version of that number, else the newest.

    Raises:
        NotFoundError, ForbiddenError
    """
    draft = versions.version_of(session, actor, event_id, number)
    if not can_rehearse(actor, draft.competition):
        raise ForbiddenError(N_("您的角色不能试算评分办法。"))
    newest = None if number else newest_version(session, draft.event)
    found = versions.version_of(session, actor, event_id, str(newest.version)) if newest else draft
    may = draft_of(session, actor, event_id).can_edit  # the tabs lead to the same pages from here as from the others
    return replace(found, can_edit=may)
