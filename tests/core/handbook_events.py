"""Adapters of the handbook cases about a whole event: awards, medals, votes, terms, agreement. Nothing is computed."""

from datetime import date, datetime
from decimal import Decimal

from contest.core import (
    agreement,
    awarding,
    benefit,
    calendar,
    medals,
    numbers,
    quotas,
    review,
    scale,
    scoring,
    votes,
)
from contest.core.marks import EntryInput, Mark, to_units
from contest.core.parsing import parse_rule_set


def numbers_of(values):
    return [None if value is None else Decimal(value) for value in values]


def measured(name, decimals=4):
    return {"id": name, "kind": "measured", "max": "10000", "decimals": decimals}


def mark(rules, stage, entry, aspect, value):
    units = to_units(Decimal(value), rules.aspect(stage, aspect))
    return Mark(stage, "1", entry, aspect, 1, "", units)


def ranks_of(result):
    return {standing.entry: int(standing.rank) for standing in result.standings}


def texts(values, places=2):
    return [str(numbers.round_decimal(value, places)) for value in values]


def scale_median_mad(case):
    return texts(scale.scale_median_mad(numbers_of(case["raw"]), Decimal(case["centre"]), Decimal(case["k"])), 0)


def scale_mean_sd(case):
    rule = (numbers_of(case["raw"]), Decimal(case["centre"]), Decimal(case["k"]))
    return texts(scale.scale_mean_sd(*rule, sample=case["sd"] == "sample"), 0)


def ws_medals(case):
    letters = {"gold": "G", "silver": "S", "bronze": "B", "excellence": "M", "": "-"}
    return [letters[medal] for medal in medals.share_medals(case["scores"], case["tie"], case["moe"])]


def medals_by_entrants(case):
    given = [medals.medals_for(entrants) for entrants in case["n"]]
    return ["".join(medal[0].upper() for medal in found) or "void" for found in given]


def member_points(case):
    counts = {medal: case[{"excellence": "moe"}.get(medal, medal)] for medal in medals.MEDALS}
    return int(medals.medal_points(counts))


def review_sample(case):
    full = case["full"]
    top_percent = Decimal(full["top_pct"]) if "top_pct" in full else None
    found = review.review_sample(case["n"], Decimal(case["rest_pct"]), top=full.get("top"), top_percent=top_percent)
    return {"full": found.full, "sample": found.sample, "total": found.total}


def review_decision(case):
    return review.review_decision(case["checked"], case["errors"], Decimal(case["limit_pct"]))


def votes_by(method):
    return lambda case: texts(method(case["votes"]), case["dp"])


def vote_composite(case):
    parts = (Decimal(case[key]) for key in ("vote_score", "expert", "w_vote"))
    return str(numbers.round_decimal(votes.vote_composite(*parts), 2))


def ballot_valid(case):
    return votes.ballot_valid(case["choices"], case["distinct"], exactly=case["need_exactly"])


def daily_cap(case):
    return votes.vote_allowed(case["cast_today"], case["cap"])


# 国办发明电 2020 第 27 号 and the notice for 2026: the days of the two cases that differ from Monday to Friday.
DAYS_OFF = ["2021-09-19", "2021-09-20", "2021-09-21", *(f"2026-10-0{day}" for day in range(1, 8))]


MAKE_UP_DAYS = ["2021-09-18", "2021-09-26", "2026-09-20", "2026-10-10"]


def notice_end(case):
    off, made_up = (frozenset(map(date.fromisoformat, days)) for days in (DAYS_OFF, MAKE_UP_DAYS))
    start = date.fromisoformat(case["start"])
    return calendar.notice_end(start, case["workdays"], calendar.WorkCalendar(off, made_up)).isoformat()


def appeal_open(case):
    return calendar.appeal_open(
        datetime.fromisoformat(case["start"]), case["hours"], datetime.fromisoformat(case["at"])
    )


def benefit_share(case):
    return str(numbers.round_decimal(benefit.benefit_share(Decimal(case["benefit"]), Decimal(case["pct"])), 2))


def net_benefit(case):
    parts = (Decimal(case[key]) for key in ("unit_saving", "annual_qty", "cost_once", "life_years", "running"))
    return str(numbers.round_decimal(benefit.net_benefit(*parts), 2))


def studio_revoke(case):
    return benefit.studio_revoked(numbers_of(case["history"]))


def four_places(value):
    return float(numbers.round_decimal(value, 4))


def kendall_w(case):
    return four_places(agreement.kendall_w(case["places"]))


def icc(case):
    return four_places(agreement.icc(case["ratings"], mean_of_panel=case["type"] == "2k"))


def contest_of(totals, **more):
    """One measured aspect per entry, and what the rules make of the totals."""
    stages = [{"id": "S", "rubric": [{"id": "C", "children": [measured("mark")]}]}]
    rules = parse_rule_set({"title": "contest", "stages": stages} | more)
    marks = [mark(rules, "S", entry, "mark", value) for entry, value in totals.items()]
    entries = [EntryInput(entry) for entry in totals]
    result = scoring.evaluate(rules, entries, marks)
    return rules, entries, awarding.assign_awards(rules, result)


