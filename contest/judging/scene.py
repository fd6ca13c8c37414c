"""What decides about the operations of one event, read in the very transaction that writes them.

Plain SQL (the hot path), a handful of statements per event and group of batches, however many marks there are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, tuple_
from sqlmodel import col

from contest.core.parsing import parse_rule_set
from contest.core.ruleset import Aspect, RuleSet
from contest.entries.detail import facts_in
from contest.judging.kept_apart import kept_apart
from contest.judging.models import MarkRow

SheetKey = tuple[str, str, str, str]
"""Stage, period, judge code, entry code."""
MarkKey = tuple[str, str, str, str, str, int]
"""Stage, period, judge code, entry code, aspect, repetition."""

_EVENT = text(
    "SELECT e.tenant_id, e.competition_id, e.rule_set_id, r.digest, c.organization_path FROM event e"
    " JOIN competition c ON c.tenant_id = e.tenant_id AND c.id = e.competition_id"
    " LEFT JOIN rule_set_version r ON r.tenant_id = e.tenant_id AND r.id = e.rule_set_id WHERE e.id = :event"
)
_DOCUMENT = text("SELECT document FROM rule_set_version WHERE tenant_id = :tenant AND id = :id")
_PERIODS = text(
    "SELECT s.key, p.key, p.state, p.id, s.id FROM stage s JOIN period p ON p.tenant_id = s.tenant_id"
    " AND p.stage_id = s.id WHERE s.tenant_id = :tenant AND s.event_id = :event"
)
_MEMBERS = text(
    "SELECT s.key, m.id, m.account_id, m.role, m.scores, m.code FROM panel_member m JOIN stage s"
    " ON s.tenant_id = m.tenant_id AND s.id = m.stage_id"
    " WHERE s.tenant_id = :tenant AND s.event_id = :event AND m.removed_at IS NULL"
)
_RECUSALS = text(
    "SELECT r.panel_member_id, n.code FROM recusal r JOIN entry n ON n.tenant_id = r.tenant_id AND n.id = r.entry_id"
    " WHERE r.tenant_id = :tenant AND n.event_id = :event"
)
_ENTRIES = text(
    "SELECT n.code, n.id, o.path, n.detail FROM entry n LEFT JOIN organization o ON o.id = n.organization_id"
    " WHERE n.tenant_id = :tenant AND n.event_id = :event AND n.state = 'registered' AND n.code IN :codes"
).bindparams(bindparam("codes", expanding=True))
_HOMES = text(
    "SELECT m.id, h.path FROM panel_member m JOIN stage s ON s.tenant_id = m.tenant_id AND s.id = m.stage_id"
    " JOIN account a ON a.id = m.account_id JOIN organization h ON h.id = a.organization_id"
    " WHERE s.tenant_id = :tenant AND s.event_id = :event AND m.removed_at IS NULL"
)
_ENTERPRISES = text("SELECT path FROM organization WHERE kind = 'enterprise' AND id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
_FOLLOWED = text(
    "SELECT op_id, ledger_seq FROM operation WHERE tenant_id = :tenant AND event_id = :event AND op_id IN :ids"
    " AND ledger_seq IS NOT NULL"
).bindparams(bindparam("ids", expanding=True))
_SIGNED = text(
    "SELECT m.code, s.key, p.key, n.code, sh.id FROM sheet sh"
    " JOIN panel_member m ON m.tenant_id = sh.tenant_id AND m.id = sh.panel_member_id"
    " JOIN period p ON p.tenant_id = sh.tenant_id AND p.id = sh.period_id"
    " JOIN stage s ON s.tenant_id = p.tenant_id AND s.id = p.stage_id"
    " JOIN entry n ON n.tenant_id = sh.tenant_id AND n.id = sh.entry_id"
    " WHERE s.tenant_id = :tenant AND s.event_id = :event AND n.code IN :codes AND sh.signed_at IS NOT NULL"
).bindparams(bindparam("codes", expanding=True))


@dataclass(frozen=True, slots=True)
class Panelist:
    """A panel member as decisions need them."""

    id: str
    account_id: str | None
    role: str
    scores: bool
    code: str


@dataclass(slots=True, eq=False)
class Current:
    """The mark as it stands, with what the group itself has already changed (then `made_by` will know the revision)."""

    units: int | None
    state: str
    revision: int
    client_time: int
    by_code: str
    op_id: str
    made_by: Any = None


@dataclass(slots=True)
class Scene:
    """One event: its rules in force, periods, panel, recusals, and the entries and marks that are touched.

    `measures`: by code, what bounds an entry's marks; read only where the rules have such bounds.
    """

    event_id: str
    tenant_id: str
    competition_id: str
    path: str
    digest: str
    rules: RuleSet | None
    aspects: Mapping[tuple[str, str], Aspect]
    periods: Mapping[tuple[str, str], tuple[str, str]]
    members: Mapping[str, tuple[Panelist, ...]]
    recusals: Collection[tuple[str, str]]
    entries: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    marks: dict[MarkKey, Current] = field(default_factory=dict)
    signed: dict[SheetKey, str] = field(default_factory=dict)
    followed: dict[str, int | Current] = field(default_factory=dict)

    def follows(self, after: str, current: Current) -> bool:
        """Whether the operation `after` made (or merely repeated) the mark as it stands now."""
        made = self.followed.get(after)
        return made is not None and (made is current or made == current.revision)

    def by_account(self, stage: str, account_id: str | None) -> Panelist | None:
        return next((m for m in self.members.get(stage, ()) if account_id and m.account_id == account_id), None)

    def by_code(self, stage: str, code: str) -> Panelist | None:
        return next((m for m in self.members.get(stage, ()) if m.code == code), None)


@lru_cache(maxsize=128)
def _rules_of(document: str) -> tuple[RuleSet, Mapping[tuple[str, str], Aspect]]:
    rules = parse_rule_set(json.loads(document))
    return rules, {(stage.id, aspect.id): aspect for stage in rules.stages for aspect in stage.aspects()}


_by_digest: dict[str, tuple[RuleSet, Mapping[tuple[str, str], Aspect]]] = {}


def _prepared(
    connection: Connection, tenant: str, rule_set_id: str, digest: str
) -> tuple[RuleSet, Mapping[tuple[str, str], Aspect]]:
    """The adopted rules, parsed once per digest: an adopted version never changes."""
    if digest not in _by_digest:
        document = connection.execute(_DOCUMENT, {"tenant": tenant, "id": rule_set_id}).scalar_one()
        _by_digest[digest] = _rules_of(document)
    return _by_digest[digest]


def competition_of(connection: Connection, event_id: str) -> tuple[str, str] | None:
    """(tenant, competition) of an event, None for an unknown one."""
    row = connection.execute(_EVENT, {"event": event_id}).first()
    return (row[0], row[1]) if row else None


def load_scene(connection: Connection, event_id: str) -> Scene | None:
    """The event as it is now; None for an unknown one. Call it after the chain's head is locked."""
    row = connection.execute(_EVENT, {"event": event_id}).first()
    if row is None:
        return None
    tenant, competition, rule_set_id, digest, path = row
    key = {"tenant": tenant, "event": event_id}
    prepared = _prepared(connection, tenant, rule_set_id, digest) if rule_set_id and digest else (None, {})
    members: dict[str, list[Panelist]] = {}
    for stage, *rest in connection.execute(_MEMBERS, key):
        members.setdefault(stage, []).append(Panelist(rest[0], rest[1], rest[2], bool(rest[3]), rest[4]))
    return Scene(
        event_id=event_id,
        tenant_id=tenant,
        competition_id=competition,
        path=path,
        digest=digest or "",
        rules=prepared[0],
        aspects=prepared[1],
        periods={(stage, period): (state, pid) for stage, period, state, pid, _ in connection.execute(_PERIODS, key)},
        members={stage: tuple(found) for stage, found in members.items()},
        recusals={(member, code) for member, code in connection.execute(_RECUSALS, key)},
    )


