"""Templates with placeholders: read, checked, filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from content.libraries import filling


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("No places at all.", []),
        ("{hook} and {brand}", ["hook", "brand"]),
        ("{hook}{hook}{ Product  Name }", ["hook", "product_name"]),
        ("{उत्पाद} लीजिए", ["उत्पाद"]),
        ("A brace: {{ and }} and {{hook}}", []),
    ],
)
def test_placeholders_are_found_each_once(template: str, names: list[str]) -> None:
    assert filling.check(template) == names


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("Hello {brand", "is not closed"),
        ("Hello {brand {hook}", "is not closed"),
        ("Hello brand}", "stands without its {"),
        ("Hello {}", "is no placeholder"),
        ("Hello {brand!r}", "is no placeholder"),
        ("Hello {brand.name}", "is no placeholder"),
        ("Hello {" + "x" * 31 + "}", "is no placeholder"),
        (" ".join(f"{{n{number}}}" for number in range(21)), "At most 20"),
    ],
)
def test_what_cannot_be_read_is_said(template: str, why: str) -> None:
    with pytest.raises(filling.BadTemplate, match=why):
        filling.check(template)


def test_what_is_filled_in_is_never_read_as_a_template() -> None:
    filled = filling.fill("{quote} / {brand}", {"quote": "{brand} {brand.__class__} {{", "brand": "Kesar"})
    assert filled == filling.Filled("{brand} {brand.__class__} {{ / Kesar", [])


def test_what_is_not_known_stays_in_its_braces_and_is_named_once() -> None:
    assert filling.fill("{thing}, {brand}, {thing}", {"brand": "Kesar"}) == filling.Filled(
        "{thing}, Kesar, {thing}", ["thing"]
    )


def test_a_line_that_holds_nothing_but_empty_places_goes() -> None:
    template = "{hook}\n\n{first}{second}\n\nMore from {brand}  \n{link}"
    values = {"hook": "Stop scrubbing.", "first": "", "second": " ", "brand": "Kesar", "link": ""}
    assert filling.fill(template, values).text == "Stop scrubbing.\n\nMore from Kesar"


def test_a_doubled_brace_is_a_brace() -> None:
    assert filling.fill("{{hook}} is {hook}", {"hook": "it"}).text == "{hook} is it"


@given(some.text(alphabet=some.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=200))
def test_a_text_without_braces_comes_out_as_it_went_in_but_for_spaces_at_the_ends(text: str) -> None:
    assert filling.fill(text, {}).text.split() == text.split()


@given(some.text(max_size=60))
def test_anything_is_read_or_refused(text: str) -> None:
    try:
        names = filling.names(text)
    except filling.BadTemplate:
        with pytest.raises(filling.BadTemplate):
            filling.fill(text, {})
    else:
        assert filling.fill(text, {}).missing == names
