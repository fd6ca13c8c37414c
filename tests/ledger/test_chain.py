"""The chain's bytes and hashes, against values worked out apart (`printf … | sha256sum`)."""

from __future__ import annotations

import pytest

from contest.ledger import chain


def test_canonical_form_sorts_keys_and_keeps_chinese_letters() -> None:
    assert chain.canonical({"b": 1, "a": "张", "c": None, "d": [{"y": 2, "x": "1.50"}]}) == (
        '{"a":"张","b":1,"c":null,"d":[{"x":"1.50","y":2}]}'.encode()
    )


@pytest.mark.parametrize("value", [1.5, True, {"a": {"b": 0.1}}, [False], b"x", {1: "a"}, {"a"}])
def test_what_has_two_spellings_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        chain.canonical({"value": value})


def test_first_link() -> None:
    body = chain.make_body(1, "lock", 1790000000000, {"event": "e1"})
    assert body == b'{"at":1790000000000,"data":{"event":"e1"},"kind":"lock","seq":1}'
    # (head -c 32 /dev/zero; printf e1 | sha256sum | xxd -r -p; printf '…the body…' | sha256sum | xxd -r -p) | sha256sum
    assert chain.link(chain.GENESIS, "e1", body) == "1cd3446eff1a07f3d331eb79cd7606f73477d9041ec63875078edcd79988f495"


def test_commitment_separates_its_parts() -> None:
    # printf 'ab\nc\nd' | sha256sum
    assert chain.commitment("ab", "c", "d") == "8c5c6b69ad2699d0085e49a2b19f9025bc776f67e97f8123c07deeb3f71e4411"
    assert chain.commitment("a", "bc", "d") != chain.commitment("ab", "c", "d")
