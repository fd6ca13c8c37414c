"""Checkpoints that somebody kept outside the server: whatever was altered at or below one shows against it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .bundle import Bundle, BundleError, sha256
from .chain import GENESIS
from .ed25519 import verify
from .keys import Keys
from .report import Report

LINES = 7
MAX_HELD = 65536


@dataclass(frozen=True, slots=True)
class Held:
    """A checkpoint as it was printed, photographed or downloaded."""

    competition: str
    size: int
    root: str
    at: int
    reason: str
    public_key: str
    signature: str

    @property
    def note(self) -> bytes:
        """The bytes that the signature covers."""
        return f"contest/{self.competition}\n{self.size}\n{self.root}\n{self.at}\n{self.reason}\n".encode()

    @property
    def is_signed(self) -> bool:
        """By the key that it names itself: it is whole as it was handed out."""
        try:
            return verify(bytes.fromhex(self.public_key), self.note, bytes.fromhex(self.signature))
        except ValueError:
            return False


def read_held(content: bytes) -> Held:
    """The downloaded JSON, or the text of the QR code: the five signed lines, public key, signature.

    Raises:
        BundleError: it is neither.
    """
    try:
        text = content[:MAX_HELD].decode("utf-8-sig").strip()
        return _from_json(json.loads(text)) if text.startswith("{") else _from_lines(text.split("\n"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BundleError(f"no checkpoint: {type(error).__name__}") from error


def read_held_file(path: Path | str) -> Held:
    """As `read_held`, from a file."""
    try:
        return read_held(Path(path).read_bytes())
    except OSError as error:
        raise BundleError(f"{path}: {error.strerror}") from error


def _from_json(value: dict[str, Any]) -> Held:
    texts = [value[name] for name in ("competition", "root", "reason", "public_key", "signature")]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("not a text")
    competition, root, reason, public_key, signature = texts
    return Held(competition, int(value["size"]), root, int(value["at"]), reason, public_key, signature)


def _from_lines(lines: list[str]) -> Held:
    kept = [line.strip() for line in lines if line.strip()]
    if len(kept) != LINES or not kept[0].startswith("contest/"):
        raise ValueError("other lines")
    origin, size, root, at, reason, public_key, signature = kept
    return Held(origin.removeprefix("contest/"), int(size), root, int(at), reason, public_key, signature)


def check_held(bundle: Bundle, held: Held, keys: Keys, report: Report) -> None:
    """That the bundle's chain is the one of which the checkpoint was taken, grown at its end alone."""
    told = f"{held.size} · {held.root[:16]}"
    problem = _problem(bundle, held, keys)
    report.check(
        problem is None,
        "held",
        (
            f"与您保存的存证一致（{told}）：其中 {held.size} 条之后一条也没有改动",
            f"fits the checkpoint you hold ({told}): none of its {held.size} rows was altered since",
        ),
        (f"与您保存的存证不符（{told}）：{(problem or ('',) * 2)[0]}",
         f"does not fit the checkpoint you hold ({told}): {(problem or ('',) * 2)[1]}"),
    )  # fmt: skip


def _problem(bundle: Bundle, held: Held, keys: Keys) -> tuple[str, str] | None:
    if held.competition != bundle.manifest["competition"]:
        return "它是另一个竞赛的存证", "it is of another competition"
    key_id = sha256(bytes.fromhex(held.public_key))
    if not keys.is_signed(key_id, held.size, held.note, bytes.fromhex(held.signature)):
        return "它的签名不是这个平台的", "it is not signed by this platform's key"
    if held.size > len(bundle.ledger):
        return (
            f"核验包只有 {len(bundle.ledger)} 条：比存证旧，或被截短。请用更新的核验包",
            f"the bundle has only {len(bundle.ledger)} rows: older than the checkpoint, or cut. Take a newer bundle",
        )
    root = bundle.ledger[held.size - 1]["hash"] if held.size > 0 else GENESIS
    if root != held.root:
        return "存证之前的流水被改动过", "the ledger was altered below the checkpoint"
    return None
