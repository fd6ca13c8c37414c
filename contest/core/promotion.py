"""Grade promotion (晋级): rank or award x grade held -> grade granted, as a table of the rule set (rules.md 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from contest.core.awarding import AwardGrant
from contest.core.marks import EntryInput
from contest.core.ruleset import Promotion, RuleSet
from contest.core.scoring import RANKED, Result, Standing


@dataclass(frozen=True, slots=True)
class Promoted:
    """What an entry is granted, what it held before, and which row of the table (from 0) said so."""

    entry: str
    granted: str
    held: str
    row: int


def promote(
    rules: RuleSet, entries: Sequence[EntryInput], result: Result, grants: Sequence[AwardGrant]
) -> list[Promoted]:
    """Give each ranked entry without a veto the first row it fits; who holds that grade already is not promoted."""
    held = {entry.code: entry.held for entry in entries}
    awards = {(grant.entry, grant.award_id) for grant in grants}
    found = []
    for row in result.standings:
        if row.status != RANKED or row.award_barred:
            continue
        for index, rule in enumerate(rules.promotions):
            if _fits(rule, row, held[row.entry], awards):
                if rule.grants != held[row.entry]:
                    found.append(Promoted(row.entry, rule.grants, held[row.entry], index))
                break
    return found


def _fits(rule: Promotion, row: Standing, held: str, awards: set[tuple[str, str]]) -> bool:
    if rule.held and held not in rule.held:
        return False
    if rule.award and (row.entry, rule.award) not in awards:
        return False
    if rule.min is not None and (row.published is None or row.published < rule.min):
        return False
    return rule.last is None or (rule.first or 1) <= Fraction(row.rank or 0) <= rule.last
