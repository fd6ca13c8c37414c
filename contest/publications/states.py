"""What the tables say of an event beside marks and facts, held against the chain.

Locks, unsealing, formalities, panels, rule set, publications: whoever has the database in hand could otherwise choose
them without a row that tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from contest.competitions.formalities import formalities_of
from contest.competitions.models import Event, PeriodState, RuleSetVersion
from contest.competitions.queries import stage_periods
from contest.core.canonical import digest
from contest.core.marks import MISSING
from contest.i18n import N_, gettext
from contest.judging.queries import panels_of
from contest.ledger import kinds
from contest.publications.models import Publication

Row = tuple[str, dict[str, Any]]
Rows = Sequence[Row]
COMPARED = frozenset({
    kinds.LOCK, kinds.UNLOCK, kinds.UNSEALING, kinds.UNSEAL, kinds.FORMALITIES, kinds.MARK, kinds.CORRECTION,
    kinds.ADOPTION, kinds.PUBLICATION,
})  # fmt: skip
"""The kinds of rows that are read here."""
_WORDS = {
    "locks": N_("锁定状态"), "unsealing": N_("解密"), "formalities": N_("手续"), "panels": N_("裁判组"),
    "rules": N_("评分办法"), "publications": N_("已发布的成绩"),
}  # fmt: skip


def disagreeing(session: Session, event: Event, own: Rows) -> str:
    """What of the tables is not what the chain says, in words; empty: they agree. `own`: the event's rows."""
    found = dict.fromkeys(_found(session, event, own))
    return "、".join(gettext(_WORDS[name]) for name in found)


def _found(session: Session, event: Event, own: Rows) -> Iterator[str]:
    if _locked(own) != {
        (stage.key, period.key) for stage, period in stage_periods(session, event)
        if period.state is PeriodState.LOCKED
    }:  # fmt: skip
        yield "locks"
    if _is_opened(own) != (event.unsealed_at is not None):
        yield "unsealing"
    said = [data for kind, data in own if kind == kinds.FORMALITIES]
    plain = formalities_of(event).plain()
    if said and plain != {key: said[-1][key] for key in plain}:
        yield "formalities"
    panels = panels_of(session, event)
    if any(judge not in panels.get(stage, ()) for stage, judge in _marking(own)):
        yield "panels"
    if not _are_rules_said(session, event, own):
        yield "rules"
    shown = _published(session, event)
    if shown != [(data["version"], data["digest"]) for kind, data in own if kind == kinds.PUBLICATION][: len(shown)]:
        yield "publications"


def _locked(own: Rows) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for kind, data in own:
        if kind in (kinds.LOCK, kinds.UNLOCK):
            (found.add if kind == kinds.LOCK else found.discard)((data["stage"], data["period"]))
    return found


def _is_opened(own: Rows) -> bool:
    """Plain codes by their one row, layers once the first was witnessed: it is opened last."""
    return any(
        kind == kinds.UNSEALING or (kind == kinds.UNSEAL and (data["layer"], data["state"]) == (1, "witnessed"))
        for kind, data in own
    )


def _marking(own: Rows) -> set[tuple[str, str]]:
    """(stage, judge) of all marks that stand."""
    stand: dict[tuple[object, ...], tuple[str, str]] = {}
    for kind, data in own:
        if kind not in (kinds.MARK, kinds.CORRECTION):
            continue
        judge = data["judge"]
        place = (data["stage"], data["period"], data["entry"], data["aspect"], data["repetition"], judge)
        stand.pop(place, None)
        if judge and data["state"] != MISSING:
            stand[place] = data["stage"], judge
    return set(stand.values())


def _are_rules_said(session: Session, event: Event, own: Rows) -> bool:
    said = [data["rules"] for kind, data in own if kind == kinds.ADOPTION]
    if not said or event.rule_set_id is None:
        return not said
    version = session.get_one(RuleSetVersion, (event.tenant_id, event.rule_set_id))
    return bool(said[-1] == version.digest == digest(json.loads(version.document)))


def _published(session: Session, event: Event) -> list[tuple[int, str]]:
    """Version and the digest of the very text that public pages show."""
    here = (Publication.tenant_id == event.tenant_id, Publication.event_id == event.id)
    query = select(Publication.version, Publication.snapshot).where(*here).order_by(col(Publication.version))
    return [(version, hashlib.sha256(text.encode()).hexdigest()) for version, text in session.exec(query)]
