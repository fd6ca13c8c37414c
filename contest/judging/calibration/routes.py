"""The calibration round: set up by the chief judge, marked by every judge, looked at together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.actors import Actor
from contest.competitions.models import Stage
from contest.db import reading, transaction
from contest.errors import InvalidError
from contest.i18n import gettext
from contest.judging.calibration import services as calibrating
from contest.judging.calibration.queries import calibration_view
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, page, redirect, url

Req = Request[Any, Any, Any]
PLACE = "/events/{event_id:str}/calibration"
NONE: Mapping[str, str] = {}


@get(PLACE, name="judging.calibration", sync_to_thread=True)
def show(request: Req, event_id: str) -> Response[str]:
    return _page(request, event_id, str(request.query_params.get("stage") or ""))


def _page(
    request: Req, event_id: str, stage_key: str, values: Mapping[str, str] = NONE, error: InvalidError | None = None
) -> Response[str]:
    with reading() as session:
        view = calibration_view(session, actor_of(request), event_id, stage_key)
    return page(
        request, "judging/calibration.html", status=422 if error else 200, view=view, typed=values,
        errors=messages(error),
    )  # fmt: skip


def _change(
    request: Req, event_id: str, form: FormMultiDict, work: Callable[[Session, Actor, Stage], object], done: str
) -> Response[str]:
    actor, stage_key = actor_of(request), str(form.get("stage") or "")[:64]
    try:
        with transaction() as session:
            work(session, actor, calibration_view(session, actor, event_id, stage_key).stage)
    except InvalidError as error:
        return _page(request, event_id, stage_key, typed(form), error)
    return redirect(request, url("judging.calibration", event_id=event_id, stage=stage_key or None), flash=done)


@post(PLACE, name="judging.set_calibration", status_code=303, sync_to_thread=True)
def set_up(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    boxes = typed(form)
    reference = {key.removeprefix("reference|"): text for key, text in boxes.items() if key.startswith("reference|")}

    def work(session: Session, actor: Actor, stage: Stage) -> object:
        title, sample = boxes.get("title", ""), boxes.get("sample", "")
        return calibrating.set_calibration(session, actor, stage, title=title, sample=sample, reference=reference)

    return _change(request, event_id, form, work, gettext("试评已准备好，裁判现在可以打分。"))


@post(PLACE + "/marks", name="judging.mark_calibration", status_code=303, sync_to_thread=True)
def mark(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    def work(session: Session, actor: Actor, stage: Stage) -> object:
        return calibrating.save_calibration(session, actor, stage, typed(form))

    return _change(request, event_id, form, work, gettext("试评的分已保存，不计入成绩。"))


@post(PLACE + "/end", name="judging.end_calibration", status_code=303, sync_to_thread=True)
def end(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    def work(session: Session, actor: Actor, stage: Stage) -> object:
        return calibrating.end_calibration(session, actor, stage, skip=typed(form).get("skip"))

    return _change(request, event_id, form, work, gettext("试评已结束。"))


HANDLERS = [show, set_up, mark, end]
