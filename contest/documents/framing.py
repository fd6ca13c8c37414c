"""How a parent and its limited child talk: one JSON header and raw byte blobs per frame, nothing that can
execute.

Not pickle: the child reads hostile files, so what comes back from it is not trusted either.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from typing import BinaryIO

Header = dict[str, object]
_LENGTHS = struct.Struct(">II")
MOST_BLOBS = 1000


def send(stream: BinaryIO, header: Mapping[str, object], blobs: Sequence[bytes] = ()) -> None:
    """Write one frame: header length, blob count, blob lengths, header, blobs."""
    text = json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")
    stream.write(_LENGTHS.pack(len(text), len(blobs)))
    stream.write(struct.pack(f">{len(blobs)}I", *map(len, blobs)))
    stream.write(text)
    stream.writelines(blobs)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[Header, list[bytes]]:
    """Read one frame. Raises EOFError when the other side is gone, ValueError when it talks nonsense."""
    text_length, count = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if count > MOST_BLOBS:
        raise ValueError("too many blobs in one frame")
    lengths = struct.unpack(f">{count}I", _exactly(stream, 4 * count))
    header = json.loads(_exactly(stream, text_length).decode("utf-8", "surrogatepass"))
    if not isinstance(header, dict):
        raise ValueError("a frame's header is an object")  # noqa: TRY004 - as other nonsense
    return header, [_exactly(stream, length) for length in lengths]


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise EOFError
    return data
