"""Recheck (复核): all of the top ten and a sample of at least 15 % of the rest, drawn with a public seed.

More than 5 % wrong entries among those read is "not a small-probability event": then all are read (rules.md 2 [S10]).
The unit is the entry with all of its sheets.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, delete

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Competition, Event, EventState
from contest.competitions.queries import rules_in_force
from contest.core.canonical import digest as digest_of
from contest.core.marks import NOT_PERFORMED, SCORED, parse_value
from contest.core.review import review_drawn, review_sample, review_seed, split_top
from contest.core.ruleset import Aspect
from contest.db import now
from contest.entries.guards import locked_event
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger import queries as ledger
from contest.ledger.models import Appended
from contest.ledger.services import append
from contest.rechecks import policy, queries
from contest.rechecks.models import Chosen, ItemState, Recheck, RecheckFinding, RecheckItem, RecheckState
from contest.standings.services import compute

TOP, PERCENT = 10, 15
NOT_PERFORMED_WORDS = frozenset({"未完成", "dnf", "not performed"})
_STALE = N_("复核已经到了另一步。请刷新页面看最新状态。")


def order_recheck(session: Session, actor: Actor, event: Event) -> Recheck:
    """Fixes who can be drawn and commits to a secret; what is drawn is unknown to everybody until the words are said.

    Raises:
        ForbiddenError: neither supervisor, arbitrator nor organizer.
        ConflictError: not all is locked, or a recheck of these marks is there already.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_order_recheck(actor, competition):
        raise ForbiddenError(N_("复核由监督、仲裁或组织者发起。"))
    if event.state is not EventState.LOCKED:
        raise ConflictError(N_("全部评分锁定以后、发布以前才能复核。"))
    former = queries.latest_recheck(session, event)
    if former is not None:
        if not queries.is_outdated(session, event, former):
            raise ConflictError(_STALE)
        former.state = RecheckState.VOID
        session.add(former)
    standings = compute(session, event).result.standings
    top, rest = split_top([(row.entry, row.rank or "") for row in standings], TOP)
    secret, root = secrets.token_bytes(32), (ledger.head(session, competition) or (0, ""))[1]
    candidates = {"top": top, "rest": sorted(rest, key=lambda code: (len(code), code))}
    row = _note(session, competition, event, "ordered", candidates=digest_of(candidates), percent=PERCENT, root=root,
                entries=len(standings), commitment=hashlib.sha256(secret).hexdigest())  # fmt: skip
    made = Recheck(
        tenant_id=event.tenant_id, event_id=event.id, top=len(top), percent=PERCENT,
        candidates=json.dumps(candidates), secret=secret.hex(), root=root, ordered_by=actor.name, ledger_seq=row.seq,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, actor, event.tenant_id, "order", "recheck", made.id, event=event.id)
    return made


def _note(session: Session, competition: Competition, event: Event, state: str, **data: object) -> Appended:
    return append(session, competition, kinds.RECHECK, {"event": event.id, "state": state, **data})


