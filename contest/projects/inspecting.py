"""Site inspections: findings with photographs and deductions, and the vetoes they are evidence of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event
from contest.core.marks import parse_decimal
from contest.db import now
from contest.documents.images import Picture, clean_picture
from contest.entries.guards import locked_event, require_state
from contest.entries.models import Entry, Veto
from contest.entries.vetoes import give_veto
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.projects import policy
from contest.projects.models import Finding, Photo, Project
from contest.projects.reporting import NEED_FIX, OPEN

MOST_PHOTOS = 6
HIGHEST = 100


@dataclass(frozen=True, slots=True)
class FindingInput:
    """A finding as typed. `photos`: uploads as they came in."""

    found_on: date
    kind: str
    description: str
    deduction: str
    photos: Sequence[bytes] = ()


def add_finding(
    session: Session, actor: Actor, project: Project, fields: FindingInput, pictures: Sequence[Picture]
) -> Finding:
    """Notes a finding with its photographs (`draw_photos` made them before the write lock was taken).

    Raises:
        ForbiddenError, ConflictError: not the organizer; the event is published.
        InvalidError: the deduction is no number from 0 to 100.
    """
    _require_right(session, actor, project)
    marks = deduction_of(fields.deduction)
    finding = Finding(
        tenant_id=project.tenant_id, project_id=project.id, found_on=fields.found_on, kind=fields.kind.strip(),
        description=fields.description.strip(), deduction=f"{marks:f}", account_id=actor.account_id or "",
        by_name=actor.name,
    )  # fmt: skip
    session.add(finding)
    session.flush()
    for picture in pictures:
        session.add(Photo(
            tenant_id=project.tenant_id, finding_id=finding.id, data=picture.data, width=picture.width,
            height=picture.height, digest=hashlib.sha256(picture.data).hexdigest(),
        ))  # fmt: skip
    session.flush()
    detail = {"type": finding.kind, "deduction": finding.deduction, "photos": len(pictures)}
    record(session, actor, project.tenant_id, "find", "project", project.id, finding=finding.id, **detail)
    return finding


def draw_photos(uploads: Sequence[bytes]) -> list[Picture]:
    """The uploads drawn anew (see documents.images); slow, so call it before a transaction (InvalidError `photos`)."""
    if len(uploads) > MOST_PHOTOS:
        many = DomainError(N_("一条检查记录最多 %(most)s 张照片。"), most=MOST_PHOTOS)
        raise InvalidError(NEED_FIX, fields={"photos": many})
    try:
        return [clean_picture(data) for data in uploads]
    except InvalidError as error:
        raise InvalidError(NEED_FIX, fields={"photos": error}) from None


def deduction_of(text: str) -> Decimal:
    """Typed marks as an exact number (InvalidError `deduction`)."""
    marks = parse_decimal(text)
    if marks is None or not 0 <= marks <= HIGHEST:
        wrong = DomainError(N_("扣分应是 0–100 的数，您输入了 %(value)s。"), value=text[:20])
        raise InvalidError(NEED_FIX, fields={"deduction": wrong})
    return marks


def withdraw_finding(session: Session, actor: Actor, project: Project, finding: Finding, reason: str) -> None:
    """Takes a finding back; it and its photographs stay in the record, its deduction no longer counts.

    Raises:
        ForbiddenError, ConflictError: as `add_finding`; it is withdrawn already.
        InvalidError: no reason.
    """
    _require_right(session, actor, project)
    session.refresh(finding)
    if finding.withdrawn_at is not None:
        raise ConflictError(N_("这条检查记录已经撤回，没有重复操作。"))
    if not reason.strip():
        raise InvalidError(NEED_FIX, fields={"withdrawn_reason": DomainError(N_("请写明为什么撤回。"))})
    finding.withdrawn_at, finding.withdrawn_reason = now(), reason.strip()
    session.add(finding)
    record(
        session, actor, project.tenant_id, "withdraw finding", "project", project.id, finding=finding.id, reason=reason
    )


def veto_for(
    session: Session, actor: Actor, project: Project, entry: Entry, finding: Finding, *, veto: str, reason: str,
    decided_by: str,
) -> Veto:  # fmt: skip
    """Gives the entry a veto for which the finding is the evidence; see `entries.vetoes.give_veto`.

    Raises:
        ConflictError: the finding is withdrawn, or the evidence of a veto already.
    """
    if finding.veto_id is not None or finding.withdrawn_at is not None:
        raise ConflictError(N_("这条检查记录已经是一票否决的依据，或者已经撤回。"))
    given = give_veto(
        session, actor, entry, veto=veto, reason=reason, decided_by=decided_by,
        happened_on=finding.found_on.isoformat(),
    )  # fmt: skip
    finding.veto_id = given.id
    session.add(finding)
    record(session, actor, project.tenant_id, "veto", "project", project.id, finding=finding.id, veto=given.id)
    return given


def _require_right(session: Session, actor: Actor, project: Project) -> Event:
    event, competition = locked_event(session, project.tenant_id, project.event_id)
    if not policy.can_manage_projects(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以登记检查问题。"))
    require_state(event, OPEN)
    return event
