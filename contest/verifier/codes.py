"""Blind codes: each of one entry, each entry with one, committed to before its first mark, the check letter right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from .bundle import Bundle
from .report import Report

Body = dict[str, Any]
LETTERS = "ACEFHKMPRTX"
SHOWN = 10


class Competing:
    """The codes that compete, at the row up to which it has seen the ledger: drawn and not withdrawn."""

    def __init__(self) -> None:
        self._drawn: set[str] = set()
        self._withdrawn: set[str] = set()

    def see(self, body: Body) -> None:
        data = body["data"]
        if body["kind"] == "draw":
            self._drawn |= {item["code"] for item in data["entries"]}
        elif body["kind"] == "withdrawal":
            (self._withdrawn.add if data["state"] == "withdrawn" else self._withdrawn.discard)(data["entry"])

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(self._drawn - self._withdrawn)


def has_right_letter(code: str) -> bool:
    """Whether the last sign is the letter that the digits before it give (docs/bundle.md, Codes)."""
    digits, letter = code[:-1], code[-1:]
    if not (1 <= len(digits) <= 9 and all(sign in "0123456789" for sign in digits)):  # noqa: PLR2004
        return False
    weighted = sum((place + 2) * int(digit) for place, digit in enumerate(digits))
    return letter == LETTERS[weighted % 11]


def check_codes(bundle: Bundle, rows: list[Body], erased: set[str], report: Report) -> None:
    """What docs/bundle.md says of codes, but for the commitments themselves."""
    drawn = {item["code"]: body["seq"] for body in rows if body["kind"] == "draw" for item in body["data"]["entries"]}
    _check_pairs(bundle, report)
    _check_first_marks(rows, report)
    _check_letters(bundle, rows, drawn, report)
    shown = {entry["code"] for entry in bundle.entries}
    competing = Competing()
    for body in rows:
        competing.see(body)
    if closed := drawn.keys() - shown - competing.codes - erased:
        told = listed(closed)
        report.note(
            "closed",
            f"{len(closed)} 个加密号的承诺没有打开，因为退赛者的身份不公开：{told}",
            f"the commitments of {len(closed)} codes were not opened, because who withdrew is not published: {told}",
        )


def _check_pairs(bundle: Bundle, report: Report) -> None:
    codes, ids = _twice(entry["code"] for entry in bundle.entries), _twice(entry["id"] for entry in bundle.entries)
    told = listed(codes) or listed(entry["code"] for entry in bundle.entries if entry["id"] in ids)
    report.check(
        not codes and not ids,
        "pairs",
        ("没有一个参赛有两个号码，也没有一个号码属于两个参赛", "no entry has two codes, and no code two entries"),
        (
            f"一个参赛有两个号码，或者一个号码属于两个参赛：{told}",
            f"an entry has two codes, or a code two entries: {told}",
        ),
    )


def _check_first_marks(rows: list[Body], report: Report) -> None:
    """A code that is given to an entry after its marks are known could be given to whom they suit."""
    drawn: set[str] = set()
    early: set[str] = set()
    for body in rows:
        if body["kind"] == "draw":
            drawn |= {item["code"] for item in body["data"]["entries"]}
        elif body["kind"] == "mark" and body["data"]["entry"] not in drawn:
            early.add(body["data"]["entry"])
    report.check(
        not early,
        "early",
        ("每个号码的承诺都先于它的第一个分数", "every code was committed to before its first mark"),
        (f"抽签承诺之前已经有了分数：{listed(early)}", f"marked before the code was committed to: {listed(early)}"),
    )


def _check_letters(bundle: Bundle, rows: list[Body], drawn: dict[str, int], report: Report) -> None:
    if not bundle.rules.get("blind", True):
        report.absent(
            "letters",
            "本项目不加密：号码就是参赛编号，没有校验字母",
            "the event is not blind: codes are entry numbers and have no check letter",
        )
        return
    adopted = max((body["seq"] for body in rows if body["kind"] == "adoption"), default=0)
    numbers = {entry["code"] for entry in bundle.entries if entry["number"] == entry["code"]}
    wrong = {code for code in drawn if not has_right_letter(code)}
    open_then = {code for code in wrong if code in numbers and drawn[code] < adopted}
    if open_then:
        report.note(
            "open_codes",
            f"{len(open_then)} 个号码没有校验字母可核，因为抽签时的评分办法不加密：{listed(open_then)}",
            f"{len(open_then)} codes have no check letter, because the rules in force at their draw were not blind:"
            f" {listed(open_then)}",
        )
    wrong -= open_then
    report.check(
        not wrong,
        "letters",
        (
            f"{len(drawn) - len(open_then)} 个加密号的校验字母都对",
            f"the check letters of all {len(drawn) - len(open_then)} blind codes are right",
        ),
        (f"加密号的校验字母不对：{listed(wrong)}", f"blind codes with a wrong check letter: {listed(wrong)}"),
    )


def listed(codes: Iterable[str]) -> str:
    """The first ten, for a message."""
    every = sorted(codes)
    return ", ".join(every[:SHOWN]) + (" …" if len(every) > SHOWN else "")


def _twice(values: Iterable[str]) -> Collection[str]:
    return [value for value, count in Counter(values).items() if count > 1]
