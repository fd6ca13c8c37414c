"""The limited child: whatever happens in it is a named failure here, in time."""

import socket
import time
from pathlib import Path

import pytest

from contest.documents.sandbox import MIB, Limits, Worker, WorkerFailed

HERE = "tests.documents.misbehaving:"
LIMITS = Limits(memory=512 * MIB)


def ask(operation: str, *, seconds: int = 60, **params: object) -> dict[str, object]:
    with Worker(LIMITS) as worker:
        return worker.ask(HERE + operation, params, seconds=seconds)[0][0]


def test_frames_carry_text_and_bytes_and_printing_does_not_disturb_them() -> None:
    with Worker(LIMITS) as worker:
        for blob in (b"", bytes(1_000_000)):
            assert worker.ask(HERE + "echo", {"text": "䶮\ud800"}, [blob], seconds=60) == [
                ({"text": "䶮\ud800"}, [blob])
            ]


@pytest.mark.parametrize(
    ("operation", "code"),
    [("sleep", "timeout"), ("eat_memory", "memory"), ("die", "memory"), ("talk_nonsense", "memory")],
)
def test_trouble_in_the_child_is_a_named_failure(operation: str, code: str) -> None:
    """In time: long before the child would wake up, or the limit of the others be over."""
    started = time.monotonic()
    with pytest.raises(WorkerFailed) as failure:
        ask(operation, seconds=1 if operation == "sleep" else 60)
    assert failure.value.code == code
    assert time.monotonic() - started < 45


def test_the_child_cannot_write_files(tmp_path: Path) -> None:
    with pytest.raises(WorkerFailed):
        ask("write_file", path=str(tmp_path / "x"))
    assert (tmp_path / "x").stat().st_size == 0


def test_the_child_has_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, Worker(LIMITS) as worker:
        if not worker.offline:
            pytest.skip("this kernel lets no ordinary process leave the network")
        with pytest.raises(WorkerFailed):
            worker.ask(HERE + "connect", {"port": server.getsockname()[1]}, seconds=60)


def test_the_child_sees_no_setting_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    names = ask("environment")["names"]
    assert isinstance(names, list)
    assert "PATH" in names
    assert "DATABASE_URL" not in names


def test_closing_ends_the_process() -> None:
    worker = Worker(LIMITS)
    worker.close()
    worker.close()
    assert not worker.alive
