"""The tables of legal steps."""

import pytest

from contest.core.workflow import (
    NEED_REASON,
    TRANSITIONS,
    TransitionError,
    first_state,
    needs_reason,
    next_states,
    require_transition,
)  # fmt: skip


@pytest.mark.parametrize("kind", TRANSITIONS)
def test_every_state_is_reachable_and_known(kind):
    table = TRANSITIONS[kind]
    reached, waiting = set(), [first_state(kind)]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += next_states(kind, state)
    assert reached == set(table)


def test_reasons_belong_to_legal_steps():
    for kind, start, target in NEED_REASON:
        require_transition(kind, start, target)


def test_a_locked_period_opens_again_only_with_a_reason():
    assert next_states("period", "locked") == ("open",)
    assert needs_reason("period", "locked", "open")


@pytest.mark.parametrize(
    "step",
    [("competition", "draft", "published"), ("proposal", "benefit_confirmed", "scored"),
     ("certificate", "revoked", "issued"), ("nothing", "a", "b")],
)  # fmt: skip
def test_other_steps_are_refused(step):
    with pytest.raises(TransitionError) as caught:
        require_transition(*step)
    assert caught.value.params == dict(zip(("kind", "start", "target"), step, strict=True))
