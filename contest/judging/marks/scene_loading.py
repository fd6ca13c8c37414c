"""Reads what decides about operations, in the very transaction that writes them.

Plain SQL (the hot path): a fixed number of statements per group of batches, however many events and marks it touches,
and none for what a scene has been asked before. All events of one call belong to one competition.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, String, TextClause, bindparam, select, text, tuple_
from sqlmodel import Session, col

from contest.competitions.gates import waits_for
from contest.competitions.models import Event
from contest.competitions.queries import stages_of
from contest.core.parsing import parse_rule_set
from contest.core.ruleset import Aspect, RuleSet
from contest.entries.admission import admitted
from contest.entries.detail import facts_in
from contest.judging.marks.scene import Current, Panelist, Scene, SheetKey
from contest.judging.models import MarkRow
from contest.judging.panel.kept_apart import kept_apart
from contest.judging.panel.own_units import own_units

Prepared = tuple[RuleSet | None, Mapping[tuple[str, str], Aspect]]


def _statement(words: str, *lists: str) -> TextClause:
    return text(words).bindparams(*(bindparam(name, expanding=True, type_=String()) for name in lists))


_EVENTS = _statement(
    "SELECT e.id, e.tenant_id, e.competition_id, e.rule_set_id, r.digest, c.organization_path FROM event e"
    " JOIN competition c ON c.tenant_id = e.tenant_id AND c.id = e.competition_id"
    " LEFT JOIN rule_set_version r ON r.tenant_id = e.tenant_id AND r.id = e.rule_set_id WHERE e.id IN :events",
    "events",
)
_DOCUMENT = text("SELECT document FROM rule_set_version WHERE tenant_id = :tenant AND id = :id")
_PERIODS = _statement(
    "SELECT s.event_id, s.key, p.key, p.state, p.id FROM stage s JOIN period p ON p.tenant_id = s.tenant_id"
    " AND p.stage_id = s.id WHERE s.tenant_id = :tenant AND s.event_id IN :events",
    "events",
)
_MEMBERS = _statement(
    "SELECT s.event_id, s.key, m.id, m.account_id, m.role, m.scores, m.code FROM panel_member m JOIN stage s"
    " ON s.tenant_id = m.tenant_id AND s.id = m.stage_id"
    " WHERE s.tenant_id = :tenant AND s.event_id IN :events AND m.removed_at IS NULL",
    "events",
)
_NAMED_MEMBERS = _statement(
    f"{_MEMBERS.text} AND (m.account_id IN :accounts OR m.code IN :judges)", "events", "accounts", "judges"
)
_RECUSALS = _statement(
    "SELECT n.event_id, r.panel_member_id, n.code FROM recusal r"
    " JOIN entry n ON n.tenant_id = r.tenant_id AND n.id = r.entry_id"
    " WHERE r.tenant_id = :tenant AND n.event_id IN :events",
    "events",
)
_ENTRIES = _statement(
    "SELECT n.event_id, n.code, n.id, o.path, n.detail FROM entry n LEFT JOIN organization o"
    " ON o.id = n.organization_id"
    " WHERE n.tenant_id = :tenant AND n.event_id IN :events AND n.state = 'registered' AND n.code IN :codes",
    "events",
    "codes",
)
_FOLLOWED = _statement(
    "SELECT event_id, op_id, ledger_seq FROM operation WHERE tenant_id = :tenant AND event_id IN :events"
    " AND op_id IN :ids AND ledger_seq IS NOT NULL",
    "events",
    "ids",
)
_SIGNED = _statement(
    "SELECT s.event_id, s.key, p.key, m.code, n.code, sh.id FROM sheet sh"
    " JOIN panel_member m ON m.tenant_id = sh.tenant_id AND m.id = sh.panel_member_id"
    " JOIN period p ON p.tenant_id = sh.tenant_id AND p.id = sh.period_id"
    " JOIN stage s ON s.tenant_id = p.tenant_id AND s.id = p.stage_id"
    " JOIN entry n ON n.tenant_id = sh.tenant_id AND n.id = sh.entry_id"
    " WHERE s.tenant_id = :tenant AND s.event_id IN :events AND n.code IN :codes AND (sh.signed_at IS NOT NULL"
    " OR EXISTS (SELECT 1 FROM sheet_signature g WHERE g.tenant_id = sh.tenant_id AND g.sheet_id = sh.id"
    " AND g.voided_at IS NULL))",
    "events",
    "codes",
)

_M = MarkRow
_MARKS = select(
    col(_M.event_id), col(_M.stage_key), col(_M.period_key), col(_M.judge_code), col(_M.entry_code), col(_M.aspect),
    col(_M.repetition), col(_M.units), col(_M.state), col(_M.revision), col(_M.client_time), col(_M.by_code),
    col(_M.op_id),
).where(
    col(_M.tenant_id) == bindparam("tenant"),
    tuple_(col(_M.event_id), col(_M.stage_key), col(_M.period_key), col(_M.judge_code), col(_M.entry_code)).in_(
        bindparam("sheets", expanding=True)
    ),
)  # fmt: skip
_by_digest: dict[str, Prepared] = {}


def competitions_of(connection: Connection, event_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Event -> (tenant, competition); unknown events are not in it."""
    rows = connection.execute(_EVENTS, {"events": sorted(event_ids)})
    return {event: (tenant, competition) for event, tenant, competition, *_ in rows}


