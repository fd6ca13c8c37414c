"""The time of the first heat, as organizers type it."""

from datetime import datetime

import pytest

from contest.callroom.forms import CommitForm
from contest.errors import InvalidError

NINE = datetime(2026, 11, 22, 9, 0)  # noqa: DTZ001 (typed: Beijing time, which the service adds)


@pytest.mark.parametrize(
    "typed", ["2026-11-22 09:00", "2026-11-22T09:00", "2026-11-22 9:00", "2026/11/22 9：00", "2026年11月22日 9:00"]
)
def test_a_moment_is_read_however_it_is_written(typed):
    assert CommitForm.read({"stage": "1", "stations": "1", "starts_at": typed}).starts_at == NINE


@pytest.mark.parametrize("typed", ["2026-13-22 09:00", "2026-11-22 25:00", "明天九点"])
def test_no_moment_is_refused_with_an_example(typed):
    with pytest.raises(InvalidError) as refused:
        CommitForm.read({"stage": "1", "stations": "1", "starts_at": typed})
    assert "2026-11-21 09:30" in refused.value.fields["starts_at"].message
