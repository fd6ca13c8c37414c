"""The page of what waits for whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get

from contest.acts.models import ActKind
from contest.competitions.models import SIGNERS
from contest.db import reading
from contest.waiting.kinds import DONE_BY, KIND_NAMES, Kind, OtherKind
from contest.waiting.queries import SORTS, Waiting, waiting_for
from contest.web.pages import actor_of, page, paging, url
from contest.web.security import is_open_to

Req = Request[Any, Any, Any]


@get("/waiting", name="waiting.index", sync_to_thread=True)
def index(request: Req) -> Response[str]:
    """Everything that waits for the caller's word or signature, the oldest first."""
    asked, actor = paging(request, SORTS), actor_of(request)
    kinds = [kind for kind, route in DONE_BY.items() if is_open_to(actor, route)]
    with reading() as session:
        rows, total = waiting_for(
            session, actor, kinds, search=asked.search, sort=asked.sort, descending=asked.descending,
            offset=asked.offset, limit=asked.size,
        )  # fmt: skip
    return page(
        request, "waiting/index.html", blocks=("waiting",), rows=[(row, address(row)) for row in rows], total=total,
        paging=asked, kind_names=KIND_NAMES, role_of=role_of, signers=SIGNERS,
        sees_competitions=is_open_to(actor, "competitions.index"),
    )  # fmt: skip


def address(row: Waiting) -> str:
    """The page where it is done."""
    if row.kind is ActKind.WAIVER:
        period, role, judge, code = row.key.split("/", 3)
        if row.sheets > 1:
            return url("judging.waivers", period_id=period, judge=judge, role=role)
        return url("judging.waiver", period_id=period, judge=judge, code=code, role=role)
    route, names = PAGES[row.kind]
    return url(route, **{name: getattr(row, field) for name, field in names.items()})


EVENT = {"event_id": "event_id"}
PAGES: Mapping[Kind, tuple[str, Mapping[str, str]]] = {
    ActKind.UNSEALING: ("entries.unseal", EVENT),
    ActKind.PUBLICATION: ("publications.index", EVENT),
    ActKind.MARK: ("corrections.mark_act", EVENT | {"act_id": "key"}),
    ActKind.FACT: ("corrections.mark_act", EVENT | {"act_id": "key"}),
    ActKind.WITHDRAWAL: ("corrections.mark_act", EVENT | {"act_id": "key"}),
    ActKind.RECUSAL: ("judging.recusal", EVENT | {"recusal_id": "key"}),
    ActKind.FORMALITIES: ("corrections.loosening", EVENT),
    ActKind.UNLOCK: ("judging.ask_unlock", {"period_id": "key"}),
    ActKind.RECUSING: ("judging.asked_recusal", EVENT | {"act_id": "key"}),
    ActKind.CONFLICT: ("judging.conflict", {"competition_id": "competition_id", "conflict_id": "key"}),
    ActKind.TABLE: ("overall.show", {"table_id": "key"}),
    OtherKind.RULES: ("corrections.change", {"change_id": "key"}),
    OtherKind.ERASURE: ("erasures.show", EVENT | {"entry_id": "key"}),
    OtherKind.LAYER: ("entries.layers", EVENT),
    OtherKind.WITNESS: ("entries.layers", EVENT),
    OtherKind.CHIEF: ("judging.signatures", EVENT | {"period": "key"}),
    OtherKind.SUPERVISOR: ("judging.signatures", EVENT | {"period": "key"}),
    OtherKind.PAPER: ("judging.paper", {"period_id": "key"}),
}
"""Route and the parameters of its address, each with the field of the line that it takes."""


def role_of(row: Waiting) -> str:
    """Whose signature a waiver is about."""
    return row.key.split("/", 3)[1] if row.kind is ActKind.WAIVER else ""


router = Router("/", route_handlers=[index])
