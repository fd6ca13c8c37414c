"""From the ledger's rows to what counted at publication: marks, factors, vetoes, recusals, locks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .bundle import Bundle, canonical, sha256
from .report import Report

MarkKey = tuple[str, str, str, str, int, str]
"""Entry, stage, period, aspect, repetition, judge."""


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
    erased: set[str] = field(default_factory=set)
    rules: str = ""
    publication: dict[str, Any] | None = None


def collect(bundle: Bundle, bodies: list[dict[str, Any]]) -> Facts:
    """Plays the event's rows in order, up to the row of the publication that is checked."""
    facts = Facts()
    for body in bodies:
        data = body["data"]
        if data.get("event") != bundle.event:
            continue
        if body["kind"] == "publication" and data["version"] == bundle.version:
            facts.publication = data
            return facts
        play = _PLAYERS.get(body["kind"])
        if play:
            play(facts, data)
        if body["kind"] == "mark" and (data["stage"], data["period"]) in facts.locked:
            facts.late.append(body["seq"])
    return facts


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
        facts.factors[key] = Fraction(data["value"])


def _veto(facts: Facts, data: dict[str, Any]) -> None:
    facts.vetoes[data["entry"], data["veto"]] += 1 if data["state"] == "given" else -1


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
    "withdrawal": _withdrawal, "erasure": _erasure, "lock": _lock, "unlock": _unlock,
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
    return all([*checks, once, _check_locks(bundle, facts, report)])


def _check_locks(bundle: Bundle, facts: Facts, report: Report) -> bool:
    periods = {(stage["id"], period["id"]) for stage in bundle.rules["stages"] for period in stage["periods"]}
    late = "、".join(map(str, facts.late[:10]))
    in_time = report.check(
        not facts.late,
        "late",
        ("锁定以后没有再收分数", "no mark was taken while its period was locked"),
        (f"锁定以后还收了分数：第 {late} 条", f"marks were taken after the lock: rows {late}"),
    )
    return in_time & report.check(
        periods <= facts.locked,
        "locked",
        ("发布前全部考评期都已锁定", "every period was locked before the publication"),
        ("发布前有考评期没有锁定", "a period was not locked before the publication"),
    )
