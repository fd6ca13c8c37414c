"""Who may do what with panels, score sheets and locks (the visibility table of the design)."""

from __future__ import annotations

from contest.actors import PUBLIC, Actor, Role
from contest.competitions.models import Competition
from contest.judging.models import PanelMember, PanelRole

_ORGANIZER = frozenset({Role.ORGANIZER.value})
_JUDGES = frozenset({Role.JUDGE.value, Role.CHIEF_JUDGE.value})
_PANEL = _JUDGES | {Role.CLERK.value}
_WATCHERS = frozenset({
    Role.ORGANIZER.value, Role.ADMINISTRATOR.value, Role.CHIEF_JUDGE.value, Role.SUPERVISOR.value,
    Role.ARBITRATOR.value,
})  # fmt: skip
_LOCKERS = frozenset({Role.ORGANIZER.value, Role.CHIEF_JUDGE.value})
_WITNESSES = _LOCKERS | {Role.SUPERVISOR.value, Role.ARBITRATOR.value}
_TYPISTS = _LOCKERS | {Role.CLERK.value}

ROUTES: dict[str, frozenset[str]] = {
    "judging.home": _PANEL | _ORGANIZER,
    "judging.period": _JUDGES,
    "judging.sheet": _JUDGES,
    "judging.review": _JUDGES,
    "judging.sign": _JUDGES,
    "judging.signatures": _WATCHERS,
    "judging.sign_waiting": frozenset({Role.CHIEF_JUDGE.value, Role.SUPERVISOR.value}),
    "judging.sheet_pdf": _WATCHERS | _JUDGES,
    "judging.paper_signature": _TYPISTS,
    "judging.sign_on_paper": _TYPISTS,
    "judging.waiver": _WITNESSES,
    "judging.propose_waiver": _LOCKERS | {Role.ARBITRATOR.value},
    "judging.confirm_waiver": _WITNESSES - {Role.CHIEF_JUDGE.value},
    "judging.refuse_waiver": _WITNESSES,
    "judging.waivers": _WITNESSES,
    "judging.propose_waivers": _LOCKERS | {Role.ARBITRATOR.value},
    "judging.confirm_waivers": _WITNESSES - {Role.CHIEF_JUDGE.value},
    "judging.refuse_waivers": _WITNESSES,
    "judging.operations": _PANEL | _ORGANIZER,
    "judging.session": frozenset({PUBLIC}),
    "judging.worker": frozenset({PUBLIC}),
    "judging.device": _PANEL | _ORGANIZER,
    "judging.panel": _WATCHERS,
    "judging.appoint": _ORGANIZER,
    "judging.create_judge": _ORGANIZER,
    "judging.enrol": _ORGANIZER,
    "judging.ask_remove": _ORGANIZER,
    "judging.remove": _ORGANIZER,
    "judging.recuse": _LOCKERS,
    "judging.find_recusals": _LOCKERS,
    "judging.roster": _ORGANIZER | {Role.SUPERVISOR.value},
    "judging.add_to_pool": _ORGANIZER,
    "judging.remove_from_pool": _ORGANIZER,
    "judging.declare_for": _ORGANIZER,
    "judging.my_conflicts": _JUDGES,
    "judging.declare": _JUDGES,
    "judging.conflict": _LOCKERS | {Role.JUDGE.value, Role.SUPERVISOR.value},
    "judging.propose_withdrawal": _LOCKERS | {Role.JUDGE.value},
    "judging.confirm_withdrawal": _LOCKERS,
    "judging.refuse_withdrawal": _LOCKERS | {Role.JUDGE.value},
    "judging.calibration": _WATCHERS | _JUDGES,
    "judging.set_calibration": _LOCKERS,
    "judging.mark_calibration": _JUDGES,
    "judging.end_calibration": _LOCKERS,
    "judging.recusal": _LOCKERS | {Role.SUPERVISOR.value},
    "judging.propose_lifting": _LOCKERS,
    "judging.confirm_lifting": _LOCKERS | {Role.SUPERVISOR.value},
    "judging.refuse_lifting": _LOCKERS | {Role.SUPERVISOR.value},
    "judging.propose_recusal": _LOCKERS,
    "judging.asked_recusal": _LOCKERS | {Role.SUPERVISOR.value},
    "judging.confirm_recusal": _LOCKERS | {Role.SUPERVISOR.value},
    "judging.refuse_recusal": _LOCKERS | {Role.SUPERVISOR.value},
    "judging.desk": _WATCHERS,
    "judging.marks": _WATCHERS | _JUDGES,
    "judging.settle": _LOCKERS,
    "judging.room": _PANEL,
    "judging.read_message": _PANEL,
    "judging.explain": _JUDGES,
    "judging.move_here": _PANEL,
    "judging.open_operations": _WATCHERS,
    "judging.messages": _WATCHERS,
    "judging.send_message": _LOCKERS,
    "judging.clocks": _WATCHERS | _PANEL,
    "judging.set_clock": _TYPISTS,
    "judging.turn_clock": _TYPISTS,
    "judging.hall_clocks": _WATCHERS | _PANEL,
    "judging.ask_reserve": _LOCKERS,
    "judging.call_reserve": _LOCKERS,
    "judging.ask_swap": _ORGANIZER,
    "judging.swap_tablet": _ORGANIZER,
    "judging.history": _WATCHERS | _JUDGES,
    "judging.scans": _TYPISTS,
    "judging.add_scan": _TYPISTS,
    "judging.scan": _WATCHERS | _PANEL,
    "judging.ask_lock": _LOCKERS,
    "judging.lock": _LOCKERS,
    "judging.ask_unlock": _LOCKERS | {Role.SUPERVISOR.value},
    "judging.unlock": _LOCKERS,
    "judging.confirm_unlock": _LOCKERS | {Role.SUPERVISOR.value},
    "judging.refuse_unlock": _LOCKERS | {Role.SUPERVISOR.value},
    "judging.clerk": _TYPISTS,
    "judging.save_clerk": _TYPISTS,
    "judging.paper": _TYPISTS,
    "judging.paper_sheet": _TYPISTS,
    "judging.check_paper": _TYPISTS,
    "judging.paper_pdf": _TYPISTS,
    "judging.paper_print": _TYPISTS,
    "judging.import_outbox": _LOCKERS,
    "judging.do_import_outbox": _LOCKERS,
    "judging.import_marks": _TYPISTS,
    "judging.do_import": _TYPISTS,
    "judging.import_template": _TYPISTS,
    "judging.marks_file": _TYPISTS,
    "judging.check_file": _TYPISTS,
}


