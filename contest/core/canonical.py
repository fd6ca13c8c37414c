"""Dataclasses to plain JSON values and to one canonical byte string, whose digest names a version."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from decimal import Decimal


def plain_decimal(value: Decimal) -> str:
    """Write without an exponent and without needless zeros: 1E+1 and 10.0 are both `10`."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def to_plain(value: object) -> object:
    """Turn dataclasses, decimals and tuples into what JSON knows; a `plain()` method of an object wins."""
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        own = getattr(value, "plain", None)
        if callable(own):
            return own()
        return {item.name: to_plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    return value


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces, so that equal content has equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
