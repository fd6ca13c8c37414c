"""Operations that do in the limited child what a broken parser might do."""

import os
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from contest.documents.framing import Header

Answers = Iterator[tuple[Header, Sequence[bytes]]]


def sleep(_: Header, __: list[bytes]) -> Answers:
    time.sleep(60)
    yield {}, ()


def eat_memory(_: Header, __: list[bytes]) -> Answers:
    yield {"size": len(bytes(4 * 1024**3))}, ()


def die(_: Header, __: list[bytes]) -> Answers:
    os.abort()
    yield {}, ()


def talk_nonsense(_: Header, __: list[bytes]) -> Answers:
    os.write(3, b"\xff" * 64)
    for descriptor in range(4, 10):
        try:
            os.write(descriptor, b"\xff" * 64)
        except OSError:
            continue
    yield {}, ()


def write_file(header: Header, _: list[bytes]) -> Answers:
    Path(str(header["path"])).write_bytes(bytes(10_000_000))
    yield {}, ()


def connect(header: Header, _: list[bytes]) -> Answers:
    with socket.create_connection(("127.0.0.1", int(str(header["port"]))), timeout=2):
        yield {"connected": True}, ()


def environment(_: Header, __: list[bytes]) -> Answers:
    yield {"names": sorted(os.environ)}, ()


def echo(header: Header, blobs: list[bytes]) -> Answers:
    print("a library that prints must not disturb the frames")
    yield {"text": header["text"]}, blobs
