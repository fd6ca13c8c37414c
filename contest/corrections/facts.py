"""A fact of a locked entry as what is corrected: what the rule set reads beside marks (docs/rule-set.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import ClassVar

from sqlmodel import Session

from contest.acts.models import ActKind
from contest.competitions.models import Event
from contest.competitions.queries import rules_in_force
from contest.core.marks import EntryInput
from contest.core.ruleset import RuleSet
from contest.core.scoring import Result, evaluate
from contest.corrections.asked import SAME, Asked, Line, Told, Wording, require_told, wrong
from contest.entries.detail import detail_text, facts_in, put, read_detail, value_at
from contest.entries.fact_fields import KIND_WORDS, NO, YES, FactField, fact_fields, fact_value
from contest.entries.factors import factor_places, factor_value
from contest.entries.models import Entry
from contest.entries.queries import entry_factors, entry_vetoes
from contest.entries.superseding import FACTOR, VETO, supersede_fact
from contest.errors import InvalidError, NotFoundError
from contest.i18n import N_, gettext
from contest.judging.sheet.queries import entry_by_code
from contest.ledger.models import Appended
from contest.standings.inputs import input_of
from contest.standings.services import Computation

YES_NO = frozenset({"absent", "category", VETO})


@dataclass(frozen=True, slots=True)
class FactBox:
    """One fact that the rules read: `field` None of a factor or a veto."""

    kind: str
    place: tuple[str, ...]
    title: str
    field: FactField | None = None

    @property
    def key(self) -> str:
        return "|".join((self.kind, *self.place))

    @property
    def label(self) -> str:
        words = {FACTOR: N_("难度系数"), VETO: N_("一票否决")}.get(self.kind) or KIND_WORDS[self.kind]
        return f"{gettext(words)} {self.title}".strip()

    @property
    def choices(self) -> Told:
        if self.kind in YES_NO:
            return [(YES, gettext("是")), (NO, gettext("否"))]
        return [(NO, gettext("没有登记")), *self.field.choices] if self.field and self.field.choices else ()

    def shown(self, value: str) -> str:
        """The value as a person reads it."""
        return dict(self.choices).get(value or NO, value) or gettext("没有登记")

    def parsed(self, text: str) -> str:
        """The value as it is kept, empty for none (InvalidError: it can't be)."""
        try:
            if self.field is None:
                return factor_value(text) if self.kind == FACTOR else _yes_no(text)
            return fact_value(self.field, "" if self.field.choices and text.strip() == NO else text)
        except InvalidError as error:
            raise wrong(error.message, **error.params) from None


def _yes_no(text: str) -> str:
    typed = text.strip()
    if typed not in {"", YES, NO}:
        raise InvalidError(N_("这里只能是“是”或“否”，您填的是“%(value)s”。"), value=typed[:30])
    return YES if typed == YES else ""


def fact_boxes(rules: RuleSet) -> list[FactBox]:
    """Everything that can be recorded of an entry under these rules."""
    boxes = [FactBox(item.kind, item.place, item.title, item) for item in fact_fields(rules)]
    for place in factor_places(rules):
        title = f"{place.stage_title or place.stage} · {place.aspect_title or place.aspect} {place.repetition}"
        boxes.append(FactBox(FACTOR, (place.stage, place.aspect, str(place.repetition)), title))
    return boxes + [FactBox(VETO, (veto.id,), veto.title or veto.id) for veto in rules.vetoes]


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact of an entry as it stands; value empty: not recorded."""

    box: FactBox
    value: str

    @property
    def shown(self) -> str:
        return self.box.shown(self.value)


def fact_lines(session: Session, event: Event, code: str) -> list[FactLine]:
    """All facts of an entry (NotFoundError: no such code)."""
    entry = _entry(session, event, code)
    values = _values(session, entry)
    detail = read_detail(entry.detail)
    return [
        FactLine(box, value_at(detail, box.kind, box.place) if box.field else values.get(box.key, ""))
        for box in fact_boxes(rules_in_force(session, event))
    ]


def _values(session: Session, entry: Entry) -> dict[str, str]:
    """Factors and standing vetoes, by the key of their box."""
    factors = entry_factors(session, entry)
    values = {f"{FACTOR}|{row.stage_key}|{row.aspect}|{row.repetition}": row.value for row in factors}
    standing = (row for row in entry_vetoes(session, entry) if row.withdrawn_at is None)
    return values | {f"{VETO}|{row.veto}": YES for row in standing}


def _entry(session: Session, event: Event, code: str) -> Entry:
    entry = entry_by_code(session, event, code)
    if entry is None:
        raise NotFoundError(N_("没有这个加密号。"))
    return entry


def _known_box(rules: RuleSet, key: str) -> FactBox | None:
    return next((box for box in fact_boxes(rules) if box.key == key), None)


def _box(rules: RuleSet, key: str) -> FactBox:
    found = _known_box(rules, key)
    if found is None:
        raise NotFoundError(N_("评分办法没有用到这一项。"))
    return found


@dataclass(frozen=True, slots=True)
class FactCorrection(Asked):
    """A fact's place (`fact`: FactBox.key) and what it shall be; empty: not recorded."""

    kind: ClassVar[ActKind] = ActKind.FACT
    wording: ClassVar[Wording] = Wording(
        title=N_("更正一项登记"),
        now=N_("现在的登记"),
        wanted=N_("应为"),
        hint=N_("写清依据，例如：计时表写的是 31 分，录成 13 分。理由记入流水并公开，不写人名。"),
        follows=N_("确认后，已发布的成绩保留，要发布新的版本，奖项和证书随之换发。"),
        done=N_("已更正，已记入流水。成绩要重新发布。"),
    )

    entry: str
    fact: str
    value: str = ""

    @property
    def boxes(self) -> Mapping[str, str]:
        return {"entry": self.entry, "fact": self.fact}

    def _line(self, session: Session, event: Event) -> FactLine:
        found = next((line for line in fact_lines(session, event, self.entry) if line.box.key == self.fact), None)
        if found is None:
            raise NotFoundError(N_("评分办法没有用到这一项。"))
        return found

    def find(self, session: Session, event: Event) -> Line:
        """As `Asked.find`; ConflictError while codes are sealed."""
        require_told(session, event)
        line = self._line(session, event)
        box = line.box
        return Line([(gettext("登记事项"), box.label)], line.shown, line.value, line.value or NO, box.choices)

    def with_value(self, session: Session, event: Event, text: str) -> FactCorrection:
        line = self._line(session, event)
        made = replace(self, value=line.box.parsed(text))
        if made.value == line.value:
            raise wrong(SAME)
        return made

    def evaluated(self, session: Session, event: Event, now: Computation) -> Result:  # noqa: ARG002
        entry = now.by_code[self.entry]
        inputs = [self._changed(now.rules, entry, item) if item.code == self.entry else item
                  for item in now.entry_inputs]  # fmt: skip
        return evaluate(now.rules, inputs, now.marks, now.panels)

    def _changed(self, rules: RuleSet, entry: Entry, item: EntryInput) -> EntryInput:
        box = _box(rules, self.fact)
        detail, factors, vetoes = read_detail(entry.detail), dict(item.factors), set(item.vetoes)
        if box.kind == FACTOR:
            place = (box.place[0], box.place[1], int(box.place[2]))
            factors.pop(place, None)
            if self.value:
                factors[place] = Decimal(self.value)
        elif box.kind == VETO:
            vetoes = vetoes | {box.place[0]} if self.value else vetoes - {box.place[0]}
        else:
            put(detail, box.kind, box.place, self.value)
        return input_of(rules, item.code, facts_in(detail_text(detail)), factors, sorted(vetoes),
                        frozenset(item.recused))  # fmt: skip

    def plain(self) -> dict[str, object]:
        return asdict(self)

    def told(self, rules: RuleSet) -> Told:
        box = _known_box(rules, self.fact)
        return [(gettext("登记事项"), box.label if box else self.fact)]

    def wanted(self, rules: RuleSet) -> str:
        box = _known_box(rules, self.fact)
        return box.shown(self.value) if box else self.value or gettext("没有登记")

    def write(self, session: Session, event: Event, said: Mapping[str, object], deciders: str) -> Appended:
        line = self._line(session, event)
        fact = (line.box.kind, line.box.place, self.value)
        said = {**said, "replaces": line.value}
        return supersede_fact(session, event, _entry(session, event, self.entry), fact, said, deciders)
