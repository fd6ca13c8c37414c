"""What a marks file would do (docs/marks-file.md): every row held against the rules, the panel and the marks there are.

Writes nothing, so that a file with one error leaves everything as it was.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlmodel import Session, select

from contest.actors import Actor
from contest.competitions.models import Event
from contest.competitions.queries import rules_in_force
from contest.core.marks import SCORED, parse_decimal, parse_value
from contest.core.problems import MarkProblem
from contest.core.rubric import Aspect
from contest.core.ruleset import RuleSet, Stage
from contest.documents.workbook import CellError, ParsedRow
from contest.entries.factors import factor_value
from contest.entries.models import Entry, EntryState
from contest.entries.planning import RowError, shortened
from contest.errors import InvalidError
from contest.i18n import N_, gettext
from contest.judging.marks.deciding import decide, mark_key, sheet_key
from contest.judging.marks.proposed import Proposed, read_operation
from contest.judging.marks.reasons import REASON_TEXTS
from contest.judging.marks.scene import Panelist, Scene
from contest.judging.marks.scene_loading import load_entries, load_marks, load_panels, load_scenes
from contest.judging.models import OperationResult
from contest.judging.queries import members_of

NO_ENTRY = N_("第 %(row)s 行“加密号”是“%(value)s”，名单里没有。请核对加密号或编号。")
NO_STAGE = N_("第 %(row)s 行的阶段或考评期“%(value)s”不存在，或者要填而没有填。")
NO_ASPECT = N_("第 %(row)s 行“评分点”是“%(value)s”，评分办法里没有这一项。")
BAD_REPETITION = N_("第 %(row)s 行“轮次”是 %(value)s，“%(aspect)s”最多 %(most)s 轮。")
BAD_VALUE = N_("第 %(row)s 行“分”是“%(value)s”，不能用：%(why)s。")
BAD_MEASURE = N_("第 %(row)s 行“%(aspect)s”是“%(value)s”，不是数。它用于并列时的比较，例如用时 165。")
BAD_FACTOR = N_("第 %(row)s 行“系数”不能用：%(problem)s")
NO_FACTOR = N_("第 %(row)s 行有系数，但评分办法没有给“%(aspect)s”规定参赛自带的系数。请删去系数。")
FACTOR_DIFFERS = N_("第 %(row)s 行的系数与第 %(first_row)s 行不同。同一参赛、评分点和轮次只能有一个系数。")
NO_JUDGE = N_("第 %(row)s 行“裁判”是“%(value)s”，裁判组里没有这个代号。请先任命，或在上传时选择作为外请评委加入。")
BAD_CODE = N_("第 %(row)s 行“裁判”是“%(value)s”，不能作代号。代号是 1 到 10 个字母、数字，例如 J1。")
NOT_TAKEN = N_("第 %(row)s 行不能导入：%(why)s。")
TWICE = N_("第 %(row)s 行与第 %(first_row)s 行是同一位裁判的同一个分。请删去一行。")
OTHER_EVENT = N_("第 %(row)s 行的项目与第 %(first_row)s 行不同。一次只能导入一个项目的分数，请拆成几个文件。")
PROBLEM_WORDS = {
    "empty": N_("没有填写"),
    "not_a_number": N_("不是数，请写成 9.5 这样"),
    "too_many_decimals": N_("小数位数太多"),
    "below_minimum": N_("低于下限"),
    "above_maximum": N_("高于上限"),
    "not_a_choice": N_("不是可选的数值"),
    "off_step": N_("不合分值间隔"),
}
FactorKey = tuple[str, str, str, int]
"""Entry code, stage, aspect, repetition."""


@dataclass(slots=True)
class Plan:
    """What a file would do. `factors`, `measures` and `judges` keep beside each the row that named it first."""

    operations: list[tuple[int, Proposed]] = field(default_factory=list)
    factors: dict[FactorKey, tuple[str, int]] = field(default_factory=dict)
    measures: dict[tuple[str, str], tuple[Decimal, int]] = field(default_factory=dict)
    recusals: list[tuple[str, str, str]] = field(default_factory=list)
    judges: dict[tuple[str, str], int] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)

    def refuse(self, row: int, column: str, message: str, **params: object) -> None:
        """Notes an error; `message` is a message id with `row` and `params`."""
        self.errors.append(CellError(row, column, "refused", params, message))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row's mark belongs."""

    stage: str
    period: str
    aspect: Aspect
    repetition: int


@dataclass(frozen=True, slots=True)
class Source:
    """What the rows of a file are read against. `stages`: aspect id -> the stages that have it."""

    event: Event
    rules: RuleSet
    stages: Mapping[str, Sequence[Stage]]
    measures: frozenset[str]
    codes: Mapping[str, str]
    known: frozenset[tuple[str, str]]
    scene: Scene
    makes_judges: bool
    key: str
    reason: str


