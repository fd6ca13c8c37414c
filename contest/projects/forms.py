"""The boxes of the register's pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pydantic import Field

from contest.core.marks import parse_decimal
from contest.errors import DomainError, InvalidError
from contest.i18n import N_
from contest.projects.money import typed_fen
from contest.projects.progress import Progress
from contest.projects.registering import NEED_FIX, ProjectInput, RegisterInput
from contest.projects.reporting import Said
from contest.web.forms import Form

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
BAD_DATE = N_("“%(value)s”不是日期，请填写例如 2026-11-21。")


class ProjectForm(Form):
    """A project as typed; plan and milestones come as boxes `plan|month` and `name|n`, `day|n`."""

    name: str
    number: str = ""
    owner: str = ""
    contractor: str
    group_name: str = ""
    investment: str
    reason: str = ""

    def to_input(self, boxes: Mapping[str, str]) -> ProjectInput:
        """The input that services take (InvalidError with every box that can't be taken)."""
        problems: dict[str, DomainError] = {}
        investment = _amount("investment", self.investment, problems)
        plan = {
            key[5:]: amount
            for key, text in boxes.items()
            if key.startswith("plan|") and text.strip() and (amount := _amount(key, text, problems)) is not None
        }
        milestones: dict[str, date] = {}
        for key, text in boxes.items():
            name, box = text.strip(), f"day|{key[5:]}"
            if not key.startswith("name|") or not name:
                continue
            day = _day(box, boxes.get(box, ""), problems)
            if name in milestones:
                problems[key] = DomainError(N_("节点“%(name)s”写了两次。"), name=name)
            elif day is not None:
                milestones[name] = day
            else:
                problems.setdefault(box, DomainError(N_("请填写节点的计划完成日期。")))
        if problems:
            raise InvalidError(NEED_FIX, fields=problems)
        return ProjectInput(
            self.name, self.number, self.owner, self.contractor, self.group_name, investment or 0, plan, milestones
        )


def _amount(name: str, text: str, problems: dict[str, DomainError]) -> int | None:
    try:
        return typed_fen(text)
    except InvalidError as error:
        problems[name] = error
        return None


def _day(name: str, text: str, problems: dict[str, DomainError]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        problems[name] = DomainError(BAD_DATE, value=text[:20])
        return None


class RegisterForm(Form):
    """What the register goes by; indicators and months come as boxes `indicator|stage|aspect`, `first|stage|period`."""

    province_from: str
    city_from: str
    due_day: int = Field(ge=1, le=31)
    due_next_month: bool = False
    same_type_once: bool = False
    empty_counts_full: bool = False
    finding_types: str = ""

    def to_input(self, boxes: Mapping[str, str]) -> RegisterInput:
        """The input that services take (InvalidError with every box that can't be taken)."""
        problems: dict[str, DomainError] = {}
        province = _amount("province_from", self.province_from, problems)
        city = _amount("city_from", self.city_from, problems)
        months = _spans(boxes, problems)
        types = _types(self.finding_types, problems)
        if problems:
            raise InvalidError(NEED_FIX, fields=problems)
        return RegisterInput(
            province_from=province or 0, city_from=city or 0, due_day=self.due_day, due_next_month=self.due_next_month,
            same_type_once=self.same_type_once, empty_counts_full=self.empty_counts_full, months=months,
            indicators={key[10:]: text for key, text in boxes.items() if key.startswith("indicator|") and text},
            finding_types=types,
        )  # fmt: skip


def _spans(boxes: Mapping[str, str], problems: dict[str, DomainError]) -> dict[str, tuple[str, str]]:
    found = {}
    for key, text in boxes.items():
        if not key.startswith("first|") or not (text.strip() or boxes.get(f"last|{key[6:]}", "").strip()):
            continue
        first, last = text.strip(), boxes.get(f"last|{key[6:]}", "").strip() or text.strip()
        if not _MONTH.fullmatch(first) or not _MONTH.fullmatch(last) or last < first:
            problems[key] = DomainError(N_("请写成 2026-03，止月不早于起月。"))
        else:
            found[key[6:]] = (first, last)
    return found


def _types(text: str, problems: dict[str, DomainError]) -> list[tuple[str, Decimal]]:
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        kind, _, marks = line.replace("，", " ").replace("=", " ").rpartition(" ")
        number = parse_decimal(marks)
        if not kind.strip() or number is None or number < 0:
            problems["finding_types"] = DomainError(N_("“%(line)s”看不懂。一行一类，例如：扬尘治理 2"), line=line[:40])
            continue
        found.append((kind.strip()[:100], number))
    return found


class FindingForm(Form):
    """A finding on site."""

    found_on: date
    kind: str = Field(max_length=100)
    description: str = Field(max_length=1000)
    deduction: str


class WithdrawForm(Form):
    """Why a finding is taken back."""

    withdrawn_reason: str = Field(max_length=500)


class VetoForm(Form):
    """A veto with the finding as its evidence."""

    veto: str
    reason: str = Field(max_length=1000)
    decided_by: str = Field(max_length=200)


def reported(progress: Progress, month: str, boxes: Mapping[str, str]) -> list[Said]:
    """What a contact said on the report page: the month's amount and the days of milestones (InvalidError)."""
    problems: dict[str, DomainError] = {}
    said = []
    if boxes.get("amount", "").strip():
        amount = _amount("amount", boxes["amount"], problems)
        said.append(Said(progress.project, month, amount=amount, note=boxes.get("note", "")))
    for line in progress.milestones:
        box = f"day|{line.milestone.id}"
        day = _day(box, boxes.get(box, ""), problems)
        before = line.told.reported.done_on if line.told.reported else None
        if day is not None and day != before:
            said.append(Said(progress.project, milestone=line.milestone, done_on=day, note=boxes.get("note", "")))
    if not problems and not said:
        problems["amount"] = DomainError(N_("请填写本月完成投资，或某个节点的完成日期。"))
    if problems:
        raise InvalidError(NEED_FIX, fields=problems)
    return said


def checked(all_progress: list[Progress], month: str, boxes: Mapping[str, str]) -> list[Said]:
    """What the authority said on the check page: every filled box of the month (InvalidError)."""
    problems: dict[str, DomainError] = {}
    said = []
    for one in all_progress:
        key = f"{one.project.entry_id}|{month}"
        if boxes.get(f"amount|{key}", "").strip():
            amount = _amount(f"amount|{key}", boxes[f"amount|{key}"], problems)
            note, seen = boxes.get(f"note|{key}", ""), _seen(boxes, key)
            said.append(Said(one.project, month, amount=amount, note=note, seen=seen))
        for line in one.milestones:
            key = f"{one.project.entry_id}|{line.milestone.id}"
            if boxes.get(f"keep|{key}") or f"day|{key}" not in boxes:
                continue
            day = _day(f"day|{key}", boxes[f"day|{key}"], problems)
            note, seen = boxes.get(f"note|{key}", ""), _seen(boxes, key)
            said.append(Said(one.project, milestone=line.milestone, done_on=day, note=note, seen=seen))
    if problems:
        raise InvalidError(NEED_FIX, fields=problems)
    return said


def _seen(boxes: Mapping[str, str], key: str) -> int:
    text = boxes.get(f"seen|{key}", "0")
    return int(text) if text.isascii() and text.isdigit() else 0
