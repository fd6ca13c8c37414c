"""From the ledger's rows to what counted at publication: marks, factors, vetoes, recusals, locks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .bundle import Bundle, canonical, sha256
from .moved import check_moved, moves
from .registered import Registered, differing, fact_key
from .report import Report
from .values import fraction, of_two

MarkKey = tuple[str, str, str, str, int, str]
"""Entry, stage, period, aspect, repetition, judge."""
GIVEN_LATE = {"class", "held", "category", "lot"}
"""Facts that change no total: given once all is locked by one person, and never changed by one."""


@dataclass(slots=True)
class Facts:
    """The state that the rows up to the publication add up to."""

    draw: dict[str, str] = field(default_factory=dict)
    marks: dict[MarkKey, tuple[int | None, str]] = field(default_factory=dict)
    factors: dict[tuple[str, str, str, int], Fraction] = field(default_factory=dict)
    vetoes: Counter[tuple[str, str]] = field(default_factory=Counter)
    recused: set[tuple[str, str, str]] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    locked: set[tuple[str, str]] = field(default_factory=set)
    late: list[int] = field(default_factory=list)
    redrawn: list[str] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    corrected: list[int] = field(default_factory=list)
    registered: dict[str, Registered] = field(default_factory=dict)
    published: bool = False
    erased: set[str] = field(default_factory=set)
    rules: str = ""
    publication: dict[str, Any] | None = None


def collect(bundle: Bundle, bodies: list[dict[str, Any]]) -> Facts:
    """Plays the event's rows in order, up to the row of the publication that is checked."""
    facts = Facts()
    periods = periods_of(bundle.rules)
    for body in own_rows(bundle, bodies):
        data = body["data"]
        if body["kind"] == "publication" and data["version"] == bundle.version:
            facts.publication = data
            return facts
        if periods <= facts.locked or body["kind"] == "correction":
            _after_the_lock(facts, body)
        if moves(facts, body, periods):
            facts.moved.append(body["seq"])
        play = _PLAYERS.get(body["kind"])
        if play:
            play(facts, data)
        if body["kind"] == "mark" and (data["stage"], data["period"]) in facts.locked:
            facts.late.append(body["seq"])
    return facts


