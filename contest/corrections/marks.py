"""A locked mark as what is corrected: every place of an entry's sheets, and what another value would make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import ClassVar

from sqlmodel import Session, select

from contest.acts.models import ActKind
from contest.competitions.models import Event, PeriodState
from contest.competitions.queries import stage_periods
from contest.core.canonical import digest as digest_of
from contest.core.marks import MISSING, NOT_PERFORMED, SCORED, Mark, parse_value
from contest.core.ruleset import Aspect, RuleSet
from contest.core.scoring import Result, evaluate
from contest.corrections.asked import SAME, Asked, Line, Told, Wording, wrong
from contest.errors import NotFoundError
from contest.i18n import N_, gettext
from contest.judging.marks.superseding import supersede_mark
from contest.judging.models import MarkRow
from contest.judging.panel.recusals import recused_entries
from contest.judging.queries import Where, declared_in, is_absent, is_out, locate, members_of
from contest.judging.sheet.items import Item, items_of
from contest.judging.sheet.queries import entry_by_code
from contest.judging.sheet.rendering import shown
from contest.ledger.models import Appended
from contest.standings.services import Computation

NOT_PERFORMED_WORDS = frozenset({"未完成", "dnf"})
MISSING_WORDS = frozenset({"缺", "没有", "none"})


@dataclass(frozen=True, slots=True)
class Correction(Asked):
    """A mark's place and what it shall be."""

    kind: ClassVar[ActKind] = ActKind.MARK
    wording: ClassVar[Wording] = Wording(
        title=N_("更正一个分"),
        now=N_("现在的分"),
        wanted=N_("正确的分"),
        hint=N_("例如：纸质评分表 J3 写的是 8.5，录成 5.8。理由记入流水。"),
        follows=N_("确认后，这份评分表的签名作废，要重新签；已发布的成绩保留，要发布新的版本，证书随之换发。"),
        done=N_("已更正，已记入流水；这份评分表的签名作废，要重新签。成绩要重新发布。"),
    )

    stage: str
    period: str
    entry: str
    aspect: str
    repetition: int
    judge: str
    units: int | None = None
    state: str = SCORED

    @property
    def place(self) -> tuple[str, str, str, str, int, str]:
        return self.stage, self.period, self.entry, self.aspect, self.repetition, self.judge

    @property
    def subject(self) -> str:
        return digest_of(list(self.place))

    @property
    def boxes(self) -> Mapping[str, str]:
        names = ("stage", "period", "entry", "aspect", "repetition", "judge")
        return dict(zip(names, map(str, self.place), strict=True))

    def find(self, session: Session, event: Event) -> Line:
        line = find_line(session, event, self)
        stage = line.where.stage.title or self.stage
        told = self._told(line.item.aspect.title or self.aspect, stage)
        return Line(told, line.shown, line.row.revision if line.row else 0)

    def with_value(self, session: Session, event: Event, text: str) -> Correction:
        return with_value(find_line(session, event, self), self, text)

    def evaluated(self, session: Session, event: Event, now: Computation) -> Result:  # noqa: ARG002
        marks = [mark for mark in now.marks if _key(mark) != self.place]
        if self.state != MISSING:
            marks.append(Mark(*self.place, self.units, self.state))
        return evaluate(now.rules, now.entry_inputs, marks, now.panels)

    def plain(self) -> dict[str, object]:
        return asdict(self)

    def told(self, rules: RuleSet) -> Told:
        stage = next((stage for stage in rules.stages if stage.id == self.stage), None)
        aspect = self._aspect(rules)
        return self._told((aspect and aspect.title) or self.aspect, (stage and stage.title) or self.stage)

    def _aspect(self, rules: RuleSet) -> Aspect | None:
        """As these rules have it: they may be others than when it was asked."""
        try:
            return rules.aspect(self.stage, self.aspect)
        except KeyError:
            return None

    def _told(self, aspect: str, stage: str) -> Told:
        return [(gettext("评分点"), aspect), (gettext("阶段"), stage), (gettext("裁判"), self.judge or "—")]

    def wanted(self, rules: RuleSet) -> str:
        row = MarkRow(
            tenant_id="", event_id="", stage_key="", period_key="", entry_code="", aspect="", repetition=1,
            judge_code="", units=self.units, state=self.state, revision=0, op_id="", updated_at=0,
        )  # fmt: skip
        aspect = self._aspect(rules)
        return (shown(aspect, row) if aspect else None) or "—"  # units alone, without its decimals, would mislead

    def write(
        self,
        session: Session,
        event: Event,
        said: Mapping[str, object],
        deciders: str,  # noqa: ARG002 - in the audit
    ) -> Appended:
        line = self.find(session, event)
        return supersede_mark(session, event, {**self.plain(), **said, "event": event.id, "replaces": line.replaces})


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One place of an entry's sheets: what stands there now; `row` None: nothing."""

    where: Where
    item: Item
    judge: str
    row: MarkRow | None

    @property
    def shown(self) -> str:
        return shown(self.item.aspect, self.row) or "—"


