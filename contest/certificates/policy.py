"""Who issues, revokes and fetches certificates. Anybody who has a number may verify it."""

from __future__ import annotations

from contest.actors import PUBLIC, Actor, Role
from contest.competitions.models import Competition
from contest.entries.models import Entry

_READERS = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER, Role.SUPERVISOR})
_READER_VALUES = frozenset(str(role) for role in _READERS)
_ORGANIZER = frozenset({Role.ORGANIZER.value})

ROUTES: dict[str, frozenset[str]] = {
    "certificates.index": _READER_VALUES,
    "certificates.issue_all": _ORGANIZER,
    "certificates.issue": _ORGANIZER,
    "certificates.ask_revoke": _ORGANIZER,
    "certificates.revoke": _ORGANIZER,
    "certificates.pdf": frozenset({"signed_in"}),
    "certificates.mine": frozenset({"signed_in"}),
    "certificates.verify_form": frozenset({PUBLIC}),
    "certificates.verify": frozenset({PUBLIC}),
}


def _holds(actor: Actor, competition: Competition, *roles: Role) -> bool:
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds_any(*roles, **place, competition_id=competition.id)


def can_see_certificates(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, *_READERS)


def can_issue_certificate(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, Role.ORGANIZER)


def can_fetch_certificate(actor: Actor, competition: Competition, entry: Entry) -> bool:
    """The organizer any; the winner (the entry's own account) the own one."""
    own = entry.account_id is not None and entry.account_id == actor.account_id
    return own or can_see_certificates(actor, competition)
