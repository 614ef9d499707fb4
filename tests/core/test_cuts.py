"""Silences and fillers go; words stay whole, whatever is said about them."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from trenddrop.core.media.rendering import Span, silences_out
from trenddrop.core.media.rendering.edits import MOST_RUNS, runs_of


class Word(NamedTuple):
    start: float
    end: float


def rounded(spans: list[Span]) -> list[tuple[float, float]]:
    return [(round(span.start, 2), round(span.end, 2)) for span in spans]


def test_a_long_silence_goes_and_a_breath_stays() -> None:
    words = [Word(0.2, 1.0), Word(3.0, 4.0)]
    assert rounded(silences_out(words, [(1.0, 3.0)], [], Span(0, 4))) == [(0, 1.15), (2.85, 4)]
    assert rounded(silences_out(words, [(1.0, 1.4)], [], Span(0, 4))) == [(0, 4)]


def test_a_filler_goes_up_to_the_middle_of_the_pauses_around_it() -> None:
    words = [Word(0, 1.0), Word(1.1, 1.5), Word(1.6, 2.5)]
    assert rounded(silences_out(words, [], [(1.1, 1.5)], Span(0, 2.5))) == [(0, 1.05), (1.55, 2.5)]


def test_a_silence_that_is_said_to_lie_over_a_word_does_not_cut_it() -> None:
    words = [Word(0, 1), Word(1.4, 1.8), Word(2.5, 3)]
    assert rounded(silences_out(words, [(1, 2.5)], [], Span(0, 3))) == [(0, 1.15), (1.4, 1.8), (2.35, 3)]


def test_nothing_but_silence_leaves_its_breaths_out_too() -> None:
    assert silences_out([], [(0, 10)], [], Span(0, 10)) == []
    assert silences_out([], [], [], Span(1, 2)) == [Span(1, 2)]


times = st.floats(0, 60, allow_nan=False).map(lambda value: round(value, 2))
parts = st.lists(st.tuples(times, times).map(lambda pair: (min(pair), max(pair))), max_size=12)


@given(words=parts, silences=parts)
def test_what_stays_is_in_order_within_the_span_and_holds_every_word(
    words: list[tuple[float, float]], silences: list[tuple[float, float]]
) -> None:
    kept = silences_out([Word(*word) for word in words], silences, [], Span(5, 50))
    ends = [0.0, *(value for span in kept for value in (span.start, span.end))]
    assert ends == sorted(ends)
    assert all(5 <= span.start < span.end <= 50 for span in kept)
    for start, end in words:
        if start >= 5 and end <= 50 and end - start > 0.01:
            assert any(span.start <= start and end <= span.end for span in kept)


def test_parts_near_each_other_are_read_in_one_go() -> None:
    near = [Span(second, second + 0.5) for second in range(100)]
    assert len(runs_of(near)) == 1
    far = [Span(second * 60, second * 60 + 1) for second in range(40)]
    assert (len(runs_of(far)), len(runs_of(far, most=8))) == (MOST_RUNS, 8)
    assert [span for run in runs_of(far) for span in run.spans] == far
