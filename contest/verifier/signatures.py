"""The signatures under the score sheets, and the waivers that stand in place of some: one chain per sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .bundle import Bundle, canonical, sha256
from .report import Report
from .values import of_two

LINKS = ("sign", "waiver")
GROUNDS = {
    "refused": ("拒绝签字", "refused"),
    "absent": ("不在场", "absent"),
    "tablet": ("平板丢失或损坏", "tablet lost"),
}
SHOWN = 20

SheetKey = tuple[str, str, str, str]
"""Stage, period, entry, judge."""


@dataclass(slots=True)
class Sheet:
    """The marks that stand on one sheet, and the links that stand under them: (kind, data)."""

    marks: dict[tuple[str, int], tuple[int | None, str]] = field(default_factory=dict)
    links: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return sha256(canonical([[*place, *mark] for place, mark in sorted(self.marks.items())]))


@dataclass(slots=True)
class Chains:
    """All sheets, and the numbers of the rows that do not fit."""

    sheets: dict[SheetKey, Sheet] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)

    def live(self, kind: str) -> list[dict[str, Any]]:
        return [data for sheet in self.sheets.values() for found, data in sheet.links if found == kind]


def check_signatures(bundle: Bundle, bodies: list[dict[str, Any]], report: Report) -> None:
    """Every link names the marks of its moment, the link before it and itself; a changed mark voids what stood.

    A waiver also names its ground and its reason, and two persons who made it. A `sign` row without a signature (of
    an older ledger) proves nothing and is passed over.
    """
    chains = played(bundle, bodies)
    signed, waived = chains.live("sign"), chains.live("waiver")
    rows = "、".join(map(str, chains.broken[:10]))
    report.check(
        not chains.broken,
        "signatures",
        (f"评分表的签名 {len(signed)} 个、免签 {len(waived)} 个，都与当时的分数和前一个签名相符",
         f"{len(signed)} signatures and {len(waived)} waivers of score sheets fit their marks and one another"),
        (f"有签名或免签与分数或前一个签名不符：第 {rows} 条", f"signatures or waivers do not fit: rows {rows}"),
    )  # fmt: skip
    rows = "、".join(map(str, chains.alone[:10]))
    report.check(
        not chains.alone,
        "waivers",
        ("免签都由两个人办理，写明情况和理由", "every waiver was made by two persons, with a ground and a reason"),
        (f"有免签不是两个人办理的，或没有理由：第 {rows} 条",
         f"waivers by one person, or without a reason: rows {rows}"),
    )  # fmt: skip
    for data in waived[:SHOWN]:
        chinese, english = GROUNDS.get(data["ground"], (data["ground"], data["ground"]))
        place = f"{data['entry']} {data['judge']} {data['role']}"
        report.good(
            "waived", f"免签：{place}（{chinese}）{data['reason']}", f"waived: {place} ({english}) {data['reason']}"
        )


def played(bundle: Bundle, bodies: list[dict[str, Any]]) -> Chains:
    """The chains as they stand at the publication."""
    chains = Chains()
    for body in bodies:
        data, kind = body["data"], body["kind"]
        if data.get("event") != bundle.event:
            continue
        if kind == "publication" and data["version"] == bundle.version:
            break
        if kind in ("mark", "correction"):
            _mark(_sheet(chains, data), data)
        elif kind in LINKS and ("signature" in data or kind == "waiver"):
            _link(chains, _sheet(chains, data), kind, body["seq"], data)
    return chains


def _sheet(chains: Chains, data: dict[str, Any]) -> Sheet:
    key = (data["stage"], data["period"], data["entry"], data["judge"])
    return chains.sheets.setdefault(key, Sheet())


def _mark(sheet: Sheet, data: dict[str, Any]) -> None:
    place = (data["aspect"], data["repetition"])
    sheet.marks.pop(place, None)
    if data["state"] != "missing":
        sheet.marks[place] = (data["units"], data["state"])
    sheet.links.clear()


def _link(chains: Chains, sheet: Sheet, kind: str, seq: int, data: dict[str, Any]) -> None:
    bound = {key: value for key, value in data.items() if key != "signature"}
    before = sheet.links[-1][1]["signature"] if sheet.links else ""
    roles = [link["role"] for _, link in sheet.links]
    fits = data["previous"] == before and data["digest"] == sheet.digest and data["role"] not in roles
    if not fits or sha256(canonical(bound)) != data.get("signature"):
        chains.broken.append(seq)
    if kind == "waiver" and not _is_of_two(data):
        chains.alone.append(seq)
    sheet.links.append((kind, {**data, "signature": data.get("signature", "")}))


def _is_of_two(data: dict[str, Any]) -> bool:
    return of_two(data) and data.get("ground") in GROUNDS