def _holds(actor: Actor, competition: Competition, *roles: Role) -> bool:
    return actor.holds_any(
        *roles, tenant_id=competition.tenant_id, path=competition.organization_path, competition_id=competition.id
    )


def can_manage_panel(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, Role.ORGANIZER)


def can_see_roster(actor: Actor, competition: Competition) -> bool:
    """Judges with their units and what they declared: whoever runs the competition, and who supervises it."""
    return _holds(actor, competition, Role.ORGANIZER, Role.SUPERVISOR)


def can_know_names(actor: Actor, competition: Competition) -> bool:
    """Those who see the list of entries with names (and therefore not the codes while the event is blind)."""
    return _holds(actor, competition, Role.ORGANIZER, Role.ADMINISTRATOR)


def can_see_desk(actor: Actor, competition: Competition) -> bool:
    """Progress, alarms and the quarantine: who runs or watches the scoring. Marks themselves: `can_see_marks`."""
    watchers = (Role.ORGANIZER, Role.ADMINISTRATOR, Role.CHIEF_JUDGE, Role.SUPERVISOR, Role.ARBITRATOR)
    return _holds(actor, competition, *watchers)


def can_decide(actor: Actor, competition: Competition, member: PanelMember | None) -> bool:
    """Recusals, conflicts, the quarantine, lock and unlock: the stage's chief judge, or the organizer."""
    is_chief = member is not None and member.role is PanelRole.CHIEF and member.account_id == actor.account_id
    return is_chief or _holds(actor, competition, Role.ORGANIZER)


def can_see_marks(actor: Actor, competition: Competition, member: PanelMember | None, *, is_locked: bool) -> bool:
    """Other people's marks: the chief judge, supervisors and arbitrators always; judges and organizers after lock."""
    if _holds(actor, competition, Role.SUPERVISOR, Role.ARBITRATOR):
        return True
    if member is not None and member.role is PanelRole.CHIEF:
        return True
    is_judge = member is not None and member.scores and member.role in (PanelRole.JUDGE, PanelRole.RESERVE)
    return is_locked and (is_judge or _holds(actor, competition, Role.ORGANIZER, Role.ADMINISTRATOR))


def can_type(actor: Actor, competition: Competition, member: PanelMember | None) -> bool:
    """Measured values and external judges' paper sheets: clerks and chief judges of the stage, organizers."""
    is_clerk = member is not None and member.role in (PanelRole.CLERK, PanelRole.CHIEF)
    return is_clerk or _holds(actor, competition, Role.ORGANIZER)


def can_turn_clock(actor: Actor, competition: Competition, member: PanelMember | None) -> bool:
    """Start, pause and extend a station's time: clerks and chief judges of the stage, organizers."""
    return can_type(actor, competition, member)


def can_see_history(
    actor: Actor, competition: Competition, member: PanelMember | None, judge: str, *, is_locked: bool
) -> bool:
    """A mark's history is as visible as the mark: one's own always, others' as `can_see_marks` says."""
    is_own = member is not None and member.role is not PanelRole.CLERK and member.code == judge
    return is_own or can_see_marks(actor, competition, member, is_locked=is_locked)
