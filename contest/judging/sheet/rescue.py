"""A tablet's outbox that came as a file or as codes: taken in by the desk as the operations of its judge.

The desk carries, it does not score: a seal with a key that only the judge's own pages hold says that nobody made or
changed these operations on the way. They go the way of every operation: unique ids, store first, judge later.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hmac
import json
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from contest.accounts.models import Account
from contest.accounts.queries import actor_for
from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, Stage
from contest.competitions.queries import competition_of, get_event
from contest.core.canonical import canonical_json, digest
from contest.errors import DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.judging.marks.proposed import MAX_BATCH, Proposed, from_outside, read_batch
from contest.judging.marks.storing import store_batches
from contest.judging.models import PanelMember
from contest.judging.policy import can_decide
from contest.settings import get_settings

FORMAT = "contest-outbox-1"
MAX_TEXT = 4_000_000
_CODE = re.compile(r"CO1\.([0-9a-f]{8})\.(\d{1,4})\.(\d{1,4})\.([A-Za-z0-9_-]+)")
ODD = N_("这不是平板导出的评分文件，或内容不完整。请在平板上重新导出。")


def seal_key(account_id: str) -> str:
    """The key of one judge's seals; only that judge's own pages are given it."""
    return hmac.new(get_settings().secret, f"outbox:{account_id}".encode(), "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of an outbox that was carried to the desk."""

    judge: str
    counts: dict[str, int]
    elsewhere: int


def read_outbox(text: str) -> dict[str, Any]:
    """The content of a file, or of codes scanned in any order.

    Raises:
        InvalidError: neither; codes are missing (names which).
    """
    if len(text) > MAX_TEXT:
        raise _odd(ODD)
    codes = _CODE.findall(text)
    try:
        found = json.loads(_join(codes) if codes else text)
    except (ValueError, RecursionError, zlib.error, binascii.Error):
        raise _odd(ODD) from None
    is_whole = isinstance(found, dict) and found.get("format") == FORMAT and isinstance(found.get("operations"), list)
    if not is_whole or not all(isinstance(found.get(key), str) for key in ("account", "device", "digest", "seal")):
        raise _odd(ODD)
    return dict(found)


def _join(codes: list[tuple[str, str, str, str]]) -> bytes:
    heads, counts = {head for head, *_ in codes}, {int(count) for _, _, count, _ in codes}
    if len(heads) != 1 or len(counts) != 1:
        raise _odd(N_("这些二维码不是同一次导出的。请在平板上重新显示，一次扫完。"))
    parts = {int(number): part for _, number, _, part in codes}
    missing = [str(n) for n in range(1, counts.pop() + 1) if n not in parts]
    if missing:
        raise _odd(N_("还缺第 %(which)s 个二维码，请补扫后再送。"), which="、".join(missing[:20]))
    packed = "".join(parts[number] for number in sorted(parts))
    inflate = zlib.decompressobj(-15)
    data = inflate.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), MAX_TEXT)
    if not inflate.eof:
        raise _odd(ODD)
    return data


def _odd(text: str, **params: object) -> InvalidError:
    message = DomainError(text, **params)
    return InvalidError(N_("有几项需要改正，已标在下面。"), fields={"outbox": message})


def carry_outbox(session: Session, actor: Actor, event_id: str, text: str) -> Carried:
    """Stores the operations of a carried outbox as those of its judge; twice the same is once.

    Raises:
        ForbiddenError: neither organizer nor chief judge.
        InvalidError: unreadable, changed on the way, or of nobody on this event's panels.
    """
    event = get_event(session, event_id, actor)
    seat = _require_desk(session, actor, event)
    outbox = read_outbox(text)
    operations = outbox["operations"]
    try:
        sealed = canonical_json(operations)
    except (UnicodeEncodeError, RecursionError):
        raise _odd(ODD) from None
    seal = hmac.new(seal_key(outbox["account"]).encode(), sealed, "sha256").hexdigest()
    if digest(operations) != outbox["digest"] or not hmac.compare_digest(seal.encode(), outbox["seal"].encode()):
        raise _odd(N_("封签不符：内容在导出以后被改过，或不是这位裁判的平板导出的。一条也没有存。"))
    judge, owner = _owner(session, event, outbox["account"])
    ours = [item for item in operations if isinstance(item, dict) and item.get("event") == event.id]
    counts: Counter[str] = Counter()
    by = seat.code if seat else "organizer"
    for start in range(0, len(ours), MAX_BATCH):
        batch = [_marked(op, by) for op in from_outside(read_batch(ours[start : start + MAX_BATCH]))]
        counts.update(answer["result"] for answer in store_batches(session.connection(), [(owner, batch)])[0][0])
    detail = {"judge": judge, "device": outbox["device"][:64], "digest": outbox["digest"], "operations": len(ours)}
    record(session, actor, event.tenant_id, "import_outbox", "event", event.id, **detail)
    return Carried(judge, dict(counts), len(operations) - len(ours))


def _marked(op: Proposed, by: str) -> Proposed:
    return dataclasses.replace(op, imported_by=by)


def _require_desk(session: Session, actor: Actor, event: Event) -> PanelMember | None:
    """The actor's seat as chief judge, None for an organizer; nobody else carries."""
    query = (
        select(PanelMember)
        .join(Stage, (col(Stage.tenant_id) == PanelMember.tenant_id) & (col(Stage.id) == PanelMember.stage_id))
        .where(
            Stage.tenant_id == event.tenant_id,
            Stage.event_id == event.id,
            PanelMember.account_id == actor.account_id,
            col(PanelMember.removed_at).is_(None),
        )
    )
    seats: list[PanelMember | None] = [*session.exec(query), None]
    competition = competition_of(session, event)
    for seat in seats:
        if can_decide(actor, competition, seat):
            return seat
    raise ForbiddenError(N_("只有组织者和裁判长可以收平板导出的评分。"))


def _owner(session: Session, event: Event, account_id: str) -> tuple[str, Actor]:
    query = (
        select(PanelMember.code, Account)
        .join(Account, col(Account.id) == PanelMember.account_id)
        .join(Stage, (col(Stage.tenant_id) == PanelMember.tenant_id) & (col(Stage.id) == PanelMember.stage_id))
        .where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id, Account.id == account_id)
    )
    found = session.exec(query).first()
    if found is None:
        raise _odd(N_("这份导出的裁判不在这个竞赛项目的裁判组里。"))
    return found[0], actor_for(session, found[1])
