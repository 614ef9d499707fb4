"""The statistics of findings: exact where they claim to be, quiet on nothing, steady against what is wild."""

import math
from dataclasses import replace

import numpy as np
import pytest

from analytics.comparing import Interval
from analytics.finding import choosing
from analytics.inference import changes, correction, odd_days, projecting, ranks, weeks
from tests.analytics.null_accounts import facts

SOME = 12


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_q_values_are_those_of_the_textbook() -> None:
    assert correction.q_values([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert correction.q_values([]) == []


def test_intervals_are_the_wider_the_fewer_of_many_were_chosen() -> None:
    assert correction.level(1, 100) == pytest.approx(0.9995)
    assert correction.level(100, 100) == pytest.approx(0.95)
    assert correction.deviations(0.95) == pytest.approx(1.96, abs=0.001)


def test_p_of_shuffling_is_even_where_there_is_nothing() -> None:
    found = []
    for seed in range(300):
        draw = rng(seed)
        sides = ranks.compare(draw.standard_t(3, 40).tolist(), (draw.random(40) < 0.4).tolist())
        assert sides is not None
        found.append(sides.p)
    assert sum(p < 0.05 for p in found) / 300 == pytest.approx(0.05, abs=0.035)
    assert sum(p < 0.5 for p in found) / 300 == pytest.approx(0.5, abs=0.09)


def test_a_growing_account_makes_nothing_new_look_good() -> None:
    draw = rng(3)
    values = np.linspace(0, 4, 60) + draw.normal(0, 0.3, 60)
    late = [number >= 45 for number in range(60)]
    sides = ranks.compare(values.tolist(), late)
    assert sides is None or sides.p > 0.01


def test_too_few_of_one_side_are_not_asked() -> None:
    assert ranks.compare([0.1 * each for each in range(30)], [number < 4 for number in range(30)]) is None
    assert ranks.compare([], []) is None


def test_results_of_the_same_pieces_agree_or_do_not() -> None:
    draw = rng(5)
    one = draw.normal(size=40)
    rho, p = ranks.agree(one.tolist(), (one + draw.normal(0, 0.3, 40)).tolist())
    assert rho > 0.8
    assert p < 0.001
    assert ranks.agree([1.0] * 10, one[:10].tolist()) == (0.0, 1.0)


def test_null_accounts_are_told_nothing() -> None:
    told = sum(bool(choosing.look(facts(seed)).findings) for seed in range(SOME))
    assert told <= 3  # one in twenty is chance: of twelve, four are one test in a thousand


def test_a_large_effect_is_found_and_its_size_told() -> None:
    outcome = choosing.look(facts(7, posts=160, effect=3.0))
    found = [each for each in outcome.findings if each.asked.question == "content.kind"]
    assert found[0].asked.advice["value"] == "carousel"
    assert all(each.effect.value < 1 for each in found[1:])  # what the others are less than
    assert (found[0].effect.low or 0) < 3.0 < (found[0].effect.high or 0)
    assert outcome.findings[0].use >= outcome.findings[-1].use


@pytest.mark.parametrize(
    "accounts", [pytest.param(250, marks=pytest.mark.chaos), pytest.param(1000, marks=pytest.mark.long)]
)
def test_of_many_null_accounts_at_most_one_in_twenty_is_told_anything(accounts: int) -> None:
    told = sum(bool(choosing.look(facts(seed)).findings) for seed in range(accounts))
    assert told / accounts <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / accounts)


def test_a_finding_whose_range_holds_no_effect_is_not_told() -> None:
    told = choosing.look(facts(7, posts=160, effect=3.0)).findings
    assert told
    for low, value, high in ((1.2, 1.5, 1.9), (0.9, 1.5, 2.4), (0.3, 0.5, 1.2), (0.3, 0.5, 0.8)):
        found = replace(told[0], effect=Interval(value, low, high))
        assert choosing.is_worth(found) == (not low <= 1 <= high)


def test_what_is_put_away_ranks_its_kind_lower() -> None:
    plain, given = facts(7, posts=160, effect=3.0), {"content.kind": choosing.tastes({}, {}, {"content.kind": 4.0})}
    key = "content.kind:account-0:carousel"
    before, after = (
        next(each.use for each in choosing.look(plain, taste=taste).findings if each.asked.key == key)
        for taste in ({}, given["content.kind"])
    )
    assert after < before / 2
    assert choosing.tastes({}, {"q": 3}, {"q": 1.0})["q"] > choosing.tastes({}, {}, {"q": 1.0})["q"]


def test_three_posts_or_none_are_thin_and_that_is_said() -> None:
    outcome = choosing.look(facts(1, posts=3))
    assert not [each for each in outcome.findings if each.asked.kind == "content"]
    assert [(each.what, each.have, each.need) for each in outcome.thin] == [("posts", 3, 12)] * 2


def weekly(count: int, seed: int = 2, usual: float = 50) -> np.ndarray:
    days = np.arange(count)
    return rng(seed).poisson(usual * (1 + 0.4 * np.sin(2 * np.pi * days / 7))).astype(float)


def test_ordinary_days_are_not_odd() -> None:
    odd = 0
    for seed in range(12):
        values = weekly(90, seed)
        judged = [odd_days.judge(values, at) for at in range(60, 90)]
        odd += sum(each is not None and each.p < 0.001 and each.is_worth for each in judged)
    assert odd <= 2


@pytest.mark.parametrize(("value", "kind"), [(400.0, True), (2.0, False)])
def test_a_wild_day_is_found_whatever_the_weekday(value: float, *, kind: bool) -> None:
    values = weekly(90)
    values[80] = value
    odd = odd_days.judge(values, 80)
    assert odd is not None
    assert odd.is_worth
    assert odd.p < 0.002
    assert odd.is_high is kind
    after = odd_days.judge(values, 81)
    assert after is None or not after.is_worth or after.p > 0.001


@pytest.mark.parametrize("values", [np.zeros(90), np.full(90, np.nan), np.r_[weekly(10), np.full(80, np.nan)]])
def test_nothing_is_odd_about_nothing(values: np.ndarray) -> None:
    assert odd_days.judge(values, 89) is None
    assert changes.find(values)[0] == []
    assert weeks.compare(values) is None
    assert projecting.pace(values) is None or not values.any()


def test_a_month_without_posts_is_no_alarm_every_day() -> None:
    values = weekly(120)
    values[80:110] = np.nan
    found = [odd_days.judge(values, at) for at in range(80, 120)]
    assert all(each is None for each in found[:30])
    assert sum(each is not None and each.is_worth and each.p < 0.001 for each in found[30:]) == 0


def test_one_viral_day_changes_no_level() -> None:
    values = weekly(120)
    values[60] = 5000
    assert changes.find(values)[0] == []
    found = weeks.compare(np.r_[weekly(110), [9000.0], weekly(9, 4)])
    assert found is not None
    assert found.p > 0.05


def test_a_change_of_level_is_dated() -> None:
    values = np.r_[weekly(70), weekly(50, 9, usual=120)]
    found, asked = changes.find(values)
    assert asked >= 1
    assert len(found) == 1
    assert abs(found[0].day - 70) <= 3
    assert found[0].is_rise
    assert found[0].is_worth


def test_weeks_that_hang_together_count_as_fewer() -> None:
    wrong = 0
    for seed in range(120):
        draw, values = rng(seed), np.zeros(180)
        for day in range(1, 180):
            values[day] = 0.6 * values[day - 1] + draw.normal(0, 10)
        found = weeks.compare(values + 200)
        wrong += found is not None and found.p < 0.05
    assert wrong / 120 <= 0.1


FAMILIES = ("poisson", "uneven", "wild", "hanging")


def family(kind: str, seed: int) -> np.ndarray:
    draw, days = rng(seed), np.arange(150)
    season = 1 + 0.3 * np.sin(2 * np.pi * days / 7)
    if kind == "poisson":
        return draw.poisson(20 * season).astype(float)
    if kind == "uneven":
        return draw.negative_binomial(1.5, 1.5 / (1.5 + 40 * season)).astype(float)
    values = draw.poisson(20 * season).astype(float)
    if kind == "wild":
        values[draw.random(150) < 0.03] *= 12
        return values
    hang = np.zeros(150)
    for day in range(1, 150):
        hang[day] = 0.6 * hang[day - 1] + draw.normal(0, 8)
    return np.maximum(30 + hang, 0)


def covered(kind: str, many: int) -> float:
    inside = 0
    for seed in range(many):
        values = family(kind, seed)
        pace = projecting.pace(values[:120])
        assert pace is not None
        found = projecting.futures(pace, 30, seed=str(seed), many=600)
        total = values[120:].sum()
        inside += found.at(0.1)[-1] <= total <= found.at(0.9)[-1]
    return inside / many


@pytest.mark.parametrize("kind", FAMILIES)
def test_the_fan_holds_eight_of_ten_of_what_came(kind: str) -> None:
    assert 0.66 <= covered(kind, 60) <= 0.98


def test_the_same_past_has_the_same_futures() -> None:
    pace = projecting.pace(weekly(100))
    assert pace is not None
    one, other = (projecting.futures(pace, 20, seed="a", many=50).sums for _ in range(2))
    assert (one == other).all()
    assert projecting.pace(weekly(13)) is None
