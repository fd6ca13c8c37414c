"""Unsealing: by two persons, once every period was locked, and before the publication."""

from __future__ import annotations

from typing import Any

from .bundle import Bundle
from .facts import periods_of
from .report import Report
from .values import are_two

Body = dict[str, Any]
Periods = set[tuple[str, str]]


def check_opened(bundle: Bundle, rows: list[Body], report: Report) -> None:
    """Whoever knows whose code it is while marks can still come could choose them."""
    periods, locked, opened = periods_of(bundle.rules), set[tuple[str, str]](), list[int]()
    alone: list[int] = []
    early: list[int] = []
    for body in rows:
        kind, data = body["kind"], body["data"]
        if kind in ("lock", "unlock"):
            (locked.add if kind == "lock" else locked.discard)((data["stage"], data["period"]))
        elif kind == "unsealing" or (kind == "unseal" and data["state"] == "opened"):
            opened.append(body["seq"])
            if kind == "unsealing" and not are_two(data):
                alone.append(body["seq"])
            if not periods <= locked:
                early.append(body["seq"])
    if not opened and not bundle.rules.get("blind", True):
        return
    wrong = "、".join(map(str, [*alone, *early][:10])) or "—"
    report.check(
        bool(opened) and not alone and not early,
        "opened",
        ("加密号在全部锁定以后解密，不是一个人办理的", "no single person opened the codes, and only after every lock"),
        (f"加密号没有解密的记录，或由一个人、在锁定以前解密：第 {wrong} 条",
         f"no row opens the codes, or they were opened by one person, or before the lock: rows {wrong}"),
    )  # fmt: skip