def own_rows(bundle: Bundle, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The event's rows in order, up to that of the publication that is checked."""
    rows = []
    for body in bodies:
        if body["data"].get("event") == bundle.event:
            rows.append(body)
            if body["kind"] == "publication" and body["data"]["version"] == bundle.version:
                break
    return rows


def periods_of(rules: dict[str, Any]) -> set[tuple[str, str]]:
    """(stage, period) of all that is marked."""
    return {(stage["id"], period["id"]) for stage in rules["stages"] for period in stage["periods"]}


def _after_the_lock(facts: Facts, body: dict[str, Any]) -> None:
    """What changes a result once all is locked: told, and found where it is not by two persons."""
    kind, data = body["kind"], body["data"]
    if kind not in ("correction", "factor", "measure", "fact", "veto", "withdrawal"):
        return
    if "proposed_by" not in data and kind == "fact" and data["fact"] in GIVEN_LATE and not facts.published:
        is_new = fact_key(data) not in facts.registered.get(data["entry"], {})
        if is_new:
            return
    facts.corrected.append(body["seq"])
    if not of_two(data):
        facts.alone.append(f"{data['entry']} {data.get('aspect') or data.get('name') or data.get('fact') or kind}")


def _fact(facts: Facts, data: dict[str, Any]) -> None:
    known = facts.registered.setdefault(data["entry"], {})
    known.pop(fact_key(data), None)
    if data["value"] is not None:
        known[fact_key(data)] = data["value"]


def _publication(facts: Facts, _: dict[str, Any]) -> None:
    facts.published = True


def _adoption(facts: Facts, data: dict[str, Any]) -> None:
    facts.rules = data["rules"]


def _draw(facts: Facts, data: dict[str, Any]) -> None:
    """A code is drawn once: with marks under it, a second commitment would give them to another entry."""
    for item in data["entries"]:
        code, commitment = item["code"], item["commitment"]
        if facts.draw.get(code, commitment) != commitment:
            facts.redrawn.append(code)
        facts.draw[code] = commitment


def _mark(facts: Facts, data: dict[str, Any]) -> None:
    key = (data["entry"], data["stage"], data["period"], data["aspect"], data["repetition"], data["judge"])
    facts.marks.pop(key, None)
    if data["state"] != "missing":  # a mark that was taken back is none
        facts.marks[key] = (data["units"], data["state"])


def _factor(facts: Facts, data: dict[str, Any]) -> None:
    key = (data["entry"], data["stage"], data["aspect"], data["repetition"])
    facts.factors.pop(key, None)
    if data["value"] is not None:
        facts.factors[key] = fraction(data["value"])


def _veto(facts: Facts, data: dict[str, Any]) -> None:
    """Each is withdrawn once: what was withdrawn before it was given would cancel a later one."""
    key = (data["entry"], data["veto"])
    if data["state"] == "given":
        facts.vetoes[key] += 1
    elif facts.vetoes[key] > 0:
        facts.vetoes[key] -= 1


def _withdrawal(facts: Facts, data: dict[str, Any]) -> None:
    (facts.withdrawn.add if data["state"] == "withdrawn" else facts.withdrawn.discard)(data["entry"])


def _recusal(facts: Facts, data: dict[str, Any]) -> None:
    key = (data["entry"], data["stage"], data["judge"])
    (facts.recused.discard if data.get("state") == "lifted" else facts.recused.add)(key)


def _erasure(facts: Facts, data: dict[str, Any]) -> None:
    facts.erased.add(data["entry"])


def _lock(facts: Facts, data: dict[str, Any]) -> None:
    facts.locked.add((data["stage"], data["period"]))


def _unlock(facts: Facts, data: dict[str, Any]) -> None:
    facts.locked.discard((data["stage"], data["period"]))


_PLAYERS = {
    "adoption": _adoption, "draw": _draw, "mark": _mark, "factor": _factor, "veto": _veto, "recusal": _recusal,
    "withdrawal": _withdrawal, "erasure": _erasure, "lock": _lock, "unlock": _unlock, "correction": _mark,
    "fact": _fact, "measure": _fact, "publication": _publication,
}  # fmt: skip


def check_facts(bundle: Bundle, facts: Facts, report: Report) -> bool:
    """Whether rules, inputs and snapshot are the very ones that the chain names, and all was locked before."""
    said = facts.publication
    checks = [
        report.check(
            said is not None,
            "publication",
            (f"流水里有第 {bundle.version} 版的发布记录", f"the ledger records publication {bundle.version}"),
            ("流水里没有这一版的发布记录", "the ledger knows nothing of this publication"),
        )
    ]
    said = said or {}
    digests = {
        "snapshot": (said.get("digest"), sha256(bundle.raw["snapshot.json"]), "成绩", "the results"),
        "inputs": (said.get("inputs"), sha256(bundle.raw["inputs.json"]), "裁判组与登记", "panels and registration"),
        "rules": (facts.rules, sha256(canonical(bundle.rules)), "定稿的评分办法", "the adopted rule set"),
    }
    for code, (told, found, chinese, english) in digests.items():
        good = (f"{chinese}与流水记录的摘要一致", f"the digest of {english} is the one in the ledger")
        bad = (f"{chinese}与流水记录的摘要不符", f"the digest of {english} is not the one in the ledger")
        checks.append(report.check(told == found, code, good, bad))
    once = report.check(
        not facts.redrawn,
        "redrawn",
        ("每个加密号只抽签一次", "every blind code was drawn once"),
        (
            f"加密号被重新抽签：{'、'.join(facts.redrawn[:10])}",
            f"codes were drawn again: {', '.join(facts.redrawn[:10])}",
        ),
    )
    said_so = _check_registered(bundle, facts, report)
    return all([*checks, once, check_moved(facts, report), said_so, _check_locks(bundle, facts, report)])


def _check_registered(bundle: Bundle, facts: Facts, report: Report) -> bool:
    names = "、".join(differing(bundle.rules, bundle.inputs, facts.registered)[:10])
    return report.check(
        not names,
        "registered",
        ("登记事项与流水一致", "the facts of entries are those in the ledger"),
        (f"登记事项与流水不符：{names}", f"facts of entries are not those in the ledger: {names}"),
    )


def _check_locks(bundle: Bundle, facts: Facts, report: Report) -> bool:
    periods = periods_of(bundle.rules)
    corrected = "、".join(map(str, facts.corrected)) or "—"
    late = "、".join(map(str, facts.late[:10]))
    in_time = report.check(
        not facts.late,
        "late",
        ("锁定以后没有再收分数", "no mark was taken while its period was locked"),
        (f"锁定以后还收了分数：第 {late} 条", f"marks were taken after the lock: rows {late}"),
    )
    in_pairs = report.check(
        not facts.alone,
        "alone",
        (f"锁定以后的更正都由两个人办理：{len(facts.corrected)} 次，第 {corrected} 条",
         f"every correction after the lock was made by two persons: {len(facts.corrected)}, rows {corrected}"),
        (f"锁定以后有改动不是两个人办理的：{'、'.join(facts.alone[:10])}",
         f"changes after the lock by one person alone: {', '.join(facts.alone[:10])}"),
    )  # fmt: skip
    return (
        in_time
        & in_pairs
        & report.check(
            periods <= facts.locked,
            "locked",
            ("发布前全部考评期都已锁定", "every period was locked before the publication"),
            ("发布前有考评期没有锁定", "a period was not locked before the publication"),
        )
    )
