"""Test vectors of RFC 8032, section 7.1, and random signatures of another implementation."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contest.verifier.ed25519 import ORDER, verify

VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_vectors_of_the_standard(key: str, message: str, signature: str) -> None:
    parts = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert verify(*parts)
    assert not verify(parts[0], parts[1] + b"x", parts[2])


@pytest.mark.parametrize("byte", range(64))
def test_every_changed_byte_is_found(byte: int) -> None:
    key, message, signature = (bytes.fromhex(part) for part in VECTORS[1])
    changed = bytearray(signature)
    changed[byte] ^= 1
    assert not verify(key, message, bytes(changed))


def test_the_other_implementation_agrees() -> None:
    for number in range(10):
        secret = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        message = b"contest/x\n" * number
        assert verify(secret.public_key().public_bytes_raw(), message, secret.sign(message))


def test_a_signature_with_another_spelling_is_refused() -> None:
    """s + L gives the same point: RFC 8032 5.1.7 asks for s < L, else one signature has several forms."""
    key, message, signature = (bytes.fromhex(part) for part in VECTORS[0])
    s = int.from_bytes(signature[32:], "little") + ORDER
    assert not verify(key, message, signature[:32] + s.to_bytes(32, "little"))


def test_wrong_lengths_and_points_off_the_curve() -> None:
    key, message, signature = (bytes.fromhex(part) for part in VECTORS[0])
    assert not verify(key[:31], message, signature)
    assert not verify(key, message, signature[:63])
    assert not verify(b"\x02" + bytes(31), message, signature)
