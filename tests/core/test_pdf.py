"""PDF documents: text that can be read out again, every script, tables over pages, the same bytes each time."""

import datetime as dt
import io
import re
import zlib

import pytest
from PIL import Image

from tests.pdf_text import text_of
from trenddrop.core import pdf_charts
from trenddrop.core.pdf import Block, Column, Document, product_mark
from trenddrop.core.pdf_type import runs

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def document(**other: str) -> Document:
    return Document(title="June", made_at=NOON, **other)


def png(width: int, height: int) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), "#336699").save(held, "PNG")
    return held.getvalue()


def full() -> Document:
    page = document(brand="#0f766e", foot="Kesar Media")
    page.letterhead("Tax invoice", logo=product_mark(), name="TrendDrop", facts=[("Number", "TD/2627/0000123")])
    page.blocks([Block("Seller", ["TrendDrop", ("GSTIN", "29AAGCB7383J1Z4")]), Block("Buyer", ["केसर मीडिया"])])
    page.heading("Posts")
    page.paragraph("₹1,23,456.78 in all")
    page.table([Column("Post", 3), Column("Views", right=True)], [(f"Post {n}", str(n)) for n in range(90)])
    page.totals([("Net", "₹100.00"), ("Total", "₹118.00")])
    page.note("Nothing is owed.")
    page.bar_chart([("Reels", 20), ("Shorts", 0), ("Carousels", None)], caption="By kind", missing="not given")
    page.line_chart(["1", "2", "3"], [("Views", [1, None, 3]), ("Likes", [0, 0, 0])], caption="By day")
    page.facts([("Made for", "Kesar")])
    page.picture(png(40, 20), width=30, alt="A blue box")
    return page


def test_the_same_calls_give_the_same_bytes() -> None:
    assert full().to_bytes() == full().to_bytes()


def test_the_file_names_no_hour_of_its_making_and_no_machine() -> None:
    data = full().to_bytes()
    dates = set(re.findall(rb"/CreationDate \(D:(\d+)", data))
    assert data.startswith(b"%PDF-")
    assert dates == {b"20261122120000"}
    assert b"/Producer (TrendDrop)" in data


def test_words_and_sums_can_be_read_out_again() -> None:
    text = text_of(full().to_bytes())
    for words in ("TD/2627/0000123", "29AAGCB7383J1Z4", "₹1,23,456.78", "केसर", "Kesar Media", "not given", "₹118.00"):
        assert words in text


def test_heads_of_a_table_are_repeated_on_every_page() -> None:
    page = document()
    page.table([Column("Post"), Column("Views", right=True)], [(f"Post {n}", "1") for n in range(90)])
    assert page.pages >= 3
    assert text_of(page.to_bytes()).count("Views") == page.pages


def test_every_page_says_which_of_how_many_it_is() -> None:
    page = document()
    page.new_page()
    text = text_of(page.to_bytes())
    assert "1 / 2" in text
    assert "2 / 2" in text


@pytest.mark.parametrize(
    ("text", "fonts"),
    [
        ("Kesar", ["Text"]),
        ("₹10", ["Text"]),
        ("₽10", ["Sans", "Text"]),
        ("श्री विक्रम", ["Devanagari", "Text", "Devanagari"]),
        ("र्‍या", ["Devanagari"]),
        ("தமிழ்", ["Tamil"]),
        ("বাংলা", ["Bengali"]),
        ("తెలుగు", ["Telugu"]),
        ("ગુજરાતી", ["Gujarati"]),
        ("ਪੰਜਾਬੀ", ["Gurmukhi"]),
        ("ಕನ್ನಡ", ["Kannada"]),
        ("മലയാളം", ["Malayalam"]),
        ("ଓଡ଼ିଆ", ["Oriya"]),
        ("Москва", ["Sans"]),
        ("العربية", ["Arabic"]),
        ("中", ["Text"]),
        ("", []),
    ],
)
def test_each_sign_is_drawn_in_a_font_that_has_it_and_joiners_stay_with_their_letters(
    text: str, fonts: list[str]
) -> None:
    assert [name for name, _ in runs(text)] == fonts
    assert "".join(part for _, part in runs(text)) == text


@pytest.mark.parametrize(
    "text", ["", " ", "\x00\x07", "{nb}", "\U000f0000", "中文 🙂", "a" * 4000, "\ud7ff", "**b** __u__"]
)
def test_no_text_breaks_a_document(text: str) -> None:
    page = document()
    page.letterhead(text, name=text)
    page.heading(text)
    page.paragraph(text)
    page.facts([(text[:40], text)])
    page.table([Column(text[:40])], [(text[:900],)])
    page.bar_chart([(text, 1)])
    assert page.to_bytes().startswith(b"%PDF-")


def test_markup_in_a_name_is_only_text() -> None:
    page = document()
    page.paragraph("**bold** {nb} [link](https://example.com)")
    text = text_of(page.to_bytes())
    assert "**bold** {nb} [link](https://example.com)" in text


def test_a_drawing_may_not_ask_for_other_files() -> None:
    page = document()
    image = b'<image href="/etc/passwd" width="9" height="9"/>'
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">' + image + b"</svg>"
    with pytest.raises(Exception, match=r"(?i)polic|access|allow|resource"):
        page.picture(drawing, width=20)


@pytest.mark.parametrize("size", [(400, 20), (20, 400), (64, 64)])
def test_a_logo_fits_the_head_whatever_its_shape(size: tuple[int, int]) -> None:
    page = document()
    page.letterhead("Report", logo=png(*size), name="")
    assert page.pages == 1


def test_a_brand_colour_that_cannot_be_read_on_white_gives_way_to_ink() -> None:
    assert document(brand="#ffff00").brand != "#ffff00"
    assert document(brand="#0f766e").brand == "#0f766e"


@pytest.mark.parametrize(("span", "step"), [(0, 1), (7, 2), (10, 2.5), (100, 25), (1234, 500), (0.02, 0.005)])
def test_axes_step_in_round_numbers(span: float, step: float) -> None:
    assert pdf_charts.nice_step(span) == pytest.approx(step)


def test_charts_stand_without_numbers_and_below_zero() -> None:
    page = document()
    page.line_chart([], [], caption="Nothing")
    page.line_chart(["a"], [("one", [None])])
    page.line_chart(["a", "b"], [("one", [-5, 5])])
    page.bar_chart([])
    assert zlib.crc32(page.to_bytes())
