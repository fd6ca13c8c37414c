"""The progress page: its owner sees it move, get done, or fail with a reason; nobody else sees it."""

import pytest

from contest import db
from contest.actors import Role
from contest.errors import InvalidError
from contest.jobs import services, worker
from tests.support import make_person, sign_in


@pytest.fixture
def start(world, client):
    account, actor = make_person(world, Role.ORGANIZER)
    sign_in(client, account)

    def enqueue(handler, **more):
        worker.register("test.job", handler)
        with db.transaction() as session:
            job = services.enqueue(session, actor, world.city.id, "test.job", "试一试", {"back_url": "/back"}, **more)
        return f"/jobs/{job.tenant_id}/{job.id}"

    return enqueue


def test_waiting_done_and_its_file(client, start):
    path = start(lambda run: run.finish(output=b"PK", name="结果.xlsx"))
    waiting = client.get(path).text
    assert "排队中" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert client.get(f"{path}/output").status_code == 404
    worker.run_pending()
    done = client.get(path).text
    assert "处理完了" in done
    assert "hx-trigger" not in done.partition('id="progress"')[2].partition("</main>")[0]
    answer = client.get(f"{path}/output")
    assert answer.content == b"PK"
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_fragment_is_the_block_and_moves_on_when_done(client, start):
    path = start(lambda run: run.progress(3, 7), next_url="/next")
    fragment = client.get(path, headers={"HX-Request": "true"}).text
    assert fragment.strip().startswith('<div class="stack" id="progress"')
    worker.run_pending()
    assert "3 / 7" in client.get(path).text
    moved = client.get(path, headers={"HX-Request": "true"})
    assert (moved.status_code, moved.headers["HX-Redirect"]) == (204, "/next")
    assert 'href="/next"' in client.get(path).text


def test_a_refusal_is_told_in_its_own_words_with_a_way_back(client, start):
    def refuse(run):
        raise InvalidError("第 %(row)s 行<b>", row=7)

    path = start(refuse)
    worker.run_pending()
    page = client.get(path).text
    assert "第 7 行&lt;b&gt;" in page
    assert "什么也没有改动" in page
    assert 'href="/back"' in page


def test_nobody_elses(world, client, start):
    path = start(lambda run: run.progress(1, 1))
    other, _ = make_person(world, Role.ADMINISTRATOR, login="other")
    sign_in(client, other)
    assert client.get(path).status_code == 404
    assert client.get(f"{path}/output").status_code == 404
