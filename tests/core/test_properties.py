"""What must hold for every rule set and every mark."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from contest.core import awarding, numbers, ranking, statistics
from contest.core.marks import format_units, parse_value
from contest.core.parsing import parse_rule_set
from contest.core.rubric import Aspect
from contest.core.ruleset import TotalRounding
from contest.core.scoring import STATUSES, evaluate
from tests.core.builders import aspect, entries, marks, rules, stage
from tests.core.recompute import MODES, recompute

UNITS = st.integers(0, 1000)
PANEL = st.lists(UNITS, min_size=3, max_size=9)
ROUNDING = st.fixed_dictionaries({"places": st.integers(0, 3), "mode": st.sampled_from(sorted(MODES))})
FRACTIONS = st.fractions(-1000, 1000, max_denominator=700)
WEIGHT = st.sampled_from(["0", "0.3", "0.5", "1", "1.25"])
METHOD = st.fixed_dictionaries(
    {"name": st.sampled_from(["mean", "trimmed_mean", "sum", "trimmed_sum"]), "rounding": st.none() | ROUNDING}
)


@st.composite
def rule_sets(draw):
    """Two stages, two periods, criteria with weights, judgement, deduction, factor and repetitions."""
    leaves = [
        aspect("A", method=draw(METHOD), weight=draw(WEIGHT), repetitions=2,
               combine_repetitions=draw(st.sampled_from(["sum", "mean", "best"]))),
        aspect("F", method=draw(METHOD), factor={"constant": "0.6", "rounding": draw(st.none() | ROUNDING)}),
        {"id": "J", "kind": "judgement", "max": draw(st.sampled_from(["0.5", "1", "5"]))},
        aspect("D", kind="deduction", method=draw(METHOD)),
    ]  # fmt: skip
    first = stage(
        "S", leaves, weight=draw(WEIGHT), rounding=draw(st.none() | ROUNDING),
        periods=[{"id": "1", "weight": "0.5"}, {"id": "2", "weight": "0.5"}],
        accumulate=draw(st.sampled_from(["sum", "mean", "weighted"])),
    )  # fmt: skip
    panel = draw(st.sampled_from([{}, {"scope": "sheet", "method": {"name": "trimmed_mean"}}]))
    total = draw(st.none() | ROUNDING)
    if total is not None:
        total |= {"parts": draw(st.booleans())}
    return rules(
        first,
        stage("T", [aspect("A")], weight=draw(WEIGHT.filter(lambda weight: weight != "0")), panel=panel),
        rounding=total,
        incomplete="ranked",
    )


@st.composite
def all_marks(draw, code):
    """Marks for every place of rule_sets(), with a recused judge now and then."""
    found = []
    for period in ("1", "2"):
        for name, repetition in (("A", 1), ("A", 2), ("F", 1), ("D", 1)):
            given_marks = draw(PANEL) + draw(st.sampled_from([[], ["recused"]]))
            found += marks(code, given_marks, ("S", period, name, repetition))
        found += marks(code, draw(st.sampled_from([[2, 2, 3], [0, 1, 1], [3, 3, 3]])), ("S", period, "J", 1))
    return found + marks(code, draw(PANEL), ("T", "1", "A", 1))


@settings(max_examples=60, deadline=None)
@given(rule_sets(), all_marks("E"), st.randoms())
def test_an_explanation_recomputes_to_the_total_whatever_the_order_of_marks(own, found, random):
    result = evaluate(own, entries("E"), found)
    (standing,) = result.standings
    assert standing.status == "ranked"
    tree = result.explain("E")
    assert tree.value == standing.total == recompute(tree.plain())
    for node in tree.walk():
        assert node.value == recompute(node.plain()) or node.kind == "mark"
    random.shuffle(found)
    assert evaluate(own, entries("E"), found).standings[0].total == standing.total


@settings(max_examples=30, deadline=None)
@given(rule_sets())
def test_a_rule_set_survives_its_document(own):
    again = parse_rule_set(own.to_document())
    assert (again, again.digest) == (own, own.digest)


@given(rule_sets(), all_marks("E"), all_marks("E"), all_marks("O"), st.integers(0, 3))
def test_what_is_not_computed_again_is_what_would_be_computed(parsed, before, after, other, change):
    """Marks, rules, panel or entry may change between two evaluations; the second never shows the first's numbers."""
    rules_before = replace(parsed, rounding=TotalRounding(0)) if change == 1 else parsed
    panels = {"T": ("J1", "J2", "J3")} if change == 2 else {}
    first = evaluate(rules_before, entries("E", "O"), [*before, *other], panels)
    recused = {("S", "J1"), ("T", "J1")} if change == 3 else ()
    now, marks_now = entries("E", "O", recused=frozenset(recused)), [*(after if change == 0 else before), *other]
    assert evaluate(parsed, now, marks_now, earlier=first) == evaluate(parsed, now, marks_now)