def make_plan(
    session: Session, actor: Actor, event: Event, rows: Sequence[ParsedRow], *, makes_judges: bool, key: str,
    reason: str = "",
) -> Plan:  # fmt: skip
    """Judges every row as the writer will, without writing; all errors at once."""
    scene = _whole_scene(session, event)
    rules = rules_in_force(session, event)
    source = Source(
        event=event,
        rules=rules,
        stages=_stages(rules),
        measures=rules.measures(),
        codes=_codes(session, event, by_number=actor.is_system or not rules.blind),
        known=frozenset((line.stage.key, line.member.code) for line in members_of(session, event)),
        scene=scene,
        makes_judges=makes_judges,
        key=key,
        reason=reason,
    )
    plan = Plan()
    _refuse_other_events(rows, plan)
    drafts = [(row.number, op) for row in rows for op in _read_row(row, source, plan)]
    _judge(session, actor, source, plan, drafts)
    return plan


def _stages(rules: RuleSet) -> dict[str, list[Stage]]:
    found: dict[str, list[Stage]] = {}
    for stage in rules.stages:
        for aspect in stage.aspects():
            found.setdefault(aspect.id, []).append(stage)
    return found


def _codes(session: Session, event: Event, *, by_number: bool) -> dict[str, str]:
    """Code (or number) -> code; a code wins over a number of the same letters.

    While the event is blind nobody gives a number: the mark would then stand under the code and tell whose it is.
    """
    query = select(Entry.number, Entry.code).where(
        Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, Entry.state == EntryState.REGISTERED
    )
    pairs = [(number, code) for number, code in session.exec(query) if code]
    return (dict(pairs) if by_number else {}) | {code: code for _, code in pairs}


def _refuse_other_events(rows: Sequence[ParsedRow], plan: Plan) -> None:
    """`contest score` takes many events in one file; a page belongs to one, and must not mix them silently."""
    named = [row for row in rows if row["event"]]
    for row in named[1:]:
        if row["event"] != named[0]["event"]:
            plan.refuse(row.number, "event", OTHER_EVENT, first_row=named[0].number)


def _read_row(row: ParsedRow, source: Source, plan: Plan) -> Iterator[Proposed]:
    """The operation of one row; a missing mark is none; what else the row says goes into the plan."""
    entry, aspect = str(row["entry"] or ""), str(row["aspect"] or "")
    code = source.codes.get(entry)
    if entry and code is None:
        plan.refuse(row.number, "entry", NO_ENTRY, value=shortened(entry))
    if code is None or not aspect:
        return
    if aspect not in source.stages and aspect in source.measures:
        _note_measure(row, plan, code, aspect)
        return
    place = _place(row, source, plan, aspect)
    if place is None:
        return
    _note_factor(row, plan, code, place)
    judge, state = str(row["judge"] or ""), str(row["state"] or "")
    if judge and not _is_seated(row, source, plan, place.stage, judge):
        return
    if state == "recused":
        plan.recusals.append((place.stage, judge, code))
        return
    if state == "missing" or (not state and row["value"] is None):
        return
    operation = _operation(row, source, plan, place, code)
    if operation is not None:
        yield read_operation(operation | {"judge": judge, "reason": str(row["reason"] or source.reason)})


def _note_measure(row: ParsedRow, plan: Plan, code: str, name: str) -> None:
    """A value of the tie chain: it belongs to the entry, not to a judge."""
    number = parse_decimal(str(row["value"] or ""))
    if number is None:
        plan.refuse(row.number, "value", BAD_MEASURE, aspect=name, value=shortened(str(row["value"] or "")))
        return
    first = plan.measures.setdefault((code, name), (number, row.number))[1]
    if first != row.number:
        plan.refuse(row.number, "", TWICE, first_row=first)


def _place(row: ParsedRow, source: Source, plan: Plan, aspect: str) -> Place | None:
    """Stage, period, aspect and repetition of a row; what is not said is found where there is only one."""
    stage, period = str(row["stage"] or ""), str(row["period"] or "")
    having = [found for found in source.stages.get(aspect, ()) if stage in ("", found.id)]
    if not having and (not stage or any(found.id == stage for found in source.rules.stages)):
        plan.refuse(row.number, "aspect", NO_ASPECT, value=shortened(aspect))
        return None
    periods = [found.id for holder in having for found in holder.periods if period in ("", found.id)]
    if len(having) != 1 or len(periods) != 1:
        wrong = " ".join(filter(None, (stage, period))) or "—"
        plan.refuse(row.number, "stage", NO_STAGE, value=shortened(wrong))
        return None
    leaf, repetition = source.scene.aspects[having[0].id, aspect], int(str(row["repetition"] or 1))
    if repetition > leaf.repetitions:
        params = {"value": repetition, "aspect": aspect, "most": leaf.repetitions}
        plan.refuse(row.number, "repetition", BAD_REPETITION, **params)
        return None
    return Place(having[0].id, periods[0], leaf, repetition)


