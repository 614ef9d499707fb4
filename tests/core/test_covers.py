"""Covers: words are drawn large and whole, in their own script, in a colour they can be read on."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from trenddrop.core import covers, lettering
from trenddrop.core.colours import LARGE, contrast, readable_on
from trenddrop.core.covers import Style, draw
from trenddrop.core.lettering import fitted
from trenddrop.core.typefaces import NoLetters, runs


@pytest.fixture
def still(tmp_path: Path) -> Path:
    Image.linear_gradient("L").resize((640, 360)).convert("RGB").save(tmp_path / "still.jpg")
    return tmp_path / "still.jpg"


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize("layout", list(covers.LAYOUTS))
@pytest.mark.parametrize("size", [(1280, 720), (1080, 1920), (1080, 1350)])
def test_each_layout_has_the_size_and_its_words_change_the_picture(
    still: Path, layout: str, size: tuple[int, int]
) -> None:
    with_words = opened(draw(still, "Why skin dries", Style(layout, "#0b6e5f"), size=size))
    other = opened(draw(still, "Rain", Style(layout, "#0b6e5f"), size=size))
    assert with_words.size == size
    assert ImageChops.difference(with_words, other).getbbox() is not None


def test_without_words_the_picture_stands_alone(still: Path) -> None:
    plain = draw(still, "", Style("banner", "#0b6e5f"), size=(320, 180))
    assert draw(still, " 😀 ", Style("card", "#ff0000"), size=(320, 180)) == plain


def test_words_stay_inside_their_box_however_many_there_are() -> None:
    for words in ("Rain", "Why does your skin feel worse every monsoon?", "x" * 80, "word " * 40):
        text = fitted(words.strip(), 600, 200)
        assert text.width <= 600
        assert text.height <= 200
        assert len(text.lines) <= lettering.LINES


def test_fewer_words_are_larger() -> None:
    assert fitted("Rain", 600, 200).size > fitted("Why does your skin feel worse every monsoon?", 600, 200).size


def test_what_does_not_fit_ends_with_an_ellipsis() -> None:
    assert fitted("word " * 60, 300, 60).lines[-1].endswith("…")


def test_a_line_changes_fonts_where_its_script_does() -> None:
    found = runs("Łódź मानसून 31?")
    assert "".join(text for _face, text in found) == "Łódź मानसून 31?"
    assert {face.path.stem for face, _text in found} == {"InstrumentSans", "NotoSansDevanagari"}


def test_a_script_no_font_holds_is_told() -> None:
    with pytest.raises(NoLetters):
        runs("\U00012000")  # cuneiform


@pytest.mark.parametrize("colour", ["#ffffff", "#f2c14e", "#0b6e5f", "#101418", "#ff0000", "#777777"])
def test_words_can_be_read_on_any_colour(colour: str) -> None:
    assert contrast(readable_on(colour), colour) >= LARGE
