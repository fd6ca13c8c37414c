"""What a result earns beside its awards: money and points in all, limits kept or not, promotions, scales."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contest.competitions.event_wording import promotion_words
from contest.core.awarding import AwardGrant, BoundFinding, bound_findings, prize_totals
from contest.core.canonical import plain_decimal
from contest.core.promotion import promote
from contest.core.quotas import most_places
from contest.core.ruleset import Bound, RuleSet
from contest.core.scoring import RANKED, Result
from contest.entries.models import Entry
from contest.i18n import N_, gettext
from contest.standings.scales import Scale, scales_of
from contest.standings.services import Computation

LIMIT = N_("获奖者 %(have)s 个；办法规定不超过参赛者的 %(percent)s%%，即最多 %(most)s 个。")
RANKED_LIMIT = N_("获奖者 %(have)s 个；办法规定不超过有名次者的 %(percent)s%%，即最多 %(most)s 个。")
LEAST = N_("获奖者 %(winners)s 个，其中%(name)s %(have)s 个；办法要求不少于 %(percent)s%%，即至少 %(least)s 个。")
MOST = N_("获奖者 %(winners)s 个，其中%(name)s %(have)s 个；办法规定不超过 %(percent)s%%，即最多 %(most)s 个。")
UNKNOWN = N_("没有一个参赛者登记为%(name)s，这条比例无从核对。")


@dataclass(frozen=True, slots=True)
class Finding:
    """One published limit held against the winners. `is_kept` None: nothing is there to hold it against."""

    sentence: str
    is_kept: bool | None


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion proposed for an entry. `held` is empty where no grade was registered; `why` is the table's row."""

    entry: Entry
    rank: str
    held: str
    granted: str
    why: str


@dataclass(frozen=True, slots=True)
class Honours:
    """`money` (yuan) and `points` of all awards together, None where the rules give none: two ledgers, never one sum.

    `winners` counts entries: one that has two awards counts once.
    """

    winners: int = 0
    money: Decimal | None = None
    points: Decimal | None = None
    findings: Sequence[Finding] = ()
    scales: Sequence[Scale] = ()
    promotions: Sequence[Promotion] = ()
    has_promotions: bool = False


def honours_of(computation: Computation, grants: Sequence[AwardGrant]) -> Honours:
    """Everything beside the awards that one evaluation gives (contest.core decides; nothing is changed by it)."""
    rules = computation.rules
    money, points = prize_totals(rules, grants)
    return Honours(
        winners=len({grant.entry for grant in grants}),
        money=_plain(money) if any(award.money is not None for award in rules.awards) else None,
        points=_plain(points) if any(award.points is not None for award in rules.awards) else None,
        findings=[*_limit(rules, computation.result, grants), *_bounds(computation, grants)],
        scales=scales_of(rules, computation.result),
        promotions=_promotions(computation, grants),
        has_promotions=bool(rules.promotions),
    )


def _plain(amount: Decimal) -> Decimal:
    """The amount without zeros behind the point: half a point twice is 1, not 1.0."""
    return Decimal(plain_decimal(amount))


def _limit(rules: RuleSet, result: Result, grants: Sequence[AwardGrant]) -> Iterator[Finding]:
    limit = rules.award_limit
    if limit is None:
        return
    base = [row for row in result.standings if limit.of != "ranked" or row.status == RANKED]
    have, most = len({grant.entry for grant in grants}), most_places(len(base), {"": limit.percent})[""]
    text = RANKED_LIMIT if limit.of == "ranked" else LIMIT
    yield Finding(gettext(text) % {"have": have, "percent": plain_decimal(limit.percent), "most": most}, have <= most)


def _bounds(computation: Computation, grants: Sequence[AwardGrant]) -> Iterator[Finding]:
    known = {name for entry in computation.entry_inputs for name in entry.categories}
    winners = len({grant.entry for grant in grants})
    found = bound_findings(computation.rules, computation.entry_inputs, grants)
    for bound, finding in zip(computation.rules.award_bounds, found, strict=True):
        if bound.category in known:
            yield from _sides(bound, finding, winners)
        else:
            yield Finding(gettext(UNKNOWN) % {"name": bound.title or bound.category}, None)


def _sides(bound: Bound, finding: BoundFinding, winners: int) -> Iterator[Finding]:
    words = {"winners": winners, "name": bound.title or bound.category, "have": finding.have}
    if bound.min_percent is not None:
        least = words | {"percent": plain_decimal(bound.min_percent), "least": finding.least}
        yield Finding(gettext(LEAST) % least, finding.have >= finding.least)
    if bound.max_percent is not None and finding.most is not None:
        most = words | {"percent": plain_decimal(bound.max_percent), "most": finding.most}
        yield Finding(gettext(MOST) % most, finding.have <= finding.most)


def _promotions(computation: Computation, grants: Sequence[AwardGrant]) -> list[Promotion]:
    rules, by_code = computation.rules, computation.by_code
    ranks = {row.entry: row.rank or "" for row in computation.result.standings}
    return [
        Promotion(by_code[found.entry], ranks[found.entry], found.held, found.granted,
                  promotion_words(rules.promotions[found.row], rules))
        for found in promote(rules, computation.entry_inputs, computation.result, grants)
    ]  # fmt: skip