def _note_factor(row: ParsedRow, plan: Plan, code: str, place: Place) -> None:
    """The difficulty of this entry, aspect and repetition: each of its rows may repeat it, none may differ."""
    text = str(row["factor"] or "")
    if not text:
        return
    if place.aspect.factor.source != "entry":
        plan.refuse(row.number, "factor", NO_FACTOR, aspect=place.aspect.id)
        return
    try:
        value = factor_value(text)
    except InvalidError as error:
        plan.errors.append(RowError(row.number, "factor", "refused", {}, BAD_FACTOR, error))
        return
    key = (code, place.stage, place.aspect.id, place.repetition)
    known, first = plan.factors.setdefault(key, (value, row.number))
    if known != value:
        plan.refuse(row.number, "factor", FACTOR_DIFFERS, first_row=first)


def _is_seated(row: ParsedRow, source: Source, plan: Plan, stage: str, judge: str) -> bool:
    """Whether the judge is on the panel, or will be."""
    if (stage, judge) in source.known or (stage, judge) in plan.judges:
        return True
    if not source.makes_judges:
        plan.refuse(row.number, "judge", NO_JUDGE, value=judge)
    elif not judge.isalnum():
        plan.refuse(row.number, "judge", BAD_CODE, value=judge)
    else:
        plan.judges[stage, judge] = row.number
        return True
    return False


def _operation(row: ParsedRow, source: Source, plan: Plan, place: Place, code: str) -> dict[str, object] | None:
    state, text = str(row["state"] or SCORED), str(row["value"] if row["value"] is not None else "")
    units = parse_value(text, place.aspect) if state == SCORED else None
    if isinstance(units, MarkProblem):
        why = PROBLEM_WORDS.get(units.code, units.code)
        plan.refuse(row.number, "value", BAD_VALUE, value=shortened(text), why=why)
        return None
    return {
        "op_id": f"import-{source.key}-{row.number}",
        "event": source.event.id,
        "stage": place.stage,
        "period": place.period,
        "entry": code,
        "aspect": place.aspect.id,
        "repetition": place.repetition,
        "value": units,
        "state": state,
        "device": "import",
        "seq": row.number,
        "client_time": time.time_ns() // 1_000_000,
    }


def _whole_scene(session: Session, event: Event) -> Scene:
    scenes = load_scenes(session.connection(), [event.id])
    load_panels(session.connection(), scenes)
    return scenes[event.id]


def _judge(session: Session, actor: Actor, source: Source, plan: Plan, drafts: list[tuple[int, Proposed]]) -> None:
    """What the writer would answer to every row, against the marks as they stand and each other."""
    scene = source.scene
    _seat_new_judges(scene, plan)
    load_entries(session.connection(), {scene.event_id: scene}, [(op.event, op.entry) for _, op in drafts])
    _add_measures(scene, plan)
    load_marks(
        session.connection(),
        {scene.event_id: scene},
        [(op.event, *sheet_key(op, op.judge or "")) for _, op in drafts],
    )
    seen: dict[object, int] = {}
    for number, op in drafts:
        key = mark_key(op, op.judge or "")
        first = seen.setdefault(key, number)
        if first != number:
            plan.refuse(number, "", TWICE, first_row=first)
            continue
        current = scene.marks.get(key)
        based = replace(op, base=current.revision if current else 0)
        decision = decide(based, actor, scene)
        if decision.result is OperationResult.ACCEPTED:
            plan.operations.append((number, based))
        else:
            why = gettext(REASON_TEXTS.get(decision.reason, decision.reason))
            plan.refuse(number, "", NOT_TAKEN, why=why)


def _add_measures(scene: Scene, plan: Plan) -> None:
    """A file may bring the very values that bound its marks; they are written before the marks."""
    for (code, name), (value, _) in plan.measures.items():
        scene.measures[code] = {**scene.measures.get(code, {}), name: value}


def _seat_new_judges(scene: Scene, plan: Plan) -> None:
    for stage, code in plan.judges:
        new = Panelist(f"new-{code}", None, "judge", True, code)
        scene.members[stage] = (*scene.members.get(stage, ()), new)
