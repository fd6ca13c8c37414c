"""Domain errors. Each carries a message for people (a Chinese msgid and its parameters), never an HTTP status.

`contest/web/problems.py` holds the one table from these to HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping


class DomainError(Exception):
    """Something a person asked for can't be done; `message` % `params` says what is wrong and what would be right."""

    def __init__(self, message: str, /, **params: object) -> None:
        super().__init__(message, params)
        self.message = message
        self.params: Mapping[str, object] = params


class NotFoundError(DomainError):
    """No such thing, or nothing the actor may know of: both look the same from outside."""


class ForbiddenError(DomainError):
    """The actor may see it, but may not do this."""


class NotSignedInError(DomainError):
    """Nobody is signed in."""


class InvalidError(DomainError):
    """What was typed can't be taken. `fields` maps a field's name to its message."""

    def __init__(self, message: str, /, fields: Mapping[str, DomainError] | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.fields: Mapping[str, DomainError] = fields or {}


class ConflictError(DomainError):
    """The state does not allow it now: a stale page, a double click, a locked stage."""


class ExpiredError(DomainError):
    """A link or token that was good once and is no more."""


class TooManyError(DomainError):
    """Too many attempts; try again later."""


class TooLargeError(DomainError):
    """An upload beyond the limits."""
