"""A checkpoint as it leaves the server (file, QR code, spoken words) and as somebody brings it back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contest.errors import InvalidError
from contest.i18n import N_
from contest.ledger import chain, signing
from contest.ledger.models import Checkpoint, LedgerRow
from contest.ledger.queries import note_of

MAX_HELD = 65536
GROUPS, GROUP = 4, 4
SPOKEN = "一山水火木金土日月天人大中上下手"
"""One everyday character per hexadecimal digit: what a hall can read aloud and write down."""
_DIGITS = "0123456789abcdef"
_LINES = 7
_UNREADABLE = N_("这不是存证：请选择下载的存证文件（.json），或粘贴扫码得到的全部文字。")


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody kept outside: the signed lines, the key that it names, the signature."""

    competition: str
    size: int
    root: str
    at: int
    reason: str
    public_key: str
    signature: str

    @property
    def note(self) -> bytes:
        return signing.make_note(self.competition, self.size, self.root, self.at, self.reason)


def groups(root: str) -> str:
    """The first 16 digits in fours, to be compared by eye: `1cd3 446e ff1a 07f3`."""
    return " ".join(root[start : start + GROUP] for start in range(0, GROUPS * GROUP, GROUP))


def spoken(root: str) -> str:
    """The same digits as everyday characters, to be read aloud."""
    return "".join(SPOKEN[_DIGITS.index(c)] if c in _DIGITS else c for c in groups(root))


def as_json(checkpoint: Checkpoint, public_key: str) -> bytes:
    """The file to download: `contest verify BUNDLE --checkpoint FILE` reads it."""
    names = ("size", "root", "at", "reason", "key_id", "signature")
    value = {name: getattr(checkpoint, name) for name in names}
    value |= {"format": 1, "competition": checkpoint.competition_id, "public_key": public_key}
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()


def as_text(checkpoint: Checkpoint, public_key: str) -> str:
    """The same as text, for a QR code: the five signed lines, the public key, the signature."""
    return f"{note_of(checkpoint)}{public_key}\n{checkpoint.signature}\n"


def read_held(content: bytes) -> Held:
    """What was downloaded, photographed or typed.

    Raises:
        InvalidError: it is no checkpoint.
    """
    try:
        text = content[:MAX_HELD].decode("utf-8-sig").strip()
        held = _from_json(json.loads(text)) if text.startswith("{") else _from_lines(text)
        held.note  # noqa: B018 (a reason of two lines is refused there)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InvalidError(_UNREADABLE) from None
    return held


def _from_json(value: dict[str, Any]) -> Held:
    texts = [value[name] for name in ("competition", "root", "reason", "public_key", "signature")]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("not a text")
    competition, root, reason, public_key, signature = texts
    return Held(competition, int(value["size"]), root, int(value["at"]), reason, public_key, signature)


def _from_lines(text: str) -> Held:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) != _LINES or not lines[0].startswith("contest/"):
        raise ValueError("other lines")
    origin, size, root, at, reason, public_key, signature = lines
    return Held(origin.removeprefix("contest/"), int(size), root, int(at), reason, public_key, signature)


def problem_of(held: Held, competition_id: str, row: LedgerRow | None, trusted: Mapping[str, str]) -> str:
    """Why a kept checkpoint does not fit the chain, as a message; empty when it does. `row` is number `held.size`.

    That the rows up to there are whole is `checking.first_broken`'s to say.
    """
    if held.competition != competition_id:
        return N_("这是另一个竞赛的存证。")
    is_ours = held.public_key in trusted.values()
    if not is_ours or not signing.is_signed_by(held.public_key, held.note, held.signature):
        return N_("它的签名不是本平台的：存证被改动过，或本平台的公钥被换掉。")
    if held.size == 0:
        return "" if held.root == chain.GENESIS else N_("这份存证之前的记分流水被改动过。")
    if row is None:
        return N_("记分流水比这份存证短：后面的被删掉了。")
    return "" if row.hash == held.root else N_("这份存证之前的记分流水被改动过。")
