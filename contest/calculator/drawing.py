"""`contest draw SEED LIST`: repeats a published draw from its seed and list, with no server and no database."""

from __future__ import annotations

from pathlib import Path

from contest.core.lots import draw_order, list_digest, seat, seed_digest
from contest.errors import DomainError
from contest.i18n import N_


def draw_from_file(seed: str, file: Path, *, public: str = "", stations: int = 1) -> str:
    """The digests that the ledger must show, and one line per item: position, heat, station, item.

    Raises:
        DomainError: the list can't be read, is empty, or names something twice; no station.
    """
    try:
        items = [line.strip() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError):
        raise DomainError(N_("读不到名单文件 %(file)s：应是 UTF-8 文本，每行一个号码。"), file=file.name) from None
    if not items:
        raise DomainError(N_("名单文件 %(file)s 是空的：应是每行一个号码。"), file=file.name)
    if len(set(items)) != len(items):
        twice = next(item for item in items if items.count(item) > 1)
        raise DomainError(N_("名单里“%(item)s”出现了两次，请删去一行。"), item=twice)
    if stations < 1:
        raise DomainError(N_("工位数至少是 1。"))
    lines = [
        f"# seed digest  {seed_digest(seed)}",
        f"# list digest  {list_digest(items)}",
        "position\theat\tstation\titem",
    ]
    seats = seat(draw_order(seed, public, items), stations)
    return "\n".join([*lines, *(f"{s.position}\t{s.heat}\t{s.station}\t{s.item}" for s in seats)])
