"""What a bulletin tells of its periods: score, rank, movement against the periods before, flags, reasons. Exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlmodel import Session

from contest.actors import SYSTEM
from contest.competitions.models import Event, Period, PeriodState, Stage
from contest.core.numbers import round_fraction
from contest.core.periods import movement
from contest.core.ranking import ranks
from contest.core.ruleset import RuleSet
from contest.core.scoring import Standing
from contest.i18n import gettext
from contest.projects.handing import facts_of
from contest.projects.queries import months_of_period, register_desk
from contest.standings.computing import Computation, compute
from contest.standings.words import reason_words

RED, SNAIL = "red", "snail"
PLACES = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One line: texts as printed. `moved` is None where there is nothing to compare; `flag` is red, snail or ''."""

    rank: str
    code: str
    name: str
    unit: str
    score: str
    moved: int | None
    flag: str
    reasons: tuple[str, ...]

    def plain(self) -> dict[str, object]:
        """As it is kept."""
        names = ("rank", "code", "name", "unit", "score", "moved", "flag")
        return {name: getattr(self, name) for name in names} | {"reasons": list(self.reasons)}


def span_of(periods: Sequence[Period], first: str, last: str) -> Sequence[Period]:
    """The periods from `first` to `last` in their order; none where one is unknown or comes too early."""
    keys = [period.key for period in periods]
    return periods[keys.index(first) : keys.index(last) + 1] if first in keys and last in keys else ()


def before(periods: Sequence[Period], span: Sequence[Period]) -> Sequence[Period]:
    """As many periods as `span` has, right before it; none where there are not so many."""
    start = periods.index(span[0]) if span else 0
    return periods[start - len(span) : start] if start >= len(span) else ()


def scores_of(computation: Computation, stage: str, periods: Sequence[Period]) -> dict[str, Fraction]:
    """Entry code -> score of the periods, for entries that are complete in all of them: their mean, or their sum where
    the stage sums; rounded half up as the rule set rounds its total (two places where it doesn't).
    """
    rules, keys = computation.rules, {period.key for period in periods}
    found = {}
    for standing in computation.result.standings:
        values = period_values(standing, stage, keys)
        if keys and len(values) == len(keys):
            total = sum(values, Fraction(0))
            sums = rules.stage(stage).accumulate == "sum"
            found[standing.entry] = rounded(rules, total if sums else total / len(keys))
    return found


def rounded(rules: RuleSet, value: Fraction) -> Fraction:
    """A bulletin's score as it is printed and compared."""
    rounding = rules.rounding
    return (
        round_fraction(value, rounding.places, rounding.mode) if rounding else round_fraction(value, PLACES, "half_up")
    )


def period_values(standing: Standing, stage: str, keys: set[str]) -> list[Fraction]:
    """The entry's complete values of these periods."""
    nodes = [node for part in standing.tree.inputs if part.label == stage for node in part.walk()]
    return [
        node.value
        for node in nodes
        if node.kind == "period" and node.label in keys and node.value is not None and not node.reasons
    ]


def ranked(rules: RuleSet, scores: Mapping[str, Fraction]) -> dict[str, str]:
    """Entry code -> rank text, as the rule set numbers ties."""
    codes = list(scores)
    return dict(zip(codes, ranks([scores[code] for code in codes], rules.ranking), strict=True))


def make_rows(
    session: Session, event: Event, stage: Stage, periods: Sequence[Period], span: Sequence[Period], *, reds: int,
    snails: int,
) -> list[Row]:  # fmt: skip
    """The lines of a bulletin of `span`: ranked ones first, then those that are not complete. `reds` first and
    `snails` last ranks get their flag; a vetoed entry gets no red flag (its place is not passed on).
    """
    computation = compute(session, event)
    rules = computation.rules
    scores = scores_of(computation, stage.key, span)
    earlier = _numbers(ranked(rules, scores_of(computation, stage.key, before(periods, span))))
    places = ranked(rules, scores)
    moved = movement(earlier, _numbers(places))
    worst = sorted(scores.values())[:snails]
    facts = _facts(session, event, stage, span)
    rows = []
    for standing in computation.result.standings:
        entry = computation.by_code[standing.entry]
        score = scores.get(standing.entry)
        flag = _flag(places.get(standing.entry), score, reds=reds, worst=worst, barred=bool(standing.award_barred))
        rows.append(Row(
            rank=places.get(standing.entry, ""), code=standing.entry, name=entry.name, unit=entry.unit,
            score="" if score is None else _text(rules, score), moved=moved.get(standing.entry), flag=flag,
            reasons=_reasons(rules, standing, stage.key, span, facts.get(standing.entry, ())),
        ))  # fmt: skip
    return sorted(rows, key=lambda row: (not row.rank, Fraction(row.rank or 0), len(row.code), row.code))


def _numbers(places: Mapping[str, str]) -> dict[str, int | None]:
    """Ranks as numbers, where they are whole."""
    return {code: int(text) if text.isdigit() else None for code, text in places.items()}


def _text(rules: RuleSet, value: Fraction) -> str:
    places = rules.rounding.places if rules.rounding else PLACES
    whole = round_fraction(value * 10**places, 0, "half_up")
    digits = f"{abs(int(whole)):0{places + 1}d}"
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if whole < 0 else text


def _flag(rank: str | None, score: Fraction | None, *, reds: int, worst: Sequence[Fraction], barred: bool) -> str:
    if rank is None or score is None:
        return ""
    if score in worst:
        return SNAIL
    return RED if Fraction(rank) <= reds and not barred else ""


def _reasons(
    rules: RuleSet, standing: Standing, stage: str, span: Sequence[Period], facts: Sequence[str]
) -> tuple[str, ...]:
    """Vetoes, what is missing in these periods, and what the register says of them."""
    titles = {veto.id: veto.title or veto.id for veto in rules.vetoes}
    barred = [gettext("一票否决：%(title)s") % {"title": titles[veto]} for veto in standing.award_barred]
    keys = {period.key for period in span}
    missing = [reason_words(reason) for reason in standing.reasons if reason.stage == stage and reason.period in keys]
    return tuple(dict.fromkeys([*barred, *missing, *facts]))


def _facts(session: Session, event: Event, stage: Stage, span: Sequence[Period]) -> dict[str, tuple[str, ...]]:
    """Entry code -> what the register says of all months of these periods; nothing where it doesn't know them."""
    found = register_desk(session, SYSTEM, event.id)
    spans = [months_of_period(found.register, stage.key, period.key) for period in span]
    months = [month for known in spans if known for month in known]
    return facts_of(session, found, stage.key, min(months), max(months)) if months and all(spans) else {}


def is_ready(span: Sequence[Period]) -> bool:
    """Everything that the bulletin tells is locked."""
    return bool(span) and all(period.state is PeriodState.LOCKED for period in span)