def load_scenes(connection: Connection, event_ids: Collection[str]) -> dict[str, Scene]:
    """The events as they are now, without anybody of their panels; unknown ones are not in it. Call it after the
    chain's head is locked.
    """
    found = connection.execute(_EVENTS, {"events": sorted(event_ids)}).all() if event_ids else []
    if not found:
        return {}
    key = {"tenant": found[0][1], "events": sorted(row[0] for row in found)}
    periods: dict[str, dict[tuple[str, str], tuple[str, str]]] = defaultdict(dict)
    for event, stage, period, state, period_id in connection.execute(_PERIODS, key):
        periods[event][stage, period] = (state, period_id)
    recusals: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for event, member, code in connection.execute(_RECUSALS, key):
        recusals[event].add((member, code))
    scenes = {}
    for event, tenant, competition, rule_set_id, digest, path in found:
        rules, aspects = _prepared(connection, tenant, rule_set_id, digest) if rule_set_id and digest else (None, {})
        scenes[event] = Scene(
            event_id=event, tenant_id=tenant, competition_id=competition, path=path, digest=digest or "", rules=rules,
            aspects=aspects, periods=periods[event], recusals=recusals[event],
        )  # fmt: skip
    return scenes


def load_panels(connection: Connection, scenes: Mapping[str, Scene]) -> None:
    """Everybody on the panels."""
    _seat(scenes, connection.execute(_MEMBERS, _key(scenes)))


def load_members(connection: Connection, scenes: Mapping[str, Scene], wanted: Iterable[tuple[str, str, str]]) -> None:
    """Of the panels those whom the operations name: (event, "account" or "judge", account id or judge code). Fifty
    judges an event are many rows for every group.
    """
    fresh = _not_asked(scenes, wanted)
    names = [name for found in fresh.values() for name in found]
    if names:
        named = {f"{kind}s": sorted({name for found, name in names if found == kind}) for kind in ("account", "judge")}
        _seat(scenes, connection.execute(_NAMED_MEMBERS, _key({event: scenes[event] for event in fresh}, **named)))


def _seat(scenes: Mapping[str, Scene], rows: Iterable[Any]) -> None:
    for event, stage, member, account, role, scores, code in rows:
        one, seated = Panelist(member, account, role, bool(scores), code), scenes[event].members.get(stage, ())
        if one not in seated:
            scenes[event].members[stage] = (*seated, one)


def _not_asked(scenes: Mapping[str, Scene], wanted: Iterable[tuple[Any, ...]]) -> dict[str, set[tuple[Any, ...]]]:
    """Event -> what of (event, kind, …) its scene has not been asked for; from now on it has."""
    fresh: dict[str, set[tuple[Any, ...]]] = {}
    for event, *what in wanted:
        if event in scenes and tuple(what) not in scenes[event].asked:
            fresh.setdefault(event, set()).add(tuple(what))
    for event, found in fresh.items():
        scenes[event].asked |= found
    return fresh


