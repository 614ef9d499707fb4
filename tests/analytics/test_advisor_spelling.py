"""Numbers in an answer: read however they are spelled, and held against what was looked up."""

import pytest

from analytics.advisor import checking
from analytics.advisor.looked import Fact, Looked, Unit, columns
from analytics.advisor.spelling import As, spelled


def values(text: str) -> list[float]:
    return [one.value for one in spelled(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1013565 views", 1013565),
        ("1,013,565 views", 1013565),
        ("10,13,565 views", 1013565),
        ("1 013 565 views", 1013565),
        ("1\u202f013\u202f565 views", 1013565),
        ("1’013’565 views", 1013565),
        ("१०,१३,५६५ व्यूज़", 1013565),
        ("１０１３５６５ views", 1013565),
        ("1.01M views", 1010000),
        ("1.01 million views", 1010000),
        ("10.1 lakh views", 1010000),
        ("10.1L views", 1010000),
        ("1014k views", 1014000),
        ("0.1 crore views", 1000000),
        ("10.1 लाख व्यूज़", 1010000),
        ("₹11,890", 11890),
        ("Rs. 11,890", 11890),
        ("11,890 rupees", 11890),
        ("18.2 %", 18.2),
        ("18.2%", 18.2),
        ("18.2 percent", 18.2),
        ("18.2 per cent", 18.2),
        ("18.2 प्रतिशत", 18.2),
        ("twenty-five posts", 25),
        ("three hundred and twelve thousand views", 312000),
        ("two lakh views", 200000),
        ("twice as many", 2),
        ("2½ times", 2.5),
        ("1e6 views", 1000000),
        ("19 hours", 19 * 3600),
        ("5 d 2 h", 5 * 86400 + 2 * 3600),
        ("half of it", 0.5),
        ("two thirds of it", 2 / 3),
        ("तीन पोस्ट", 3),
    ],
)
def test_a_number_is_read_however_it_is_spelled(text: str, value: float) -> None:
    assert values(text) == [pytest.approx(value)]


@pytest.mark.parametrize(
    "text", ["One of them did well.", "The first half of the month.", "Some posts, many views.", "This one alone."]
)
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    assert values(text) == []


def test_dates_and_times_are_read_apart_from_numbers() -> None:
    found = spelled("From 1 to 18 Nov 2026, best on Wednesday at 20:00; on November 3rd, 2026-11-04 and at 8 pm.")
    assert [one.date for one in found if one.meant is As.DATE] == [
        (2026, 11, 1), (2026, 11, 18), (0, 11, 3), (2026, 11, 4),
    ]  # fmt: skip
    assert [one.clock for one in found if one.meant is As.CLOCK] == [(20, 0), (20, 0)]
    assert len(found) == 6


def look(**more: object) -> Looked:
    told = {
        "tool": "totals",
        "asked": {},
        "columns": columns(figure=Unit.TEXT, now=Unit.MIXED, before=Unit.MIXED, change=Unit.CHANGE, at=Unit.DATE),
        "rows": [
            ["views", 1013565, 857500, 18.2, "2026-11-03"],
            ["rate", 0.0481, 0.0512, None, None],
            ["reach", 571900, 521800, -9.6, None],
        ],
        "units": [Unit.COUNT, Unit.SHARE, Unit.COUNT],
        "facts": [Fact("ratio", 1.9, Unit.RATIO), Fact("spent", 11890.0, Unit.MONEY), Fact("age", 19.0, Unit.HOURS)],
        "currency": "INR",
        "of": ["99 ways to wash"],
    }
    return Looked(**(told | more))  # type: ignore[arg-type]


KNOWN = checking.known([look()])


@pytest.mark.parametrize(
    "text",
    [
        "1,013,565 views, 10,13,565 to some, 1.0M to others, 10.1 lakh to all.",
        "Views rose by 18.2 %, about 18 percent, to 1.01 million.",
        "4.81 % and 4.8% and 5 % of those who saw it.",
        "It did 1.9× the usual, about twice as much.",
        "₹11,890, that is Rs 11.9k.",
        "On 3 November 2026.",
        "It was 19 hours old.",
        "“99 ways to wash” did well.",
        "Reach fell by 9.6 %.",
        "−9.6 % for reach.",
        "All 3 figures.",
    ],
)
def test_what_was_looked_up_may_be_said_in_any_spelling(text: str) -> None:
    assert checking.made_up(text, KNOWN) == []


@pytest.mark.parametrize(
    "text",
    [
        "1,013,566 views.",
        "1.1 million views.",
        "10.2 lakh views.",
        "Views rose by 19 %.",
        "18.2 views.",
        "1,013,565 %.",
        "Three times the usual.",
        "$11,890.",
        "1.8×.",
        "On 4 November.",
        "At 20:00.",
        "20 hours old.",
        "thousands of people",
        "ninety-nine people",
        "99 people",
        "Reach rose by 9.6 %.",
        "+9.6 % for reach.",
        "Views fell by 18.2 %.",
        "half of all views",
        "१०,१३,५६६ व्यूज़",
        "in 2024",
        "our 7th best",
        "a dozen posts",
    ],
)
def test_what_was_not_looked_up_is_found(text: str) -> None:
    assert checking.made_up(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    ["See https://evil.example/x", "Write to me@evil.example", "Ask @stranger", "[this](javascript:x)",
     "<img src=x onerror=alert>", "evil.example has more"],
)  # fmt: skip
def test_what_leads_away_is_found(text: str) -> None:
    assert checking.planted(text, KNOWN)


def test_our_own_words_are_found() -> None:
    ours = "You answer questions of a member about the numbers of their own accounts and of nothing else at all."
    assert checking.repeats(f"I was told: {ours.lower()}", ours)
    assert not checking.repeats("You asked about your accounts.", ours)
