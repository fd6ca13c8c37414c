"""The formalities: who had to sign, whether a recheck was asked for, and that one person alone loosened nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .bundle import Bundle
from .facts import Facts, own_rows
from .report import Report
from .signatures import SheetKey, played
from .values import are_two, of_two

CHECKS = ("calibrates", "rechecks", "publishes_in_pairs")
AFTERWARDS = ("chief", "supervisor")
"""Who signs after the lock: without them nothing is published."""
WORDS = {
    "contestant": ("选手或领队", "contestant"),
    "judge": ("裁判", "judge"),
    "chief": ("裁判长", "chief judge"),
    "supervisor": ("监督", "supervisor"),
    "calibrates": ("评分前试评", "calibration"),
    "rechecks": ("发布前复核", "recheck"),
    "publishes_in_pairs": ("两人发布", "publication by two"),
}
RECENT = "recuses_in_pairs"
"""Rows of the formalities without this word are of a platform that did not name who published."""
OPENING = frozenset({"unsealing", "unseal", "publication"})
Body = dict[str, Any]
Fields = Mapping[str, frozenset[str] | None]
Sheets = Mapping[SheetKey, frozenset[str]]
"""The sheets that count, and the roles that have signed each, waivers too."""


@dataclass(slots=True)
class Formal:
    """The formalities as they stand, and the rows that loosened them: of two persons, or of one."""

    now: Body | None = None
    loosened: list[Body] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)

    def see(self, body: Body) -> None:
        data = body["data"]
        if is_looser(self.now or data["replaces"], data):
            self.loosened.append(body)
            if not of_two(data):
                self.alone.append(body["seq"])
        elif self.now is not None and data["replaces"] != told(self.now):
            self.alone.append(body["seq"])  # what it claims to replace is not what stood there
        self.now = data


def told(data: Body) -> Body:
    """The formalities alone, of a row that also says who and why."""
    return {key: data[key] for key in ("signers", *CHECKS)}


def is_looser(before: Body | None, after: Body) -> bool:
    """Whether a signature or a check that was asked for is no longer."""
    if before is None:
        return False
    return bool(set(before["signers"]) - set(after["signers"])) or any(before[key] > after[key] for key in CHECKS)


def check_formalities(bundle: Bundle, bodies: list[Body], facts: Facts, fields: Fields, report: Report) -> None:
    """Every loosening after scoring began was of two persons; what stood at the publication was kept."""
    rows = own_rows(bundle, bodies)
    formal = Formal()
    for body in rows:
        if body["kind"] == "formalities":
            formal.see(body)
    if formal.now is None:
        report.absent(
            "formalities",
            "流水里没有手续的记录：谁应当签字，不能从核验包证明",
            "the ledger records no formalities: this bundle does not prove who had to sign",
        )
        return
    names = [WORDS[key] for key in (*formal.now["signers"], *(key for key in CHECKS if formal.now[key]))]
    chinese, english = "、".join(name for name, _ in names), ", ".join(name for _, name in names)
    seqs = "、".join(str(body["seq"]) for body in formal.loosened) or "—"
    wrong = "、".join(map(str, formal.alone[:10]))
    report.check(
        not formal.alone,
        "formalities",
        (f"手续：{chinese}；评分开始以后放宽过 {len(formal.loosened)} 次，都由两个人办理：第 {seqs} 条",
         f"formalities: {english}; loosened {len(formal.loosened)} times after scoring began, by two persons: {seqs}"),
        (f"手续有放宽不是两个人办理的：第 {wrong} 条", f"formalities loosened by one person alone: rows {wrong}"),
    )  # fmt: skip
    _check_unlocked(rows, report)
    _check_published(rows, report)
    _check_recheck(rows, formal.now, report)
    _check_signed(formal.now, _sheets(bundle, bodies, facts, fields), report)


def _check_unlocked(rows: list[Body], report: Report) -> None:
    """Once names stood beside codes, or results were out, nothing was opened again by one person alone."""
    known = False
    alone: list[int] = []
    pairs: list[int] = []
    for body in rows:
        if body["kind"] == "unlock" and known:
            (pairs if of_two(body["data"]) else alone).append(body["seq"])
        known = known or body["kind"] in OPENING
    wrong, seqs = "、".join(map(str, alone[:10])), "、".join(map(str, pairs)) or "—"
    report.check(
        not alone,
        "unlocked",
        (f"解密或发布以后的解锁都由两个人办理：{len(pairs)} 次，第 {seqs} 条",
         f"after unsealing or publication nothing was opened again by one person: {len(pairs)} by two, {seqs}"),
        (f"解密或发布以后有解锁不是两个人办理的：第 {wrong} 条",
         f"opened again by one person alone after unsealing or publication: rows {wrong}"),
    )  # fmt: skip


def _check_published(rows: list[Body], report: Report) -> None:
    """Each publication under formalities that ask for two names both; rows of an older platform name nobody."""
    now: Body = {}
    pairs, alone, unsaid = 0, list[int](), list[int]()
    for body in rows:
        data = body["data"]
        if body["kind"] == "formalities":
            now = data
        elif body["kind"] == "publication" and now.get("publishes_in_pairs"):
            is_old = RECENT not in now and not {"proposed_by", "confirmed_by"} & data.keys()
            pairs += are_two(data)
            if not are_two(data):
                (unsaid if is_old else alone).append(body["seq"])
    if pairs or alone:
        wrong = "、".join(map(str, alone))
        report.check(
            not alone,
            "pairs_published",
            (f"手续要求两人发布：{pairs} 次发布都由两个人办理",
             f"publication by two was asked for: all {pairs} were made by two persons"),
            (f"手续要求两人发布，但不是两个人办理的：第 {wrong} 条",
             f"publication by two was asked for, and one person published: rows {wrong}"),
        )  # fmt: skip
    if unsaid:
        seqs = "、".join(map(str, unsaid))
        report.note(
            "pairs_published",
            f"是不是两个人发布的没有核对，因为那时的流水不记由谁发布：第 {seqs} 条",
            f"whether two persons published was not checked, because the ledger did not tell who: rows {seqs}",
        )


def _check_recheck(rows: list[Body], now: Body, report: Report) -> None:
    """Where a recheck is asked for, one was closed after the last unlocking and before the publication."""
    if not now["rechecks"]:
        return
    is_done = False
    for body in rows:
        if body["kind"] == "recheck":
            is_done = body["data"]["state"] == "closed"
        elif body["kind"] == "unlock":
            is_done = False
    report.check(
        is_done,
        "rechecked",
        ("手续要求的复核在发布以前完成", "the recheck that was asked for was closed before the publication"),
        ("手续要求复核，发布以前没有完成", "the recheck that was asked for was not closed before the publication"),
    )


def _sheets(bundle: Bundle, bodies: list[Body], facts: Facts, fields: Fields) -> Sheets:
    """Those of judges that hold marks, of entries that take part and from which the judge is not recused."""
    competing = set(facts.draw) - facts.withdrawn
    found = {}
    for key, sheet in played(bundle, bodies).sheets.items():
        stage, period, entry, judge = key
        field_ = fields.get(stage)
        is_out = entry not in competing or (field_ is not None and entry not in field_)
        is_out = is_out or ("absent", stage, period) in facts.registered.get(entry, {})
        if judge and sheet.marks and not is_out and (entry, stage, judge) not in facts.recused:
            found[key] = frozenset(data["role"] for _, data in sheet.links)
    return found


def _check_signed(now: Body, sheets: Sheets, report: Report) -> None:
    """Chief judge and supervisor have signed each sheet; a stage in which no chief ever signs has none."""
    led = {key[0] for key, roles in sheets.items() if "chief" in roles}
    due = {key: {r for r in AFTERWARDS if r in now["signers"] and (r != "chief" or key[0] in led)} for key in sheets}
    lacking = [f"{key[2]} {key[3]}" for key, roles in sheets.items() if not due[key] <= roles]
    report.check(
        not lacking,
        "unsigned",
        (f"{len(sheets)} 份评分表都有要求的裁判长、监督签名或免签",
         f"all {len(sheets)} score sheets are signed, or waived, by chief judge and supervisor as it was asked for"),
        (f"有评分表缺裁判长或监督的签名：{'、'.join(lacking[:10])}",
         f"score sheets lack the signature of chief judge or supervisor: {', '.join(lacking[:10])}"),
    )  # fmt: skip
    stages = sorted({key[0] for key in sheets} - led) if "chief" in now["signers"] else []
    if stages:
        names = "、".join(stages)
        report.absent(
            "led",
            f"没有裁判长签名的阶段：{names}（裁判组里没有裁判长的不等裁判长）",
            f"stages without any signature of a chief judge: {names} (a panel without one waits for none)",
        )
    for role in ("contestant", "judge"):
        count = sum(role not in roles for roles in sheets.values()) if role in now["signers"] else 0
        if count:
            report.good(
                "missing",
                f"{WORDS[role][0]}没有签的评分表 {count} 份（外请评委在纸上签，或锁定时写明了理由）",
                f"{count} score sheets without the signature of {WORDS[role][1]} (external judges sign on paper, or"
                " the lock says why)",
            )
