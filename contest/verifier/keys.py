"""The keys that count: the bundle's own and those it followed, as the chain's `key` rows say, each signed by both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .bundle import Bundle, sha256
from .ed25519 import verify
from .report import Report


@dataclass(slots=True)
class Keys:
    """`known`: fingerprint -> public key; `until`: fingerprint -> the row from which on it signs nothing more."""

    known: dict[str, bytes] = field(default_factory=dict)
    until: dict[str, int] = field(default_factory=dict)

    def is_signed(self, key_id: str, size: int, note: bytes, signature: bytes) -> bool:
        key = self.known.get(key_id)
        return key is not None and (key_id not in self.until or size < self.until[key_id]) and verify(
            key, note, signature
        )  # fmt: skip


def collect_keys(bundle: Bundle, bodies: list[dict[str, Any]], report: Report) -> Keys:
    """Follows the succession from row to row up to the key in the manifest."""
    own = bytes.fromhex(bundle.manifest["public_key"])
    keys, last, wrong = Keys({sha256(own): own}), None, False
    rows = [body for body in bodies if body["kind"] == "key"]
    for body in rows:
        data = body["data"]
        old, new = bytes.fromhex(data["old"]), bytes.fromhex(data["new"])
        note = f"contest-key\n{data['old']}\n{data['new']}\n".encode()
        both = ((old, data["endorsement"]), (new, data["acceptance"]))
        wrong |= last not in (None, old) or not all(verify(key, note, bytes.fromhex(sign)) for key, sign in both)
        keys.known |= {sha256(old): old, sha256(new): new}
        keys.until[sha256(old)], last = body["seq"], new
    if rows:
        report.check(
            not wrong and last == own,
            "keys",
            (
                f"存证公钥更换过 {len(rows)} 次，每次都由新旧两把签名",
                f"the key changed {len(rows)} times, signed by both",
            ),
            ("存证公钥的更换没有由新旧两把签名", "a change of the checkpoint key is not signed by both keys"),
        )
    return Keys({sha256(own): own}) if wrong or last not in (None, own) else keys
