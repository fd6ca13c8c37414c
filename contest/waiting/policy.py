"""Who has a list of what waits: whoever may be a second person anywhere. What stands on it, the features decide."""

from __future__ import annotations

from contest.actors import Role

ROUTES: dict[str, frozenset[str]] = {
    "waiting.index": frozenset({
        Role.ADMINISTRATOR.value, Role.ORGANIZER.value, Role.CHIEF_JUDGE.value, Role.SUPERVISOR.value,
        Role.ARBITRATOR.value, Role.ENCRYPTION_OFFICER.value, Role.CLERK.value,
    }),
}  # fmt: skip
