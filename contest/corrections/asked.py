"""What is asked to be corrected in a locked event, whatever it is: one mark (`marks`), one fact (`facts`), whether an
entry competes (`withdrawal`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from sqlmodel import Session

from contest.acts.models import ActKind
from contest.competitions.models import Event
from contest.competitions.queries import rules_in_force
from contest.core.canonical import digest as digest_of
from contest.core.ruleset import RuleSet
from contest.core.scoring import Result
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import N_
from contest.ledger.models import Appended
from contest.standings.policy import is_unsealed
from contest.standings.services import Computation

Told = Sequence[tuple[str, str]]
"""(label, words) of a definition list."""
SEALED = N_(
    "加密号还没有解开：号下更正的和名单上同时变的对得上，就等于说出了这个号是谁。请先由两个人解密，再更正登记事项或是否退赛。"
)
SAME = N_("与现在的相同，没有需要更正的。")


@dataclass(frozen=True, slots=True)
class Line:
    """What stands at a place now. value: as the box takes it; choices: where only these can be chosen."""

    told: Told
    shown: str
    replaces: object
    value: str = ""
    choices: Told = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """What the pages call it: their title, the value now and wanted, a hint for the reason, what follows, done."""

    title: str
    now: str
    wanted: str
    hint: str
    follows: str
    done: str


class Asked(ABC):
    """One place of an event under its blind code, and what it shall be; compared and kept by its values."""

    __slots__ = ()
    kind: ClassVar[ActKind]
    wording: ClassVar[Wording]
    entry: str

    @property
    @abstractmethod
    def boxes(self) -> Mapping[str, str]:
        """What a form or an address names the place with."""

    @property
    def subject(self) -> str:
        """One correction of a place may wait at a time."""
        return digest_of(dict(self.boxes))

    @abstractmethod
    def find(self, session: Session, event: Event) -> Line:
        """What stands there (NotFoundError: there is no such place, or it is not locked)."""

    @abstractmethod
    def with_value(self, session: Session, event: Event, text: str) -> Self:
        """The same place with the typed value (InvalidError: it can't be, or stands there already)."""

    @abstractmethod
    def evaluated(self, session: Session, event: Event, now: Computation) -> Result:
        """The result with the value in its place."""

    @abstractmethod
    def plain(self) -> dict[str, object]:
        """As it is kept with its act, and made again from."""

    @abstractmethod
    def told(self, rules: RuleSet) -> Told:
        """The place in words, once it may be gone; by its ids where the rules in force know it no more."""

    @abstractmethod
    def wanted(self, rules: RuleSet) -> str:
        """The value in words."""

    @abstractmethod
    def write(self, session: Session, event: Event, said: Mapping[str, object], deciders: str) -> Appended:
        """Appends the row of the ledger and lets the projection follow. said: reason, proposed_by, confirmed_by,
        effects; deciders: both persons' names.
        """


def may_be_told(session: Session, event: Event) -> bool:
    """Pages by name show facts and who is withdrawn: while codes are sealed, what changes under a code and beside a
    name at the same time would tell whose code it is.
    """
    return is_unsealed(event, rules_in_force(session, event))


def require_told(session: Session, event: Event) -> None:
    if not may_be_told(session, event):
        raise ConflictError(SEALED)


def wrong(message: str, **params: object) -> InvalidError:
    """What is wrong with the typed value."""
    return InvalidError(N_("有几项需要改正，已标在下面。"), fields={"value": DomainError(message, **params)})
