"""What a tablet sent, read but not yet judged. Anything that can be kept is kept; only noise is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contest.core.marks import MISSING, NOT_PERFORMED, SCORED
from contest.errors import InvalidError, TooLargeError
from contest.i18n import N_

MAX_BATCH = 200
MAX_BODY = 4096
OWN_MARK = None
"""`judge` of an operation that somebody makes for their own sheet."""
SHARED_MARK = ""
"""`judge` of a measured or agreed value: one for the whole panel (docs/rule-set.md)."""

_OP_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_STATES = frozenset({SCORED, MISSING, NOT_PERFORMED})
_TEXTS = {
    "event": 16,
    "stage": 64,
    "period": 64,
    "entry": 64,
    "aspect": 64,
    "device": 64,
    "rules": 64,
    "decides": 64,
    "after": 64,
}
_NUMBERS = {"repetition": 1, "seq": 0, "base": 0, "client_time": 0}
_MAX_NUMBER = 2**53
_MAX_REASON = 300
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Proposed:
    """One operation. `units` are whole units of 10^-decimals; `base` is the revision the tablet saw (0: none).

    `judge` None: the sender's own mark; empty: a value of the whole panel; a panel code: typed for that judge.
    `after` is the sender's own earlier operation on the same mark, whose revision the tablet could not know yet.
    `decides` names the conflicting or quarantined operation that this one settles. `is_readable` False: the fields
    could not be read, `body` still holds what came. `imported_by`: who carried it here from a tablet without network;
    no tablet can say that of itself.
    """

    op_id: str
    body: str
    event: str = ""
    stage: str = ""
    period: str = ""
    entry: str = ""
    aspect: str = ""
    repetition: int = 1
    units: int | None = None
    state: str = SCORED
    judge: str | None = OWN_MARK
    reason: str = ""
    rules: str = ""
    base: int = 0
    device: str = ""
    seq: int = 0
    client_time: int = 0
    decides: str = ""
    after: str = ""
    is_readable: bool = True
    imported_by: str = ""


SEEN_BEFORE = frozenset({"projects", "seed"})
"""What the platform itself calls itself as a sender, where what it sends was looked at before."""
PLATFORM = SEEN_BEFORE | {"import"}


OWN_IDS = ("import-", "decision-", "correction-", "clerk-", "project-", "seed-")
"""How ids begin that the platform gives itself: an import is told by them, and one taken before it would be lost."""


def from_outside(batch: Sequence[Proposed]) -> list[Proposed]:
    """A batch that a tablet sent: none of them may call itself what only the platform is.

    Raises:
        InvalidError: an id as only the platform gives it; no tablet makes one.
    """
    if any(op.op_id.lower().startswith(OWN_IDS) for op in batch):
        raise InvalidError(N_("有一条评分没有可用的编号（op_id），没有保存。请刷新页面后再试。"))
    return [replace(op, device="") if op.device in PLATFORM else op for op in batch]


def read_batch(data: object) -> list[Proposed]:
    """The operations of a request's `operations` (or of a plain list of dicts).

    Raises:
        InvalidError: not a list of operations with an `op_id` each: nothing that could be kept and answered.
        TooLargeError: more operations, or a longer one, than a tablet ever sends.
    """
    items = data.get("operations") if isinstance(data, Mapping) else data
    if not isinstance(items, list) or not items:
        raise InvalidError(N_("没有收到任何一条评分。请刷新页面后再试。"))
    if len(items) > MAX_BATCH:
        raise TooLargeError(N_("一次最多送 %(n)s 条评分，请分批送。"), n=MAX_BATCH)
    return [read_operation(item) for item in items]


def read_operation(item: object) -> Proposed:
    """One operation; unreadable fields leave `is_readable` False, so that it is kept in quarantine."""
    op_id = item.get("op_id") if isinstance(item, Mapping) else None
    if not isinstance(item, Mapping) or not isinstance(op_id, str) or not _OP_ID.fullmatch(op_id):
        raise InvalidError(N_("有一条评分没有可用的编号（op_id），没有保存。请刷新页面后再试。"))
    body = _ENCODER.encode(item)
    if len(body) > MAX_BODY:
        raise TooLargeError(N_("有一条评分太长，没有保存。请把理由写短一些。"))
    event = item.get("event")
    known = event if isinstance(event, str) and len(event) <= _TEXTS["event"] and event.isascii() else ""
    if "\\u0000" in body or not _is_text(body):
        return Proposed(op_id, json.dumps(item), known, is_readable=False)
    fields = _fields(item)
    return Proposed(op_id, body, known, is_readable=False) if fields is None else Proposed(op_id, body, **fields)


def _is_text(body: str) -> bool:
    """Half of a surrogate pair is no text: no database keeps it."""
    try:
        body.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fields(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """The typed fields, or None when one of them has a wrong type or a value that no page sends."""
    found: dict[str, Any] = {}
    for key, longest in _TEXTS.items():
        value = item.get(key, "")
        if not isinstance(value, str) or len(value) > longest:
            return None
        found[key] = value
    for key, default in _NUMBERS.items():
        value = item.get(key, default)
        if not _is_whole(value):
            return None
        found[key] = value
    return _with_value(item, found)


def _with_value(item: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any] | None:
    units, state, judge = item.get("value"), item.get("state", SCORED), item.get("judge", OWN_MARK)
    reason = item.get("reason", "")
    is_readable = (
        state in _STATES
        and (_is_whole(units) if state == SCORED else units is None)
        and (judge is None or (isinstance(judge, str) and len(judge) <= 10))  # noqa: PLR2004 (column width)
        and isinstance(reason, str)
        and len(reason) <= _MAX_REASON
    )
    return found | {"units": units, "state": state, "judge": judge, "reason": reason} if is_readable else None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MAX_NUMBER
