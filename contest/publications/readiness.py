"""What must be done between the lock and the publication: unsealing, recheck, signatures."""

from __future__ import annotations

from sqlmodel import Session

from contest.competitions.models import Event
from contest.competitions.opening import Obstacle
from contest.entries.layering import layers_of
from contest.entries.queries import is_blind
from contest.i18n import N_
from contest.judging.signatures.listing import unsigned_sheets
from contest.rechecks.queries import open_recheck


def obstacles(session: Session, event: Event) -> list[Obstacle]:
    """Everything that stands between a locked event and its publication, in the order of the work."""
    found = []
    if recheck := open_recheck(session, event):
        found.append(Obstacle(recheck, "rechecks.show"))
    if layers_of(session, event):
        if event.unsealed_at is None:
            found.append(Obstacle(N_("分层加密还没有逐层解密并由监督确认，不能发布。"), "entries.layers"))
    elif event.unsealed_at is None and is_blind(session, event):
        found.append(Obstacle(N_("加密号还没有解密。请先在“解密”页由两个人办理。"), "entries.unseal"))
    if unsigned := unsigned_sheets(session, event):
        text = N_("还有 %(n)s 份评分表缺裁判长或监督的签字。")
        found.append(Obstacle(text, "judging.signatures", {"n": unsigned}))
    return found
