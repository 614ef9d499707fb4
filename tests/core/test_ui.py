"""The look's parts: what they say, what they draw, and that every template can be read."""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template, engines
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from tests.cast import Cast
from trenddrop.core import catalogue, charts, display, wording
from trenddrop.core.templatetags import ui

KOLKATA = zoneinfo.ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 11, 19, 3, 42, tzinfo=UTC)
TEMPLATES = Path(settings.BASE_DIR) / "templates"
SPRITE = (Path(settings.BASE_DIR) / "static" / "icons.svg").read_text(encoding="utf-8")


def shown(source: str, **values: Any) -> str:
    return Template(source).render(Context(values))


# Numbers


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "1,234,567"), ("en-in", "12,34,567"), ("hi", "12,34,567"), ("en-gb", "1,234,567"), ("de", "1.234.567")],
)
def test_a_number_is_grouped_as_its_reader_writes_it(language: str, expected: str) -> None:
    assert display.number(1_234_567, language) == expected


def test_a_negative_number_has_a_real_minus_sign() -> None:
    assert display.number(-1200, "en") == "−1,200"


@pytest.mark.parametrize(
    ("source", "language", "expected"),
    [
        ("{{ v|money:'INR' }}", "en", "₹2,918"), ("{{ v|paid:'INR' }}", "en", "₹2,917.50"),
        ("{{ small|money:'INR' }}", "en", "₹12.50"), ("{{ whole|money:'INR' }}", "en", "₹499"),
        ("{{ whole|paid:'INR' }}", "hi", "₹499"), ("{{ large|paid:'INR' }}", "en", "₹1,23,456"),
        ("{{ large|money:'USD' }}", "en", "$123,456"), ("{{ back|paid:'AED' }}", "en", "−AED\u00a012.50"),
        ("{{ none|money:'INR' }}", "en", "–"),
    ],
)  # fmt: skip
def test_an_amount_is_written_the_same_on_every_page(source: str, language: str, expected: str) -> None:
    values = {"v": Decimal("2917.50"), "small": 12.5, "whole": Decimal("499.00"), "large": Decimal("123456.00"),
              "back": "-12.50", "none": None}  # fmt: skip
    with translation.override(language):
        assert shown("{% load worth %}" + source, **values) == expected


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        (0, "en", "0"), (999, "en", "999"), (59_712, "en", "59.7k"), (12_000, "en", "12k"), (3_400_000, "en", "3.4M"),
        (340_000, "en-in", "3.4L"), (12_000_000, "hi", "1.2Cr"), (0.5, "en", "0.5"), (250_000, "en", "250k"),
    ],
)  # fmt: skip
def test_a_tight_place_gets_a_short_number(value: float, language: str, expected: str) -> None:
    assert display.compact(value, language) == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([0, 500, 1000, 1500], ["0", "500", "1k", "1.5k"]),
        ([1900, 1920, 1940, 2000], ["1.90k", "1.92k", "1.94k", "2k"]),
        ([100_200, 100_400, 100_600], ["100.2k", "100.4k", "100.6k"]),
        ([1_000_001, 1_000_002], ["1,000,001", "1,000,002"]),
        ([0.0, 0.05, 0.1], ["0", "0.05", "0.10"]),
    ],
)
def test_no_two_steps_of_an_axis_are_written_alike(steps: list[float], expected: list[str]) -> None:
    assert display.axis(steps, "en") == expected


def test_a_change_says_its_direction_and_keeps_one_decimal_only_below_ten() -> None:
    said = [display.percent_change(value, "en") for value in (412.0, 3.14, -31.0, 0)]
    assert said == ["+412\u00a0%", "+3.1\u00a0%", "−31\u00a0%", "0.0\u00a0%"]


def test_a_size_is_decimal_as_platforms_count() -> None:
    assert [display.file_size(size, "en") for size in (999, 812_000_000, 2_040_000_000)] == [
        "999\u00a0B", "812\u00a0MB", "2.04\u00a0GB",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "0:00"), (59.6, "1:00"), (408, "6:48"), (3729, "1:02:09"), (7, "0:07")]
)
def test_a_length_reads_like_a_clock(seconds: float, expected: str) -> None:
    assert display.duration(seconds) == expected


def test_tenths_are_cut_not_rounded_so_that_a_word_is_not_missed() -> None:
    assert display.duration(106.29, tenths=True) == "1:46.2"


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(seconds=40), "40 s"), (timedelta(minutes=9), "9 min"), (timedelta(hours=28), "28 h"),
        (timedelta(days=4), "4 d"), (timedelta(days=800), "2 y"), (timedelta(seconds=-5), "0 s"),
    ],
)  # fmt: skip
def test_a_span_takes_its_one_best_unit(length: timedelta, expected: str) -> None:
    assert display.span(length) == expected