def counted(grants, names):
    return {name: [grant.award_id for grant in grants].count(name) for name in names}


def top3_plus_half(case):
    medal = [{"id": name, "by": "rank", "last": place} for place, name in enumerate(("gold", "silver", "bronze"), 1)]
    awards = [*medal, {"id": "merit", "by": "rank_share", "percent": "50"}]
    _, _, grants = contest_of({f"E{number}": number for number in range(case["n"])}, awards=awards)
    return counted(grants, ("gold", "silver", "bronze", "merit"))


def quota_bounds(case):
    least, most = ({name: Decimal(value) for name, value in case[key].items()} for key in ("min_pct", "max_pct"))
    return {"min": quotas.least_places(case["n"], least), "max": quotas.most_places(case["n"], most)}


def seed_awards(case):
    prizes = {
        "first": ("5000", "2"),
        "second": ("3000", "1"),
        "third": ("2000", "0.5"),
        "good_suggestion": ("500", "0"),
    }
    awards = [
        {"id": name, "by": "quota", "count": case[name], "money": money, "points": points}
        for name, (money, points) in prizes.items()
    ]
    rules, _, grants = contest_of({f"E{number}": number for number in range(sum(case.values()))}, awards=awards)
    money, points = awarding.prize_totals(rules, grants)
    return {"money": int(money), "points": str(points)}


def grade_1986(case):
    least = {"1": "100", "2": "50", "3": "10", "4": "1", "5": "0"}
    awards = [{"id": grade, "by": "threshold", "min": value} for grade, value in least.items()]
    _, _, grants = contest_of({f"E{index}": value for index, value in enumerate(case["wan"])}, awards=awards)
    grades = {grant.entry: int(grant.award_id) for grant in grants}
    return [grades[f"E{index}"] for index in range(len(case["wan"]))]


def grade_with_quota(case):
    awards = [{"id": name, "by": "share", "min": least, "percent": share} for name, least, share in case["tiers"]]
    _, entries, grants = contest_of({f"E{index}": value for index, value in enumerate(case["scores"])}, awards=awards)
    grades = {grant.entry: grant.award_id for grant in grants}
    return [grades.get(entry.code, "unqualified") for entry in entries]


def borda(case):
    """Judges type the places themselves."""
    panel = {"scope": "ranks", "places": {"method": "borda", "order": "asc"}}
    place = {"id": "place", "max": "100"}
    rules = parse_rule_set(
        {"title": "borda", "stages": [{"id": "S", "panel": panel, "rubric": [{"id": "C", "children": [place]}]}]}
    )
    marks = [
        Mark("S", "1", entry, "place", 1, f"J{judge}", typed)
        for entry, places in case["places"].items()
        for judge, typed in enumerate(places)
    ]
    result = scoring.evaluate(rules, [EntryInput(entry) for entry in case["places"]], marks)
    return {"points": {row.entry: int(row.published) for row in result.standings}, "ranks": ranks_of(result)}


def annual(case):
    """Months are periods, quarters their groups; who joined later has fewer of them."""
    months = [
        (f"{quarter}-{month}", f"Q{quarter}", value)
        for quarter, values in enumerate(case["quarters"])
        for month, value in enumerate(values)
    ]
    rubric = [{"id": "C", "children": [measured("mark")]}]
    stage = {"id": "S", "rubric": rubric, "rounding": {"places": case["dp"]}}
    stage |= {"periods": [{"id": name, "group": group} for name, group, _ in months]}
    stage |= {"accumulate": {"mean_of_quarters": "mean_of_groups", "mean_of_months": "mean"}[case["method"]]}
    rules = parse_rule_set({"title": "year", "stages": [stage], "rounding": {"places": case["dp"]}})
    aspect = rules.aspect("S", "mark")
    marks = [Mark("S", name, "E", "mark", 1, "", to_units(Decimal(value), aspect)) for name, _, value in months]
    return str(scoring.evaluate(rules, [EntryInput("E")], marks).standing("E").published)


EVENT_ADAPTERS = {
    "scale_median_mad": scale_median_mad, "scale_mean_sd": scale_mean_sd, "ws_medals": ws_medals,
    "medals_by_entrants": medals_by_entrants, "member_points": member_points, "review_sample": review_sample,
    "review_decision": review_decision, "vote_composite": vote_composite, "vote_share": votes_by(votes.vote_share),
    "vote_rank_linear": votes_by(votes.vote_rank_linear), "vote_proportional": votes_by(votes.vote_proportional),
    "ballot_valid": ballot_valid, "daily_cap": daily_cap, "notice_end": notice_end, "appeal_open": appeal_open,
    "benefit_share": benefit_share, "net_benefit": net_benefit, "studio_revoke": studio_revoke,
    "kendall_w": kendall_w, "icc": icc, "top3_plus_half": top3_plus_half, "quota_bounds": quota_bounds,
    "seed_awards": seed_awards, "grade_1986": grade_1986, "grade_with_quota": grade_with_quota, "borda": borda,
    "annual": annual,
}  # fmt: skip
