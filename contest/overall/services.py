"""Writing a table's rule, adopting it, publishing what it gives. The ledger's rows are of the whole competition."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Competition
from contest.competitions.problem_texts import fault_error
from contest.competitions.queries import events_of
from contest.core.problems import RuleSetError
from contest.core.series_rules import SeriesRule, parse_series_rule
from contest.db import now
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger import queries as ledger
from contest.ledger.checking import first_broken
from contest.ledger.services import append, make_checkpoint
from contest.overall import policy, queries
from contest.overall.models import OverallPublication, OverallRule, OverallTable
from contest.overall.tallying import Document
from contest.publications.snapshot import digest, encode

NEED_FIX = N_("有几项需要改正，已标在下面。")
STALE = N_("这一页已经过时：别人刚改过这张表。请刷新后再办。")
BROKEN = N_("记分流水从第 %(seq)s 条起与存证不符，数据库被人改动过，不能发布。请保留现场，立即告诉监督人员和管理员。")
FOREIGN = N_("“%(event)s”第 %(n)s 版成绩与记分流水不符，数据库被人改动过，不能发布。请立即告诉监督人员和管理员。")


def create_table(
    session: Session, actor: Actor, competition: Competition, document: Mapping[str, object], *, title_en: str = ""
) -> OverallTable:
    """A new table with the first draft of its rule.

    Raises:
        ForbiddenError: not the organizer.
        InvalidError: the rule is none; a message per field of the document.
    """
    require_organizer(actor, competition)
    rule = checked_rule(session, competition, document)
    table = OverallTable(
        tenant_id=competition.tenant_id, competition_id=competition.id, title=rule.title, title_en=title_en
    )
    session.add(table)
    session.flush()
    _add_version(session, table, rule, 1, "")
    record(session, actor, table.tenant_id, "create", "overall table", table.id, title=rule.title)
    session.flush()
    return table


def checked_rule(session: Session, competition: Competition, document: Mapping[str, object]) -> SeriesRule:
    """The rule of a document whose sources are events of the competition (InvalidError otherwise)."""
    try:
        rule = parse_series_rule(document)
    except RuleSetError as error:
        raise InvalidError(NEED_FIX, fields={p.path: fault_error(p) for p in reversed(error.problems)}) from error
    known = {event.id for event in events_of(session, competition)}
    if not rule.sources or not {source for source, _ in rule.sources} <= known:
        raise InvalidError(NEED_FIX, fields={"sources": DomainError(N_("请至少选择一个竞赛项目。"))})
    return rule


def save_rule(
    session: Session, actor: Actor, table: OverallTable, document: Mapping[str, object], *, title_en: str = "",
    reason: str = "", seen: int = 0,
) -> OverallRule:  # fmt: skip
    """Changes the draft, or writes the next version beside the adopted one; `seen` is the version it was drawn from.

    Raises:
        ForbiddenError, InvalidError: as `create_table`; a version that follows an adopted one needs a reason.
        ConflictError: somebody else was faster.
    """
    competition = _locked(session, actor, table)
    newest = queries.rule_versions(session, table)[0]
    if newest.version != seen:
        raise ConflictError(STALE)
    rule = checked_rule(session, competition, document)
    if newest.version + bool(newest.adopted_at) > 1 and not reason.strip():
        raise InvalidError(NEED_FIX, fields={"reason": DomainError(N_("办法定稿以后再改，要写明理由。"))})
    table.title, table.title_en = rule.title, title_en
    session.add(table)
    if newest.adopted_at:
        newest = _add_version(session, table, rule, newest.version + 1, reason.strip())
    else:
        newest.document, newest.digest, newest.reason = _text(rule), rule.digest, reason.strip()
        session.add(newest)
    record(session, actor, table.tenant_id, "save", "overall rule", table.id, version=newest.version)
    session.flush()
    return newest


def adopt_rule(session: Session, actor: Actor, table: OverallTable, seen: str) -> OverallRule:
    """Adopts the draft whose digest is `seen`: it counts from now on and never changes.

    Raises:
        ForbiddenError: not the organizer.
        ConflictError: there is no draft, or another than the one seen.
    """
    competition = _locked(session, actor, table)
    newest = queries.rule_versions(session, table)[0]
    if newest.adopted_at or newest.digest != seen:
        raise ConflictError(STALE)
    newest.adopted_at, newest.adopted_by = now(), actor.name
    session.add(newest)
    fact = {"table": table.id, "version": newest.version, "digest": newest.digest, "reason": newest.reason}
    append(session, competition, kinds.OVERALL, fact | {"state": "adopted"})
    record(session, actor, table.tenant_id, "adopt", "overall rule", table.id, version=newest.version)
    session.flush()
    return newest


def publish_table(session: Session, actor: Actor, table: OverallTable, seen: str) -> OverallPublication:
    """Publishes what the adopted rule gives now as the first version; `seen` is the stamp of what the page showed.

    Raises:
        ForbiddenError: not the organizer.
        ConflictError: as `publishable`; or a version is out already: the next one takes two persons (`confirming`).
    """
    competition = _locked(session, actor, table)
    view = publishable(session, actor, competition, table, seen)
    if view.publications:
        raise ConflictError(N_("这张表已经发布过，改动要由第二个人确认。请写明理由，提出发布。"))
    return make_publication(session, actor, competition, view, {})


def publishable(
    session: Session, actor: Actor, competition: Competition, table: OverallTable, seen: str
) -> queries.TableView:
    """What would be published, once nothing stands in its way.

    Raises:
        ConflictError: no adopted rule, nothing to say or nothing new, another result than seen, a broken ledger.
    """
    view = queries.table_view(session, actor, table.id)
    if view.in_force is None:
        raise ConflictError(N_("办法还没有定稿，不能发布。"))
    if view.preview is None:
        raise view.trouble or ConflictError(STALE)
    if not view.preview["rows"]:
        raise ConflictError(N_("所选的竞赛项目还没有能计入的成绩，不能发布。"))
    if view.stamp != seen:
        raise ConflictError(N_("您核对以后成绩又有了新版本。请重新核对下面的名次，再发布。"))
    if not view.is_new:
        raise ConflictError(N_("这份名次已经发布过，没有变化。"))
    _require_untouched(session, competition, view.preview)
    return view


def make_publication(
    session: Session, actor: Actor, competition: Competition, view: queries.TableView, said: Mapping[str, str]
) -> OverallPublication:
    """The next version; whoever calls has asked everything before. said: reason and both persons of a change."""
    table, rule = view.table, view.in_force
    assert view.preview is not None
    assert rule is not None
    version = (view.publications[0].version if view.publications else 0) + 1
    snapshot = encode(view.preview | {"version": version, "at": time.time_ns() // 1_000_000})
    fact = {"table": table.id, "state": "published", "version": version, "digest": digest(snapshot), **said}
    row = append(session, competition, kinds.OVERALL, fact)
    checkpoint = make_checkpoint(session, competition, "publication")
    publication = OverallPublication(
        tenant_id=table.tenant_id, table_id=table.id, version=version, rule_version=rule.version, snapshot=snapshot,
        digest=digest(snapshot), checkpoint_id=checkpoint.id, ledger_seq=row.seq, published_by=actor.name,
    )  # fmt: skip
    session.add(publication)
    record(session, actor, table.tenant_id, "publish", "overall table", table.id, version=version)
    session.flush()
    return publication


def _require_untouched(session: Session, competition: Competition, document: Document) -> None:
    """Refuses to sign what somebody changed in the database itself: the chain, or a publication that it records."""
    rows = ledger.rows(session, competition)
    broken = first_broken(rows, ledger.checkpoints(session, competition), ledger.trusted_keys(session))
    if broken is not None:
        raise ConflictError(BROKEN, seq=broken)
    told = {(data["event"], data["version"]): data for data in ledger.data_of(rows, kinds.PUBLICATION)}
    for event in (event for event in document["events"] if event["version"] is not None):
        kept = told.get((event["id"], event["version"]), {"digest": "", "inputs": ""})
        if kept["digest"] != event["digest"] or event["inputs"] not in ("", kept["inputs"]):
            raise ConflictError(FOREIGN, event=event["title"], n=event["version"])


def locked_table(session: Session, table: OverallTable) -> Competition:
    """The competition, its table held against a second writer."""
    session.get_one(OverallTable, (table.tenant_id, table.id), with_for_update=True, populate_existing=True)
    return session.get_one(Competition, (table.tenant_id, table.competition_id))


def _locked(session: Session, actor: Actor, table: OverallTable) -> Competition:
    """The same for an organizer (ForbiddenError)."""
    competition = locked_table(session, table)
    require_organizer(actor, competition)
    return competition


def require_organizer(actor: Actor, competition: Competition) -> None:
    """ForbiddenError for anybody else."""
    if not policy.can_manage_tables(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以定团体与全能的办法、发布它的名次。"))


def _add_version(session: Session, table: OverallTable, rule: SeriesRule, number: int, reason: str) -> OverallRule:
    version = OverallRule(
        tenant_id=table.tenant_id, table_id=table.id, version=number, document=_text(rule), digest=rule.digest,
        reason=reason,
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def _text(rule: SeriesRule) -> str:
    return json.dumps(rule.plain(), ensure_ascii=False, sort_keys=True)