# Moments


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW - timedelta(seconds=20), "just now"),
        (NOW - timedelta(minutes=4), "4 min ago"),
        (NOW - timedelta(hours=28), "28 h ago"),
        (NOW - timedelta(days=5), "14 Nov"),
        (NOW - timedelta(days=400), "15 Oct 2025"),
        (NOW + timedelta(hours=5), "14:12 IST"),
        (NOW + timedelta(days=2), "Sat 21 Nov, 09:12 IST"),
    ],
)
def test_a_moment_is_relative_when_recent_and_names_its_zone_when_ahead(at: datetime, expected: str) -> None:
    assert display.moment(at, now=NOW, zone=KOLKATA).text == expected


def test_a_zone_without_a_name_says_its_distance() -> None:
    assert display.zone_name(NOW.astimezone(zoneinfo.ZoneInfo("America/Sao_Paulo"))) == "UTC-03"


def test_a_time_element_carries_the_full_moment_behind_it() -> None:
    with timezone.override(KOLKATA):
        found = shown("{% when at %}", at=NOW - timedelta(minutes=4), now=NOW)
    assert found == '<time datetime="2026-11-19T09:08:00+05:30" title="Thu 19 Nov, 09:08 IST">4 min ago</time>'


def test_hindi_readers_get_hindi_months() -> None:
    with translation.override("hi"):
        assert "नव" in display.moment(NOW - timedelta(days=5), now=NOW, zone=KOLKATA).text


# Signs


@pytest.mark.parametrize("name", list(catalogue.STATES))
def test_each_state_has_an_icon_of_the_sprite_and_a_word(name: str) -> None:
    state = catalogue.STATES[name]
    assert f'id="{state.icon}"' in SPRITE
    assert str(state.label)
    assert state.look in {"", "draft", "waiting", "scheduled", "live", "unconfirmed", "failed"}


@pytest.mark.parametrize("key", list(catalogue.BADGES))
def test_each_platform_and_source_has_a_badge_of_the_sprite(key: str) -> None:
    assert f'id="{catalogue.BADGES[key].symbol}"' in SPRITE


def test_every_platform_and_source_of_the_settings_has_a_badge() -> None:
    known = {*settings.PUBLISHING_PLATFORMS, *settings.TREND_SOURCES}
    assert known <= set(catalogue.BADGES)


def test_a_state_that_is_not_known_shows_its_own_name_without_a_colour() -> None:
    found = shown("{% state 'half_done' %}")
    assert "Half done" in found
    assert "data-state" not in found


def test_a_state_is_an_icon_and_a_word_before_it_is_a_colour() -> None:
    found = shown("{% state 'failed' %}")
    assert 'data-state="failed"' in found
    assert "icons.svg#failed" in found
    assert found.endswith("Failed</span>")


def test_a_label_that_looks_like_markup_stays_text() -> None:
    assert "&lt;b&gt;" in shown("{% state 'live' label %}", label="<b>")


def test_what_is_not_known_is_said_and_never_nought() -> None:
    assert shown("{{ value|number }}", value=None) == "–"
    assert "not scored" in shown("{% drop value %}", value=None)
    assert "too new" in shown("{% change value %}", value=None)
    assert "never" in shown("{% when value %}", value=None)


def test_growth_is_a_share_and_times_is_a_ratio() -> None:
    assert "+412" in shown("{% change 4.12 'growth' %}")
    below = shown("{% change 0.43 'times' %}")
    assert "0.43×" in below
    assert 'class="down"' in below


def test_a_score_stays_between_nought_and_a_hundred() -> None:
    assert "--v:100" in shown("{% drop 132.4 %}")


def test_an_attribute_gets_a_bare_number_whatever_the_language() -> None:
    with translation.override("de"):
        assert shown("{{ at|plain }}", at=1234.5) == "1234.5"


def test_initials_come_from_the_first_and_the_last_word() -> None:
    found = shown("{% avatar 'Kesar Naturals' 'brand' %}")
    assert ">KN</span>" in found
    assert "aria-hidden" in found


# Curves


def test_a_curve_needs_two_points() -> None:
    assert charts.spark([3]) is None
    assert "too new" in shown("{% spark points %}", points=[3])


def test_a_curve_ends_at_its_highest_when_it_rises() -> None:
    found = charts.spark([1, 2, 5])
    assert found is not None
    assert found.last == (93.0, 3.0)


def test_a_flat_curve_lies_in_the_middle() -> None:
    found = charts.spark([7, 7, 7])
    assert found is not None
    assert found.last[1] == 14


@pytest.mark.parametrize(
    ("highest", "expected"), [(0, [0, 1]), (59_700, [0, 20_000, 40_000, 60_000]), (3, [0, 1, 2, 3])]
)
def test_an_axis_has_round_steps_that_reach_the_highest(highest: float, expected: list[float]) -> None:
    assert charts.nice_steps(highest) == expected


def line(*values: float | None) -> charts.LineChart:
    hours = list(range(len(values)))
    return charts.LineChart(
        "Views", "Views by hour.", hours, [f"{hour} h" for hour in hours], [charts.Series("Seen", values)]
    )


def test_a_line_never_bridges_what_was_not_measured() -> None:
    drawing = charts.draw(line(1, 2, None, 4, 5))
    assert drawing.lines[0][1].count("M") == 2


def test_a_chart_without_any_number_is_drawn_empty() -> None:
    assert charts.draw(line(None, None)).dots == []