def mark_lines(session: Session, event: Event, code: str) -> list[MarkLine]:
    """Every place where an entry has or should have a mark, in locked periods."""
    entry = entry_by_code(session, event, code)
    if entry is None:
        raise NotFoundError(N_("没有这个加密号。"))
    marks = _rows(session, event, code)
    members = [line for line in members_of(session, event) if line.member.scores]
    kept = {line.member.id: recused_entries(session, line.member, event) for line in members}
    found = []
    for stage, period in stage_periods(session, event):
        if period.state is not PeriodState.LOCKED:
            continue
        where = locate(session, period.id)
        if is_absent(entry, where) or is_out(session, entry, where):
            continue
        declared = declared_in(session, where).get(entry.id)
        judges = [m.member.code for m in members if m.stage.id == stage.id and entry.id not in kept[m.member.id]]
        places = [(item, judge) for item in items_of(where.stage_rules, declared) for judge in judges]
        places += [(item, "") for item in items_of(where.stage_rules, declared, sheet="clerk")]
        known = {(item.place, judge) for item, judge in places}
        everywhere = {item.place: item for item in items_of(where.stage_rules, declared)}
        places += [
            (everywhere[a, r], j) for (s, p, a, r, j) in marks
            if (s, p) == (stage.key, period.key) and (a, r) in everywhere and ((a, r), j) not in known
        ]  # fmt: skip
        found += [
            MarkLine(where, item, judge, marks.get((stage.key, period.key, *item.place, judge)))
            for item, judge in places
        ]
    return found


def _rows(session: Session, event: Event, code: str) -> dict[tuple[str, str, str, int, str], MarkRow]:
    query = select(MarkRow).where(
        MarkRow.tenant_id == event.tenant_id, MarkRow.event_id == event.id, MarkRow.entry_code == code
    )
    return {(r.stage_key, r.period_key, r.aspect, r.repetition, r.judge_code): r for r in session.exec(query)}


def find_line(session: Session, event: Event, asked: Correction) -> MarkLine:
    """The place that a correction names (NotFoundError: there is none, it is recused or not locked)."""
    for line in mark_lines(session, event, asked.entry):
        if _place(line, asked.entry) == asked.place:
            return line
    raise NotFoundError(N_("找不到这一分，或者它还没有锁定。"))


def _place(line: MarkLine, entry: str) -> tuple[str, str, str, str, int, str]:
    return line.where.stage.key, line.where.period.key, entry, *line.item.place, line.judge


def with_value(line: MarkLine, asked: Correction, text: str) -> Correction:
    """The correction with the typed value: a number of the aspect, 未完成, or 缺 (InvalidError: none of these)."""
    typed = text.strip().lower()
    if typed in NOT_PERFORMED_WORDS:
        made = replace(asked, units=None, state=NOT_PERFORMED)
    elif typed in MISSING_WORDS:
        made = replace(asked, units=None, state=MISSING)
    else:
        made = replace(asked, units=_units(text, line.item.aspect), state=SCORED)
    if (made.units, made.state) == (line.row.units if line.row else None, line.row.state if line.row else MISSING):
        raise wrong(SAME)
    return made


def _units(text: str, aspect: Aspect) -> int:
    units = parse_value(text, aspect)
    if isinstance(units, int):
        return units
    low, high = aspect.mark_bounds()
    raise wrong(
        N_("“%(text)s”不是这一项能打的分：请填 %(low)s 到 %(high)s、最多 %(places)s 位小数的数，或“未完成”“缺”。"),
        text=text[:20], low=str(low if low is not None else "—"), high=str(high if high is not None else "—"),
        places=aspect.decimals,
    )  # fmt: skip


def _key(mark: Mark) -> tuple[str, str, str, str, int, str]:
    return mark.stage, mark.period, mark.entry, mark.aspect, mark.repetition, mark.judge