def load_entries(connection: Connection, scene: Scene, codes: Iterable[str]) -> None:
    """The entries that the operations name, and the signatures on their sheets."""
    wanted = sorted(set(codes))
    if not wanted:
        return
    key = {"tenant": scene.tenant_id, "event": scene.event_id, "codes": wanted}
    found = connection.execute(_ENTRIES, key).all()
    scene.entries = {code: entry_id for code, entry_id, _, _ in found}
    if any(aspect.limits is not None for aspect in scene.aspects.values()):
        scene.measures = {code: facts_in(detail).measures for code, _, _, detail in found}
    own = own_units(connection, key, {code: path for code, _, path, _ in found if path})
    scene.recusals = {*scene.recusals, *own, *_kept_apart(connection, scene)}
    scene.signed = {(s, p, judge, code): found for judge, s, p, code, found in connection.execute(_SIGNED, key)}


def _kept_apart(connection: Connection, scene: Scene) -> Collection[tuple[str, str]]:
    """(member, code) of the pairs that higher features keep apart, registered as recusals or not yet."""
    codes = {entry_id: code for code, entry_id in scene.entries.items()}
    pairs = kept_apart(connection, scene.tenant_id, scene.event_id)
    return {(member, codes[entry_id]) for member, entry_id in pairs if entry_id in codes}


def own_units(
    connection: Connection, key: Mapping[str, object], units: Mapping[str, str]
) -> Collection[tuple[str, str]]:
    """(member, code) of judges and entries of one organization or enterprise, registered as recusals or not yet: an
    entry that came after the panel must not be scored by its own unit (`recusals.own_unit_entries` says the same).
    """
    if not units:
        return ()
    homes = {row[0]: row[1] for row in connection.execute(_HOMES, key)}
    ids = sorted({part for path in homes.values() for part in path.strip("/").split("/")})
    roots = [row[0] for row in connection.execute(_ENTERPRISES, {"ids": ids})] if ids else []
    return {
        (member, code)
        for member, home in homes.items()
        for code, unit in units.items()
        if home == unit or any(home.startswith(root) and unit.startswith(root) for root in roots)
    }


def load_followed(connection: Connection, scene: Scene, ids: Iterable[str]) -> None:
    """What the operations that others build on have become."""
    wanted = sorted({found for found in ids if found})
    if wanted:
        key = {"tenant": scene.tenant_id, "event": scene.event_id, "ids": wanted}
        scene.followed = {row[0]: row[1] for row in connection.execute(_FOLLOWED, key)}


def load_marks(connection: Connection, scene: Scene, sheets: Iterable[SheetKey]) -> None:
    """The current marks of the sheets that the operations touch."""
    wanted = sorted(set(sheets))
    m = MarkRow
    place = tuple_(col(m.stage_key), col(m.period_key), col(m.judge_code), col(m.entry_code))
    for start in range(0, len(wanted), 500):
        query = select(
            col(m.stage_key), col(m.period_key), col(m.judge_code), col(m.entry_code), col(m.aspect),
            col(m.repetition), col(m.units), col(m.state), col(m.revision), col(m.client_time), col(m.by_code),
            col(m.op_id),
        ).where(
            col(m.tenant_id) == scene.tenant_id,
            col(m.event_id) == scene.event_id,
            place.in_(wanted[start : start + 500]),
        )  # fmt: skip
        for row in connection.execute(query):
            values = list(row)
            scene.marks[row[0], row[1], row[2], row[3], row[4], row[5]] = Current(*values[6:])
