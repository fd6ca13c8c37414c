"""Packs the verifier into one file, verify.pyz, that any Python 3.11 runs."""

from __future__ import annotations

import io
import sys
import zipfile
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE = "contest_verifier"
_MAIN = f"import sys\nfrom {PACKAGE}.__main__ import main\nsys.exit(main(sys.argv[1:]))\n"


@lru_cache(maxsize=1)
def verifier_archive() -> bytes:
    """The bytes of verify.pyz: stored, not packed, so that equal sources give equal bytes everywhere."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "__main__.py", _MAIN)
        for path in sorted(HERE.glob("*.py")):
            if path.name != "build.py":
                _add(archive, f"{PACKAGE}/{path.name}", path.read_text("utf-8"))
    return b"#!/usr/bin/env python3\n" + buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_STORED
    archive.writestr(info, text)


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "verify.pyz").write_bytes(verifier_archive())
