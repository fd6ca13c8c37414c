"""The dry run of a sheet: what it would add, what is there already, what is wrong. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlmodel import Session, select

from contest.competitions.models import Event
from contest.documents.refusals import fill
from contest.documents.workbook import CellError, Parsed, ParsedRow
from contest.entries.duplicates import Clash, Known, Register
from contest.entries.inputs import EntryInput, cleaned, split_members
from contest.entries.models import Entry, EntryKind
from contest.entries.spreadsheets import SHEET
from contest.errors import DomainError, InvalidError
from contest.i18n import N_
from contest.organizations.queries import NameIndex, name_index

Progress = Callable[[int, int], None]
STEP = 2000
"""Rows between two reports of progress: each is a small transaction."""

IN_FILE = {
    "number": N_(
        "第 %(row)s 行“%(name)s”的编号 %(mine)s 与第 %(first_row)s 行“%(other)s”相同。请改一个编号，或留空由系统编号。"
    ),
    "worker_number": N_(
        "第 %(row)s 行“%(name)s”的单位和工号与第 %(first_row)s 行“%(other)s”相同。请核对工号，或删去一行。"
    ),
    "name": N_(
        "第 %(row)s 行“%(name)s”的名称和单位与第 %(first_row)s 行“%(other)s”相同。"
        "请删去一行；如果是两个人，请填写各自的工号。"
    ),
}
IN_EVENT = {
    "number": N_("第 %(row)s 行“%(name)s”的编号 %(mine)s 在名单里已经是“%(other)s”。请改一个编号，或留空由系统编号。"),
    "worker_number": N_(
        "第 %(row)s 行“%(name)s”的单位和工号在名单里已经是“%(other)s”（编号 %(number)s）。请核对工号。"
    ),
    "name": N_(
        "第 %(row)s 行“%(name)s”的名称和单位在名单里已有（编号 %(number)s），但编号或工号不同。"
        "请核对；如果是两个人，请填写各自的工号。"
    ),
}
REFUSED = N_("第 %(row)s 行“%(title)s”：%(problem)s")


@dataclass(frozen=True)
class RowError(CellError):
    """An error whose reason has words and parameters of its own, translated with it."""

    problem: DomainError = field(default_factory=lambda: DomainError(""))

    def words(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence for a person."""
        reason = translate(self.problem.message) % self.problem.params
        return fill(self.message, {"row": self.row, **self.params, "problem": reason}, translate)


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that would become an entry."""

    row: int
    fields: EntryInput


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that the event already has."""

    row: int
    name: str
    number: str


@dataclass(slots=True)
class Plan:
    """The outcome of a dry run."""

    new: list[Planned] = field(default_factory=list)
    known: list[Skipped] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    unlinked: dict[str, list[int]] = field(default_factory=dict)
    ambiguous: dict[str, list[int]] = field(default_factory=dict)
    seen: tuple[int, str] = (0, "")
    """How many entries the event had, and the newest id: whether the plan still holds when it is carried out."""


def make_plan(session: Session, event: Event, parsed: Parsed, progress: Progress = lambda _done, _total: None) -> Plan:
    """Holds every row of the sheet against the rules, the other rows and the event."""
    plan = Plan(errors=list(parsed.errors))
    bad_rows = {error.row for error in parsed.errors}
    in_event, plan.seen = _present(session, event)
    in_file, units = Register(), name_index(session, event.tenant_id)
    for done, row in enumerate(parsed.rows):
        if done % STEP == 0:
            progress(done, parsed.row_count)
        if row.number in bad_rows or (fields := _read(row, plan.errors)) is None:
            continue
        _place(plan, row.number, fields, in_event, in_file, units)
    plan.errors.sort(key=lambda error: error.row)
    return plan


def fingerprint(session: Session, event: Event) -> tuple[int, str]:
    """Changes whenever an entry is added."""
    return _present(session, event)[1]


def _present(session: Session, event: Event) -> tuple[Register, tuple[int, str]]:
    columns = select(Entry.id, Entry.number, Entry.name, Entry.unit, Entry.worker_number)  # type: ignore[call-overload]
    rows = session.exec(columns.where(Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)).all()
    register = Register()
    for _, number, name, unit, worker_number in rows:
        register.add(Known(0, number, name, unit, worker_number))
    return register, (len(rows), max((row[0] for row in rows), default=""))


def _read(row: ParsedRow, errors: list[CellError]) -> EntryInput | None:
    """The row as input, or None with its errors noted."""
    text = {column.key: str(row[column.key] or "") for column in SHEET.columns}
    kind = EntryKind(text["kind"]) if text["kind"] else None
    members = split_members(text["members"])
    wanted = EntryInput(
        text["name"], kind, text["number"], text["unit"], None, None, text["worker_number"], text["phone"], members
    )
    try:
        return cleaned(wanted)
    except InvalidError as error:
        errors.extend(_cell_errors(row, error))
        return None


def _cell_errors(row: ParsedRow, error: InvalidError) -> Iterator[CellError]:
    for key, problem in error.fields.items():
        yield RowError(row.number, key, "refused", {"title": SHEET.column(key).title_zh}, REFUSED, problem)


def _place(
    plan: Plan, number: int, fields: EntryInput, in_event: Register, in_file: Register, units: NameIndex
) -> None:
    """Sorts one readable row into new, known or wrong."""
    mine = Known.of(number, fields)
    in_row = in_file.find(mine)
    in_file.add(mine)
    if in_row is not None:
        plan.errors.append(_clash_error(number, fields, in_row, IN_FILE))
        return
    there = in_event.find(mine)
    if there is not None and not there.is_same:
        plan.errors.append(_clash_error(number, fields, there, IN_EVENT))
    elif there is not None:
        plan.known.append(Skipped(number, fields.name, there.with_.number))
    else:
        plan.new.append(Planned(number, _linked(plan, number, fields, units)))


def _linked(plan: Plan, number: int, fields: EntryInput, units: NameIndex) -> EntryInput:
    found = units.find(fields.unit) if fields.unit else None
    if fields.unit and found is None:
        into = plan.ambiguous if units.is_ambiguous(fields.unit) else plan.unlinked
        into.setdefault(fields.unit, []).append(number)
    return replace(fields, organization_id=found)


def _clash_error(number: int, fields: EntryInput, clash: Clash, messages: Mapping[str, str]) -> CellError:
    other = clash.with_
    params = {
        "name": shortened(fields.name), "mine": fields.number, "other": shortened(other.name),
        "first_row": other.row, "number": other.number,
    }  # fmt: skip
    return CellError(number, clash.column, "duplicate_entry", params, messages[clash.column])


def shortened(text: str, limit: int = 40) -> str:
    """A name that fits into a sentence."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def unit_notices(units: dict[str, list[int]], limit: int = 50) -> Sequence[dict[str, object]]:
    """Unit texts that matched nothing (or several), with their rows, most frequent first."""
    ordered = sorted(units.items(), key=lambda item: (-len(item[1]), item[1][0]))
    return [{"unit": unit, "rows": len(rows), "first_row": rows[0]} for unit, rows in ordered[:limit]]