def _prepared(connection: Connection, tenant: str, rule_set_id: str, digest: str) -> Prepared:
    """The adopted rules, parsed once per digest: an adopted version never changes."""
    if digest not in _by_digest:
        document = connection.execute(_DOCUMENT, {"tenant": tenant, "id": rule_set_id}).scalar_one()
        rules = parse_rule_set(json.loads(document))
        _by_digest[digest] = (
            rules,
            {(stage.id, aspect.id): aspect for stage in rules.stages for aspect in stage.aspects()},
        )
    return _by_digest[digest]


def load_entries(connection: Connection, scenes: Mapping[str, Scene], wanted: Iterable[tuple[str, str]]) -> None:
    """The entries (event, code) that the operations name, who may not mark them, and the signatures on their sheets."""
    fresh = _not_asked(scenes, ((event, "entry", code) for event, code in wanted))
    scenes = {event: scenes[event] for event in fresh}
    if not scenes:
        return
    key = _key(scenes, codes=sorted({code for found in fresh.values() for _, code in found}))
    units: dict[str, dict[str, str]] = defaultdict(dict)
    codes: dict[str, tuple[str, str]] = {}
    for event, code, entry, path, detail in connection.execute(_ENTRIES, key):
        scene = scenes[event]
        codes[entry] = event, code
        scene.entries[code] = entry
        if path:
            units[event][code] = path
        if any(aspect.limits is not None for aspect in scene.aspects.values()):
            scene.measures[code] = facts_in(detail).measures
    for event in sorted(_not_asked(scenes, ((event, "admitted") for event in scenes))):
        _load_admitted(connection, scenes[event])
    for event, member, code in own_units(connection, key, units):
        scenes[event].recusals.add((member, code))
    for member, entry in kept_apart(connection, str(key["tenant"]), sorted(scenes)):
        if entry in codes:
            event, code = codes[entry]
            scenes[event].recusals.add((member, code))
    for event, stage, period, judge, code, sheet in connection.execute(_SIGNED, key):
        scenes[event].signed[stage, period, judge, code] = sheet


def _load_admitted(connection: Connection, scene: Scene) -> None:
    """Who advanced, of the open stages where that matters; other events cost nothing here."""
    open_now = {stage for (stage, _), (state, _) in scene.periods.items() if state == "open"}
    decided = [stage for stage in open_now if scene.rules is not None and scene.rules.deciding(stage)]
    if not decided:
        return
    with Session(connection, autoflush=False) as session:
        event = session.get_one(Event, (scene.tenant_id, scene.event_id))
        stages = [stage for stage in stages_of(session, event) if stage.key in decided]
        scene.admitted = {stage.key: admitted(session, event, stage) or frozenset() for stage in stages}
        scene.undecided = {stage.key for stage in stages if waits_for(session, event, stage)}


def load_followed(connection: Connection, scenes: Mapping[str, Scene], wanted: Iterable[tuple[str, str]]) -> None:
    """What the operations (event, op_id) that others build on have become."""
    unknown = ((event, op_id) for event, op_id in wanted if event in scenes and op_id not in scenes[event].followed)
    fresh = _not_asked(scenes, ((event, "after", op_id) for event, op_id in unknown))
    if fresh:
        ids = sorted({op_id for found in fresh.values() for _, op_id in found})
        for event, op_id, seq in connection.execute(_FOLLOWED, _key(scenes, ids=ids)):
            scenes[event].followed.setdefault(op_id, seq)


def load_marks(connection: Connection, scenes: Mapping[str, Scene], sheets: Iterable[tuple[str, *SheetKey]]) -> None:
    """The current marks of the sheets (event, stage, period, judge, entry) that the operations touch."""
    fresh = _not_asked(scenes, ((event, "sheet", *sheet) for event, *sheet in sheets))
    wanted = sorted((event, *sheet) for event, found in fresh.items() for _, *sheet in found)
    for start in range(0, len(wanted), 500):
        for event, stage, period, judge, entry, aspect, repetition, *rest in connection.execute(
            _MARKS, _key(scenes, sheets=wanted[start : start + 500])
        ):
            scenes[event].marks[stage, period, judge, entry, aspect, repetition] = Current(*rest)


def _key(scenes: Mapping[str, Scene], **more: object) -> dict[str, Any]:
    return {"tenant": next(iter(scenes.values())).tenant_id, "events": sorted(scenes), **more}