@given(PANEL, st.integers(0, 10**6))
def test_a_dropped_extreme_made_more_extreme_changes_nothing(values, more):
    higher = [*sorted(values)[:-1], max(values) + more]
    lower = [min(values) - more, *sorted(values)[1:]]
    mean = statistics.trimmed_mean(values)
    assert mean == statistics.trimmed_mean(higher) == statistics.trimmed_mean(lower)
    assert sorted(values)[1] <= mean <= sorted(values)[-2]


@given(FRACTIONS, st.integers(0, 4), st.sampled_from(sorted(MODES)))
def test_rounding_is_idempotent_symmetric_and_near(value, places, mode):
    once = numbers.round_fraction(value, places, mode)
    assert numbers.round_fraction(once, places, mode) == once
    assert numbers.round_fraction(-value, places, mode) == -once
    assert abs(once - value) < Fraction(1, 10**places)
    if mode.startswith("half"):
        assert abs(once - value) <= Fraction(1, 2 * 10**places)


@given(st.decimals(-(10**6), 10**6, places=6), st.integers(0, 4), st.sampled_from(sorted(MODES)))
def test_rounding_agrees_with_the_decimal_module(value, places, mode):
    step = Decimal(1).scaleb(-places)
    assert numbers.round_decimal(value, places, mode) == value.quantize(step, MODES[mode])


@given(FRACTIONS)
def test_exact_text_says_exactly_the_value(value):
    assert Fraction(numbers.exact_text(value)) == value


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_typed_and_printed_marks_are_the_same(units, decimals):
    own = Aspect("A", "", min=Decimal(-(10**9)), max=Decimal(10**9), decimals=decimals)
    text = format_units(units, decimals)
    assert parse_value(text, own) == units
    wide = text.translate(str.maketrans("0123456789.-", "０１２３４５６７８９。－"))
    assert parse_value(f"　{wide} ", own) == units


@given(st.text(max_size=30))
def test_any_text_is_a_mark_or_a_problem(text):
    own = Aspect("A", "", decimals=1, step=Decimal("0.5"))
    found = parse_value(text, own)
    assert not isinstance(found, int) or (0 <= found <= 1000 and found % 5 == 0)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_ranks_follow_totals(totals):
    standard = [int(rank) for rank in ranking.ranks(totals)]
    assert standard == [1 + sum(other > total for other in totals) for total in totals]
    modified = [int(rank) for rank in ranking.ranks(totals, "modified")]
    assert modified == [sum(other >= total for other in totals) for total in totals]
    dense = [int(rank) for rank in ranking.ranks(totals, "dense")]
    assert dense == [len({other for other in totals if other >= total}) for total in totals]
    middle = [Fraction(rank) for rank in ranking.ranks(totals, "fractional")]
    assert middle == [Fraction(low + high, 2) for low, high in zip(standard, modified, strict=True)]
    assert sorted(int(rank) for rank in ranking.ranks(totals, "ordinal")) == list(range(1, len(totals) + 1))


@given(st.integers(0, 500), st.lists(st.integers(0, 33), min_size=1, max_size=3))
def test_cumulative_quotas_add_up(entrants, percents):
    quotas = awarding.award_quotas(entrants, percents, "cumulative_half_up")
    share = Fraction(sum(percents) * entrants, 100)
    assert abs(sum(quotas) - share) <= Fraction(1, 2)
    assert min(quotas) >= 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([400, 500, 600, "missing", "not_performed"]), min_size=1, max_size=12),
    st.lists(st.integers(0, 4), min_size=1, max_size=3),
    st.sampled_from(["expand", "shrink"]),
    st.sampled_from(["extra", "next_tier"]),
)
def test_awards_keep_their_quotas_and_incomplete_entries_come_last(values, counts, tie, overflow):
    tiers = [
        {"id": f"tier{index}", "by": "quota", "count": count, "boundary_tie": tie} for index, count in enumerate(counts)
    ]
    own = rules(awards=tiers, award_overflow=overflow)
    codes = [f"E{index}" for index in range(len(values))]
    found = [mark for code, value in zip(codes, values, strict=True) for mark in marks(code, [value])]
    result = evaluate(own, entries(*codes), found)
    statuses = [row.status for row in result.standings]
    assert statuses == sorted(statuses, key=STATUSES.index)  # ranked before incomplete before no marks
    assert [row.total is None for row in result.standings] == [status != "ranked" for status in statuses]
    grants = awarding.assign_awards(own, result)
    assert len({grant.entry for grant in grants}) == len(grants)
    by_rank = {row.entry: row.rank for row in result.standings}
    for tier in tiers:
        got = [grant for grant in grants if grant.award_id == tier["id"]]
        if tie == "shrink" and overflow == "extra":
            assert len(got) <= tier["count"]
        if tie == "expand" and overflow == "extra" and len(got) > tier["count"]:
            assert len({by_rank[grant.entry] for grant in got[tier["count"] - 1 :]}) == 1
    # Nobody is passed over by a lower total.
    tier_of = {grant.entry: int(grant.award_id[4:]) for grant in grants}
    tiers_in_order = [tier_of.get(row.entry, 99) for row in result.standings]
    if tie == "expand":
        assert tiers_in_order == sorted(tiers_in_order)
