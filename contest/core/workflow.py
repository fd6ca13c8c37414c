"""The legal states and steps of everything that has a life of its own, as plain tables."""

from __future__ import annotations

from collections.abc import Mapping

from contest.core.problems import CoreError

Table = Mapping[str, tuple[str, ...]]

# Kind -> state -> states it may go to. The first state of each table is where life begins.
TRANSITIONS: Mapping[str, Table] = {
    "competition": {
        "draft": ("adopted",),
        "adopted": ("scoring", "draft"),
        "scoring": ("locked",),
        "locked": ("published", "scoring"),
        "published": ("closed", "locked"),
        "closed": (),
    },
    "stage": {"waiting": ("open",), "open": ("locked",), "locked": ("open",)},
    "period": {"open": ("locked",), "locked": ("open",)},
    "certificate": {"issued": ("superseded", "revoked"), "superseded": (), "revoked": ()},
    "proposal": {
        "submitted": ("checked", "returned", "rejected"),
        "returned": ("submitted",),
        "checked": ("scored", "rejected"),
        "scored": ("adopted", "rejected"),
        "adopted": ("benefit_reported",),
        "benefit_reported": ("benefit_confirmed", "adopted"),
        "benefit_confirmed": (),
        "rejected": (),
    },
}

# Steps that need a reason, because they undo something others already relied on.
NEED_REASON: frozenset[tuple[str, str, str]] = frozenset(
    {
        ("competition", "adopted", "draft"),
        ("competition", "locked", "scoring"),
        ("competition", "published", "locked"),
        ("stage", "locked", "open"),
        ("period", "locked", "open"),
        ("certificate", "issued", "superseded"),
        ("certificate", "issued", "revoked"),
        ("proposal", "submitted", "returned"),
        ("proposal", "submitted", "rejected"),
        ("proposal", "checked", "rejected"),
        ("proposal", "scored", "rejected"),
        ("proposal", "benefit_reported", "adopted"),
    }
)


class TransitionError(CoreError):
    """The step is not legal from here; `params` name kind, start and target."""


def first_state(kind: str) -> str:
    """The state in which a thing of this kind begins; KeyError for an unknown kind."""
    return next(iter(TRANSITIONS[kind]))


def next_states(kind: str, state: str) -> tuple[str, ...]:
    """The states that may follow; KeyError for an unknown kind or state."""
    return TRANSITIONS[kind][state]


def needs_reason(kind: str, start: str, target: str) -> bool:
    """Whether a person must write why (unlock, return, reject, revoke)."""
    return (kind, start, target) in NEED_REASON


def require_transition(kind: str, start: str, target: str) -> None:
    """Raise TransitionError (a ValueError) unless `start` may become `target`."""
    if target not in TRANSITIONS.get(kind, {}).get(start, ()):
        raise TransitionError("illegal_transition", kind=kind, start=start, target=target)