def draw_sample(session: Session, actor: Actor, recheck_id: str, words: str) -> Recheck:
    """Draws with the committed secret and `words` said in public (dice, a lottery's number): both are shown afterwards.

    Raises:
        NotFoundError, ForbiddenError: not this person's.
        InvalidError: no words. ConflictError: drawn already, or the marks were opened again.
    """
    recheck, event, competition = _for_checker(session, actor, recheck_id, RecheckState.ORDERED)
    said = " ".join(words.split())
    if not 1 <= len(said) <= 200:  # noqa: PLR2004 (column width)
        message = DomainError(N_("请填写当众产生的数字或文字，例如掷骰子的点数 3 6 1 4。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"words": message})
    seed = review_seed(bytes.fromhex(recheck.secret), said, recheck.root)
    candidates = json.loads(recheck.candidates)
    top, rest = candidates["top"], candidates["rest"]
    size = review_sample(len(top) + len(rest), recheck.percent, top=len(top))
    sampled = review_drawn(rest, size.sample, seed)
    row = _note(session, competition, event, "drawn", secret=recheck.secret, words=said, seed=seed.hex(), top=top,
                sample=sampled)  # fmt: skip
    recheck.words, recheck.seed, recheck.state = said, seed.hex(), RecheckState.DRAWN
    recheck.drawn_by, recheck.drawn_at, recheck.ledger_seq = actor.name, now(), row.seq
    session.add(recheck)
    _add_items(session, recheck, [(code, Chosen.TOP) for code in top] + [(code, Chosen.SAMPLE) for code in sampled])
    record(session, actor, event.tenant_id, "draw", "recheck", recheck.id, event=event.id, words=said)
    return recheck


def _add_items(session: Session, recheck: Recheck, chosen: Sequence[tuple[str, Chosen]], after: int = 0) -> None:
    session.add_all(
        RecheckItem(tenant_id=recheck.tenant_id, recheck_id=recheck.id, code=code, position=number, chosen=why)
        for number, (code, why) in enumerate(chosen, after + 1)
    )
    session.flush()


def _for_checker(
    session: Session, actor: Actor, recheck_id: str, state: RecheckState
) -> tuple[Recheck, Event, Competition]:
    recheck, event, _ = queries.get_recheck(session, actor, recheck_id)
    event, competition = locked_event(session, event.tenant_id, event.id)
    session.refresh(recheck)
    if not policy.can_check(actor, competition) or queries.judges_here(session, actor, event):
        raise ForbiddenError(N_("复核由监督或仲裁办理；在本项目打过分的人不能复核。"))
    if recheck.state is not state:
        raise ConflictError(_STALE)
    if event.state is not EventState.LOCKED or queries.is_outdated(session, event, recheck):
        raise ConflictError(N_("复核以后又解锁改过分，要重新复核。"))
    return recheck, event, competition


def record_reading(
    session: Session, actor: Actor, recheck_id: str, code: str, *, seen: str, right: Mapping[int, str], note: str = ""
) -> RecheckItem:
    """What the reader found on the paper: nothing in `right` means no error, else line number -> the value that is
    right. `seen` is the digest of the marks that were shown. A reading may be given again; the ledger keeps all.

    Raises:
        NotFoundError, ForbiddenError.
        ConflictError: other marks than shown, or the recheck is in another state.
        InvalidError: a value that the aspect can't take, or the very one that stands.
    """
    recheck, event, competition = _for_checker(session, actor, recheck_id, RecheckState.DRAWN)
    item = queries.get_item(session, recheck, code)
    rows = queries.marks_by_code(session, event, [code])[code]
    marks = queries.as_read(rows)
    if queries.marks_digest(marks) != seen:
        raise ConflictError(N_("这些分在您打开页面以后变了。请按现在的分重新核对。"))
    findings = _findings(session, event, item, list(marks), right, marks)
    session.exec(delete(RecheckFinding).where(col(RecheckFinding.item_id) == item.id))
    session.add_all(findings)
    wanted = marks | {queries.place_of(found): (found.units, found.state) for found in findings}
    item.state = ItemState.WRONG if findings else ItemState.RIGHT
    item.digest, item.note = queries.marks_digest(wanted), note.strip()[:300]
    item.checker_id, item.checker, item.checked_at = actor.account_id or "", actor.name, now()
    session.add(item)
    _note(session, competition, event, "read", entry=code, result=item.state.value, marks=seen, by=actor.account_id,
          right=[[*queries.place_of(found), found.units, found.state] for found in findings])  # fmt: skip
    session.flush()
    _read_all_if_needed(session, event, competition, recheck)
    return item


def _findings(
    session: Session, event: Event, item: RecheckItem, places: Sequence[queries.Place], right: Mapping[int, str],
    marks: Mapping[queries.Place, tuple[int | None, str]],
) -> list[RecheckFinding]:  # fmt: skip
    rules, found, wrong = rules_in_force(session, event), [], {}
    for number, text in right.items():
        if not 0 <= number < len(places):
            raise ConflictError(_STALE)
        place = places[number]
        try:
            value = _value(text, rules.aspect(place[0], place[2]))
        except ValueError:
            wrong[f"right-{number}"] = DomainError(N_("“%(text)s”不是这一项能打的分。"), text=text[:20])
            continue
        if value == marks[place]:
            wrong[f"right-{number}"] = DomainError(N_("与系统里的分相同；没有错就留空。"))
        stage, period, aspect, repetition, judge = place
        found.append(
            RecheckFinding(
                tenant_id=item.tenant_id, item_id=item.id, stage_key=stage, period_key=period, aspect=aspect,
                repetition=repetition, judge_code=judge, units=value[0], state=value[1],
            )
        )  # fmt: skip
    if wrong:
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields=wrong)
    return found


def _value(text: str, aspect: Aspect) -> tuple[int | None, str]:
    if text.strip().lower() in NOT_PERFORMED_WORDS:
        return None, NOT_PERFORMED
    units = parse_value(text, aspect)
    if not isinstance(units, int):
        raise ValueError(text)  # noqa: TRY004 (a problem of what was typed)
    return units, SCORED


def _read_all_if_needed(session: Session, event: Event, competition: Competition, recheck: Recheck) -> None:
    counts = queries.counts_of(session, recheck)
    if recheck.is_full or not counts.needs_all:
        return
    here = {item.code for item in queries.items_of(session, recheck)}
    left = [code for code in json.loads(recheck.candidates)["rest"] if code not in here]
    recheck.is_full = True
    session.add(recheck)
    _add_items(session, recheck, [(code, Chosen.FULL) for code in left], after=len(here))
    _note(session, competition, event, "full", read=counts.read, wrong=counts.wrong, entries=left)


def close_recheck(session: Session, actor: Actor, recheck_id: str) -> Recheck:
    """Signs the recheck: everything was read, and every error is corrected.

    Raises:
        NotFoundError, ForbiddenError, ConflictError (what is still open).
    """
    recheck, event, competition = _for_checker(session, actor, recheck_id, RecheckState.DRAWN)
    counts = queries.counts_of(session, recheck)
    if counts.waiting:
        raise ConflictError(N_("还有 %(n)s 个没有复核。"), n=counts.waiting)
    if open_items := queries.unsettled_items(session, event, recheck):
        raise ConflictError(N_("还有 %(n)s 个的错误没有更正，或复核以后分又变了。"), n=len(open_items))
    row = _note(session, competition, event, "closed", read=counts.read, wrong=counts.wrong, by=actor.account_id)
    recheck.state, recheck.closed_by, recheck.closed_at = RecheckState.CLOSED, actor.name, now()
    recheck.ledger_seq = row.seq
    session.add(recheck)
    session.flush()
    record(session, actor, event.tenant_id, "close", "recheck", recheck.id, event=event.id)
    return recheck
