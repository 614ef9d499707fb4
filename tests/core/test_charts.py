"""Charts as coordinates: below nought, and bands with holes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trenddrop.core import charts
from trenddrop.core.charts import Band, LineChart, Series, draw, nice_steps


def chart(values: list[float | None], band: Band | None = None) -> LineChart:
    x = list(range(len(values)))
    return LineChart("Title", "Summary", x, [str(at) for at in x], [Series("Seen", values)], band=band)


def test_what_fell_below_nought_is_drawn_below_the_line_of_nought() -> None:
    drawing = draw(chart([40, -30, 10]))
    nought = next(y for y, step in drawing.grid if step == 0)
    assert charts.TOP <= nought < charts.BOTTOM
    assert [step for _y, step in drawing.grid] == [-40, -20, 0, 20, 40]
    lowest = max(float(dot.split()[1]) for dot in drawing.lines[0][1].lstrip("M").split("L"))
    assert nought < lowest <= charts.BOTTOM


def test_whole_numbers_stand_whole_in_the_table() -> None:
    shown = [values for _label, values in charts.rows(chart([1997.0, None, 2.5]))]
    assert shown == [[2.5], [None], [1997]]
    assert isinstance(shown[2][0], int)


def test_nothing_below_nought_leaves_nought_at_the_foot() -> None:
    assert draw(chart([4, 8])).grid[0] == (charts.BOTTOM, 0)


def test_a_band_has_holes_where_nothing_was_expected() -> None:
    band = Band("Expected", [1, 1, None, 2, 2], [3, 3, None, 4, 4])
    drawing = draw(chart([2, 2, 2, 3, 3], band))
    assert drawing.band.count("M") == 2
    assert drawing.band.count("Z") == 2


@pytest.mark.parametrize(("high", "low"), [(0, 0), (7, 0), (0, -3), (100, -1), (1e9, -1e9)])
def test_steps_are_round_hold_nought_and_reach_both_ends(high: float, low: float) -> None:
    steps = nice_steps(high, lowest=low)
    assert 0 in steps
    assert steps[0] <= low
    assert steps[-1] >= high
    assert 2 <= len(steps) <= 8


def test_what_stands_high_and_moves_little_is_seen_to_move() -> None:
    line = LineChart(
        "T", "S", [0, 1, 2], ["a", "b", "c"], [Series("Seen", [30_000, 30_060, 30_150])], from_nought=False
    )
    drawing = draw(line)
    assert [step for _y, step in drawing.grid] == [30_000, 30_050, 30_100, 30_150]
    assert drawing.area == ""
    assert charts.close_steps(7, 7) == nice_steps(7)


@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=30))
def test_whatever_the_numbers_a_line_stays_on_its_ground(values: list[float | None]) -> None:
    drawing = draw(chart(values))
    for _look, path in drawing.lines:
        for stretch in path.replace("h.1", "").split("M")[1:]:
            for dot in stretch.split("L"):
                y = float(dot.split()[1])
                assert charts.TOP - 0.1 <= y <= charts.BOTTOM + 0.1
