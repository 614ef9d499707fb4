"""Captions: measured as they are drawn, they stay inside what platforms leave free, in every style and script."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from trenddrop.core import typefaces
from trenddrop.core.colours import LARGE, contrast
from trenddrop.core.media import MediaError
from trenddrop.core.media.captioning import (
    FAMILIES,
    FONTS,
    STYLES,
    Area,
    Box,
    CaptionStyle,
    Spoken,
    captions,
    measure,
    missing,
    moments,
    overhang,
    pages,
    safe_area,
    still,
    styled,
)
from trenddrop.core.media.captioning.measuring import filter_of
from trenddrop.core.media.captioning.styles import edge_of
from trenddrop.core.platforms import SAFE

SIZE = (180, 320)
TALL = safe_area(["tiktok", "instagram", "youtube"], SIZE)
TEXTS = {
    "long words": "Incomprehensibilities happen, https://www.example.com/averylongaddress?with=everything is one.",
    "right to left": "مرحبا بكم في متجر Kesar Naturals اليوم! البيروقراطية",
    "Devanagari and emoji": "मानसून में त्वचा क्यों सूखती है? 😀 👩\u200d👩\u200d👧 🇮🇳 👍🏽 1️⃣ वाह!",
    "marks and commands": "{\\pos(0,0)}HACK \\N x\\h {\\p1}m 0 0 ỹ̃ ŤHÉ gypsy jq|Å Привет",
}


def spoken(text: str, *, step: float = 0.3) -> list[Spoken]:
    return [Spoken(word, place * step, (place + 1) * step) for place, word in enumerate(text.split())]


def drawn(
    folder: Path,
    words: Sequence[Spoken],
    style: CaptionStyle,
    *,
    size: tuple[int, int] = SIZE,
    safe: Area = TALL,
    at: Sequence[float] = (),
) -> list[Box]:
    ass = folder / "words.ass"
    text = captions(words, style, size=size, safe=safe)
    ass.write_text(text, encoding="utf-8")
    return measure(ass, size, at=at or sorted({*moments(text), *(word.start + 0.1 for word in words)}))


@pytest.mark.parametrize("name", STYLES)
def test_every_style_stays_inside_what_is_free_whatever_is_said(tmp_path: Path, name: str) -> None:
    said = spoken(" ".join(TEXTS.values()))
    found = drawn(tmp_path, said, STYLES[name])
    assert sum(not box.is_empty for box in found) > 0.9 * len(found)
    assert overhang(found, TALL, SIZE) == 0


@pytest.mark.parametrize("place", ["top", "middle", "bottom"])
@pytest.mark.parametrize("size", [(320, 180), (240, 240), (240, 300)])
def test_each_shape_and_place_holds_the_largest_letters(tmp_path: Path, place: str, size: tuple[int, int]) -> None:
    style = styled("pop", size=1.6, place=place)
    safe = safe_area(["linkedin"], size)
    found = drawn(tmp_path, spoken(TEXTS["long words"]), style, size=size, safe=safe)
    assert overhang(found, safe, size) == 0
    middles = [(box.top + box.bottom) / 2 / size[1] for box in found if not box.is_empty]
    expected = {"top": (0.0, 0.5), "middle": (0.3, 0.7), "bottom": (0.5, 1.0)}[place]
    assert expected[0] < sum(middles) / len(middles) < expected[1]


def test_what_is_laid_is_what_is_drawn(tmp_path: Path) -> None:
    words = spoken("Never cut off")
    (page,) = pages(words, STYLES["two_line"], size=(540, 960), safe=safe_area([], (540, 960)))
    (box,) = drawn(tmp_path, words, STYLES["two_line"], size=(540, 960), safe=safe_area([], (540, 960)), at=[0.2])
    left, top, right, bottom = page.box
    assert abs(box.left - left) <= 2
    assert abs(box.right - right) <= 2
    assert abs(box.top - top) <= 2
    assert abs(box.bottom - bottom) <= 2


def test_measuring_sees_what_reaches_out(tmp_path: Path) -> None:
    safe = Area(0.0, 0.0, 1.0, 0.3)
    found = drawn(tmp_path, spoken("too low"), STYLES["plain"], safe=safe_area([], SIZE), at=[0.2])
    assert overhang(found, safe, SIZE) > SIZE[1] * 0.5


def test_nothing_is_drawn_before_the_first_word_and_after_the_last(tmp_path: Path) -> None:
    words = [Spoken("Late", 2.0, 2.4)]
    found = drawn(tmp_path, words, STYLES["karaoke"], at=[0.5, 1.9, 2.2, 2.8, 5.0])
    assert [box.is_empty for box in found] == [True, True, False, False, True]


def test_words_out_of_order_overlapping_or_without_length_are_shown_one_after_the_other() -> None:
    words = [Spoken("two", 1.0, 0.9), Spoken("one", -1.0, 3.0), Spoken("", 1.5, 2.0), Spoken("three", 1.0, 1.0)]
    found = list(pages(words, STYLES["big_word"], size=SIZE, safe=TALL))
    assert [page.words[0].word.text for page in found] == ["ONE", "TWO", "THREE"]
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(page.end > page.start >= 0 for page in found)


def test_a_caption_ends_with_its_sentence_and_at_a_pause() -> None:
    words = [Spoken("Yes.", 0, 0.3), Spoken("We", 0.3, 0.5), Spoken("wait", 0.5, 0.8), Spoken("here", 2.5, 2.8)]
    found = pages(words, STYLES["plain"], size=(1080, 1920), safe=TALL)
    assert [[each.word.text for each in page.words] for page in found] == [["Yes."], ["We", "wait"], ["here"]]


def test_no_style_shows_more_words_or_lines_than_it_says() -> None:
    said = spoken("a bc def ghij klmno pqrstu vwxyz " * 6)
    for style in STYLES.values():
        for page in pages(said, style, size=(1080, 1920), safe=safe_area([], (1080, 1920))):
            assert len(page.words) <= style.words
            assert len({round(each.baseline) for each in page.words}) <= style.lines


def test_words_from_right_to_left_stand_so_and_what_is_latin_among_them_does_not() -> None:
    said = spoken("مرحبا يا world of code صديق")
    (page,) = pages(said, STYLES["two_line"], size=(1920, 1080), safe=Area(0, 0, 1, 1))
    by_place = [each.word.text for each in sorted(page.words, key=lambda each: each.centre)]
    assert by_place == ["صديق", "world", "of", "code", "يا", "مرحبا"]


def test_a_sign_no_font_has_is_left_out_and_told() -> None:
    assert missing("ok \U00012000 ok") == "\U00012000"
    text = captions(spoken("ok \U00012000 fine\U00012000"), STYLES["plain"], size=SIZE, safe=TALL)
    assert "\U00012000" not in text
    assert "fine" in text


def test_what_people_write_is_never_a_command() -> None:
    text = captions(spoken("{\\pos(1,1)}a b\\Nc \\h"), STYLES["plain"], size=SIZE, safe=TALL)
    events = [line.split(",Word,", 1)[1] for line in text.splitlines() if line.startswith("Dialogue")]
    assert [event.rsplit("}", 1)[1] for event in events] == ["(/pos(1,1))a", "b/Nc", "/h"]


def test_letters_can_be_told_from_their_outline_in_any_colour() -> None:
    for colour in ("#ffffff", "#101418", "#f2c14e", "#0b6e5f", "#777777", "#ff0000"):
        assert contrast(edge_of(colour, "#101418"), colour) >= LARGE


def test_changes_to_a_style_are_kept_and_empty_ones_are_its_own() -> None:
    own = STYLES["pop"]
    changed = styled("pop", colour="#112233", font="", size=0.5, place="top", upper=False, words=2)
    assert (changed.colour, changed.font, changed.place, changed.upper, changed.words) == (
        "#112233", own.font, "top", False, 2,
    )  # fmt: skip
    assert changed.size == own.size / 2
    with pytest.raises(KeyError):
        styled("unknown")


def test_each_style_looks_different(tmp_path: Path) -> None:
    stills = {name: still(style, size=(180, 320)) for name, style in STYLES.items()}
    assert len(set(stills.values())) == len(STYLES) >= 5
    (tmp_path / "still.png").write_bytes(stills["pill"])
    with Image.open(tmp_path / "still.png") as opened:
        assert opened.size == (180, 320)


def test_each_family_is_drawn_in_its_own_letters(tmp_path: Path) -> None:
    widths = set()
    for family in FAMILIES:
        (box,) = drawn(
            tmp_path, spoken("Gamburg"), styled("plain", font=family, size=2), size=(320, 180),
            safe=Area(0, 0, 1, 1), at=[0.2],
        )  # fmt: skip
        widths.add(box.right - box.left)
    assert len(widths) == len(FAMILIES)


def test_no_word_is_left_to_a_font_we_do_not_bring(tmp_path: Path) -> None:
    words = "Łódź مرحبا שלום मानसून 😀"
    assert {face.path.parent for word in words.split() for face, _text in typefaces.runs(word)} == {FONTS}
    assert sorted(path.suffix for path in FONTS.iterdir() if path.is_file()) == [".ttf"] * 8


def test_a_folder_with_strange_signs_is_no_filter(tmp_path: Path) -> None:
    folder = tmp_path / "a':,;[b] c\\d"
    folder.mkdir()
    (box,) = drawn(folder, spoken("here"), STYLES["plain"], at=[0.1])
    assert not box.is_empty
    assert "alpha=1" in filter_of(folder / "x.ass", alpha=True)


def test_captions_that_are_gone_are_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        measure(tmp_path / "gone.ass", SIZE, at=[0.1])


@pytest.mark.parametrize("platform", SAFE)
def test_each_platform_leaves_room_for_two_lines(platform: str) -> None:
    area = safe_area([platform], (1080, 1920))
    left, top, right, bottom = area.pixels((1080, 1920))
    assert right - left >= 700
    assert bottom - top >= 800
    assert safe_area([platform, "tiktok"], (1080, 1920)) == area.within(SAFE[next(iter(SAFE))].within(area))
