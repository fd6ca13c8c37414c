"""The one writer of marks: whoever gives up waiting does not stop it, nor leave work in the way of others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from contest import db
from contest.judging.marks import writer
from contest.judging.marks.proposed import read_batch
from contest.judging.marks.writer import submit
from contest.judging.sheet import outbox_routes
from tests.support import run_apart, sign_in


@contextmanager
def held() -> Iterator[None]:
    """Somebody else holds what every writer of marks needs."""
    with db.engine().execution_options(writes=True).connect() as other, other.begin():
        if not db.is_sqlite():
            other.exec_driver_sql("LOCK TABLE ledger_head IN ACCESS EXCLUSIVE MODE")
        yield


def batch(contest, value):
    return read_batch({"operations": [contest.op(value)]})


def test_a_batch_that_nobody_waits_for_any_more_is_not_stored_and_the_next_ones_are(contest):
    anna = contest.actors["anna"]
    with held():
        first = submit(anna, batch(contest, 10))
        while not first.running():  # the writer has taken it and waits
            pass
        given_up, second = submit(anna, batch(contest, 20)), submit(anna, batch(contest, 30))
        assert given_up.cancel()
        assert not first.cancel()
    assert first.result(30)[0]["result"] == "accepted"
    assert second.result(30)[0]["reason"] == "newer_mark"  # from 10, not from 20
    assert submit(anna, batch(contest, 10)).result(30)[0]["result"] == "accepted"


def test_a_busy_server_says_so_in_the_tablets_own_words(client, contest, monkeypatch):
    monkeypatch.setattr(outbox_routes, "WRITE_SECONDS", 0.2)
    actor = sign_in(client, contest.accounts["anna"])
    headers = {"x-csrf-token": actor.csrf_token}
    with held():
        answer = client.post("/api/operations", json={"operations": [contest.op(10)]}, headers=headers)
    told = "服务器正忙，还没有保存。评分留在本机，稍后会自动再送。"
    assert (answer.status_code, answer.json()) == (503, {"error": told})


def test_hundreds_of_batches_of_one_account_do_not_stand_before_the_others(contest):
    """The tablet sends again what was refused; who floods waits for themselves."""
    anna, bo = contest.actors["anna"], contest.actors["bo"]

    async def flood() -> tuple[list[object], list[object]]:
        many = [outbox_routes._in_turn(anna, batch(contest, 10)) for _ in range(100)]
        return await asyncio.gather(
            asyncio.gather(*many, return_exceptions=True), outbox_routes._in_turn(bo, batch(contest, 20))
        )

    answers, others = run_apart(flood())
    refused = [one for one in answers if isinstance(one, TimeoutError)]
    assert len(answers) - len(refused) == outbox_routes.AT_ONCE
    assert others[0]["result"] == "accepted"
    assert not outbox_routes._under_way, "and the next batch is taken again"
    assert run_apart(outbox_routes._in_turn(anna, batch(contest, 10)))[0]["result"] == "accepted"


def test_in_a_rush_whoever_comes_while_the_loop_turns_goes_into_the_same_commit(contest, monkeypatch):
    """One loop gone, as after a restart inside one process, one that is idle: neither stops the writer."""
    monkeypatch.setattr(writer, "_rush_until", float("inf"))
    sizes = []
    monkeypatch.setattr(writer, "_note_rush", lambda group: sizes.append(len(group)))
    gone = asyncio.new_event_loop()
    gone.close()
    monkeypatch.setattr(writer, "_loop", gone)
    assert submit(contest.actors["anna"], batch(contest, 10)).result(30)[0]["result"] == "accepted"

    waits = writer._let_others_come

    async def together():
        """bo's batch comes once the writer has taken anna's and waits: in the loop's next turns."""
        loop, late = asyncio.get_running_loop(), asyncio.Event()
        monkeypatch.setattr(writer, "_let_others_come", lambda: (loop.call_soon_threadsafe(late.set), waits()))

        async def second():
            await asyncio.wait_for(late.wait(), 20)
            return await writer.stored(contest.actors["bo"], batch(contest, 20))

        return await asyncio.gather(writer.stored(contest.actors["anna"], batch(contest, 20)), second())

    sizes.clear()
    monkeypatch.setattr(writer, "LINGER", 5.0)  # a busy machine may start the second late
    monkeypatch.setattr(writer, "LULL", 5.0)
    answers = run_apart(together())
    assert [answer["result"] for (answer,) in answers] == ["conflict", "accepted"]
    assert sizes == [2]
