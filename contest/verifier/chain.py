"""The chain, its checkpoints and the draw's commitments."""

from __future__ import annotations

import hashlib
from typing import Any

from .bundle import Bundle, canonical, loads, sha256
from .keys import Keys
from .report import Report

GENESIS = "0" * 64
ERASED = "（已删除）"


def check_chain(bundle: Bundle, report: Report) -> list[dict[str, Any]]:
    """Recomputes every link; gives the bodies that are shown (this event's and the competition's own), in order."""
    last = GENESIS
    bodies: list[dict[str, Any]] = []
    for number, line in enumerate(bundle.ledger, 1):
        problem = _problem(bundle, line, number, last)
        if problem:
            told = f"ledger row {number} does not fit: {problem}"
            report.bad("chain", f"记分流水第 {number} 条不符：{problem}", told)
            return bodies
        last = line["hash"]
        if "body" in line:
            bodies.append(loads(line["body"]))
    size = len(bundle.ledger)
    hidden = size - len(bodies)
    report.good(
        "chain",
        f"记分流水 {size} 条首尾相连（其中 {hidden} 条属于其他项目，只给摘要）",
        f"the ledger's {size} rows form one chain ({hidden} of them of other events, shown as digests)",
    )
    return bodies


def _problem(bundle: Bundle, line: dict[str, Any], number: int, last: str) -> str:
    """Why a row does not follow the one before; empty when it does."""
    event = line.get("event")
    if line.get("seq") != number or not isinstance(event, str):
        return "seq"
    if "body" in line:
        if not isinstance(line["body"], str):
            return "body"
        digest = hashlib.sha256(line["body"].encode()).digest()
        body = loads(line["body"])
        if body["seq"] != number or body["data"].get("event", "") != event or canonical(body) != line["body"].encode():
            return "body"
        if not _is_plain(body):
            return "true/false"
    elif event in ("", bundle.event):
        return "hidden"
    else:
        digest = bytes.fromhex(line["digest"])
    made = sha256(bytes.fromhex(last) + hashlib.sha256(event.encode()).digest() + digest)
    return "" if made == line.get("hash") else "hash"


def _is_plain(value: object) -> bool:
    """Texts, whole numbers, null, lists and objects: `true` would be taken for 1."""
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    return all(map(_is_plain, value)) if isinstance(value, list) else not isinstance(value, bool)


def check_checkpoints(bundle: Bundle, keys: Keys, report: Report, fingerprint: str | None) -> None:
    """Every checkpoint: signed by a key of ours, and naming the row that the chain has there; the last covers all."""
    if fingerprint:
        own = sha256(bytes.fromhex(bundle.manifest["public_key"]))
        report.check(
            _clean(fingerprint) in keys.known,
            "key",
            ("存证公钥与您给的指纹一致", "the checkpoint key has the fingerprint that you gave"),
            (f"存证公钥的指纹是 {own}，与您给的不同", f"the checkpoint key's fingerprint is {own}, not the given one"),
        )
    fitting = [item for item in bundle.checkpoints if _fits(bundle, item, keys)]
    report.check(
        len(fitting) == len(bundle.checkpoints) > 0,
        "checkpoints",
        (f"{len(fitting)} 个存证的签名有效，且与流水一致", f"{len(fitting)} checkpoints are signed and fit the chain"),
        ("有存证的签名无效或与流水不一致", "a checkpoint is not signed by the key, or does not fit the chain"),
    )
    covered = max((item["size"] for item in fitting), default=0)
    report.check(
        covered == len(bundle.ledger),
        "covered",
        ("最后的存证覆盖全部流水", "the last checkpoint covers the whole ledger"),
        (f"存证只覆盖到第 {covered} 条", f"the checkpoints cover only {covered} rows"),
    )


def _clean(fingerprint: str) -> str:
    return "".join(fingerprint.split()).replace(":", "").lower()


def _fits(bundle: Bundle, item: dict[str, Any], keys: Keys) -> bool:
    size, root = item["size"], item["root"]
    lines = (f"contest/{bundle.manifest['competition']}", str(size), root, str(item["at"]), item["reason"])
    note = ("\n".join(lines) + "\n").encode()
    is_there = 0 < size <= len(bundle.ledger) and bundle.ledger[size - 1]["hash"] == root
    is_start = size == 0 and root == GENESIS
    return (is_there or is_start) and keys.is_signed(item["key_id"], size, note, bytes.fromhex(item["signature"]))


def check_commitments(bundle: Bundle, draw: dict[str, str], erased: set[str], report: Report) -> None:
    """Opens the draw: salt, entry and code of everybody must give what was appended before the scoring.

    Of a person who was erased there is nothing left to open it with; the ledger must say that they were.
    """
    shown = {entry["code"]: entry for entry in bundle.entries}
    gone = {code for code, entry in shown.items() if _is_blank(entry) and code in erased and code in draw}
    wrong = [code for code, entry in shown.items() if code not in gone and draw.get(code) != _commitment(entry)]
    rows = bundle.snapshot["rows"]
    for row in rows:
        entry = shown.get(row["code"], {})
        if any(entry.get(field) != row[field] for field in ("number", "name", "unit")):
            wrong.append(row["code"])
    report.check(
        not wrong,
        "draw",
        (
            f"{len(shown) - len(gone)} 个加密号的抽签承诺全部打开",
            f"the commitments of all {len(shown) - len(gone)} blind codes open",
        ),
        (f"抽签承诺不符：{'、'.join(wrong[:10])}", f"commitments do not open: {', '.join(wrong[:10])}"),
    )
    if gone:
        codes = sorted(gone)
        told = f"{len(codes)} persons were erased, their names can't be proved any more: {', '.join(codes[:10])}"
        report.note("erased", f"{len(codes)} 人的个人信息已删除，姓名无从核对：{'、'.join(codes[:10])}", told)


def _is_blank(entry: dict[str, Any]) -> bool:
    """Nobody is named: an erased entry may not claim another person's name."""
    return (entry["salt"], entry["name"], entry["unit"]) == ("", ERASED, "")


def _commitment(entry: dict[str, Any]) -> str:
    return sha256(f"{entry['salt']}\n{entry['id']}\n{entry['code']}".encode())