def test_a_chart_has_its_numbers_in_a_table_behind_it() -> None:
    found = shown("{% chart found 'views' %}", found=line(1, None, 3))
    assert found.index(">2 h<") < found.index(">0 h<")
    assert "<title" in found
    assert "–" in found


@pytest.mark.parametrize(("ratio", "expected"), [(2.39, (46.3, False)), (0.43, (19.0, True)), (9, (66.7, False))])
def test_a_bar_stands_right_of_the_median_when_it_is_above(ratio: float, expected: tuple[float, bool]) -> None:
    assert charts.median_bar(ratio) == expected


def test_a_long_sound_keeps_its_loudest_moments() -> None:
    levels = [0] * 400
    levels[201] = 97
    assert max(charts.thinned(levels)) == 97
    assert len(charts.thinned(levels)) == 130


# Fields


class Example(forms.Form):
    title = forms.CharField(max_length=5, help_text="Short")


def test_a_wrong_field_is_tied_to_its_error_and_its_help() -> None:
    form = Example({"title": "far too long"})
    assert not form.is_valid()
    found = shown("{% field form.title %}", form=form)
    for part in ('id="id_title_error"', 'id="id_title_helptext"', 'aria-invalid="true"', 'for="id_title"'):
        assert part in found


# The whole of it


def every_template() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})


@pytest.mark.parametrize("name", every_template())
def test_each_template_can_be_read(name: str) -> None:
    assert get_template(name)


@pytest.mark.parametrize("name", every_template())
def test_no_template_runs_a_script_of_its_own_or_shows_a_comment(name: str) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    assert not re.search(r"\son(click|submit|change|load|input)=", text), "event handlers stand in scripts"
    assert not re.search(r'<script(?![^>]*\b(src=|type="application/json"))', text), "scripts are files"
    assert not re.search(r"\{#[^}]*\n", text), "a comment of several lines needs the comment tag"


@pytest.mark.parametrize("name", [name for name in every_template() if name.endswith(".html")])
def test_a_button_outside_its_form_says_that_it_sends_for_else_its_value_is_not_sent_along(name: str) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    outside = re.findall(r'<button\b[^>]*\sform="[^>]*>', text)
    assert [button for button in outside if not re.search(r'\stype="(submit|button)"', button)] == []


def test_each_icon_a_template_names_is_in_the_sprite() -> None:
    named = {
        (name, icon)
        for name in every_template()
        for icon in re.findall(r"{% icon \"([\w-]+)\"", (TEMPLATES / name).read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    assert [(name, icon) for name, icon in named if f'id="{icon}"' not in SPRITE] == []


def test_each_sentence_a_script_says_is_given_to_it() -> None:
    scripts = Path(settings.BASE_DIR) / "static" / "js"
    asked = {
        key for file in scripts.glob("*.js") for key in re.findall(r'\bsay\("(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert len(asked) > 20
    assert asked - set(wording.script_words()) == set()


def test_the_navigation_leaves_out_what_this_reader_may_not_open() -> None:
    request = RequestFactory().get("/")
    context = {"request": request, "may": {"brand_view": True}}
    found = engines["django"].from_string('{% navigation "side" %}').render(context, request)
    assert "Brand" in found
    assert "Organisation" not in found


def test_the_style_page_shows_every_part_to_whoever_works_here(cast: Cast) -> None:
    cast.asha.user.is_staff = True
    cast.asha.user.save()
    client = Client()
    client.force_login(cast.asha.user)
    page = client.get("/styleguide/")
    assert page.status_code == 200
    assert "YouTube went quiet." in page.content.decode()


@pytest.mark.parametrize(
    ("may", "docked"),
    [
        (("trends_view", "content_edit", "content_view", "approvals_view"), ["/today/", "/library/", "/trends/"]),
        (("content_view", "approvals_view", "posts_view"), ["/today/", "/approvals/", "/library/", "/calendar/"]),
        (("content_view", "trends_view", "approvals_view"), ["/today/", "/library/", "/trends/", "/approvals/"]),
    ],
)
def test_a_phones_dock_has_what_each_comes_for_and_the_rest_under_more(may: tuple[str, ...], docked: list[str]) -> None:
    context = {"may": dict.fromkeys(may, True)}
    found = engines["django"].from_string('{% navigation "dock" %}').render(context)
    before, _more, after = found.partition('popovertarget="more"')
    assert [place for place in re.findall(r'<a href="([^"]+)"', before) if place != "/upload/"] == docked
    assert ("/upload/" in before) == ("content_edit" in may)
    assert not [place for place in docked if f'href="{place}"' in after]


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(minutes=118), "1 h 58 min"),
        (timedelta(seconds=120 * 60 - 1), "2 h"),
        (timedelta(seconds=3576), "1 h"),
        (timedelta(seconds=8), "8 s"),
        (timedelta(seconds=40), "1 min"),
        (timedelta(hours=50), "2 d"),
    ],
)
def test_how_long_until_then_is_told_to_the_minute(length: timedelta, told: str) -> None:
    assert ui.ahead(length).replace("\u00a0", " ") == told
