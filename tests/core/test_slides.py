"""Pictures made of words: whole, readable, in every layout, shape and script; layers and waves keep to their places."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from trenddrop.core import slides
from trenddrop.core.colours import LARGE, contrast
from trenddrop.core.media import run_ffmpeg
from trenddrop.core.media.waves import wave_filters
from trenddrop.core.platforms import safe_area
from trenddrop.core.slides import Page, Palette

PALETTE = Palette("#0b6e5f", "#f2a65a", "#fff8ef", name="Kesar Naturals")
PALETTES = (
    PALETTE,
    Palette("#ffffff", "#ffffff", "#ffffff", "Anton"),
    Palette("#101418", "#222222", "#101418", "Fraunces"),
)
SHAPES = [(216, 216), (216, 270), (216, 384), (384, 216)]
ARABIC = "لماذا تجف البشرة في موسم الأمطار؟"
PAGES = [
    Page("cover", "Five things rain does to skin", "And what to do"),
    Page(
        "point",
        "The air is wet, your skin is not",
        "Your skin barrier is still losing water, in every room with a fan.",
    ),
    Page("point", "Wash less", "Five times a day is the biggest mistake."),
    Page("quote", "Ceramides repair the barrier, and the barrier keeps the water in."),
    Page("close", "Save this for the next rain", "Follow us"),
]


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    image = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 299, 99), fill="#e4572e")
    image.save(tmp_path / "logo.png")
    return tmp_path / "logo.png"


@pytest.fixture
def still() -> Image.Image:
    return Image.linear_gradient("L").resize((320, 180)).convert("RGB")


def differ(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is not None


Drawer = Callable[[str, Palette, tuple[int, int], Image.Image | None], Image.Image]
DRAWERS: dict[str, Drawer] = {
    **{
        f"post {name}": lambda words, palette, size, picture, name=name: slides.post(  # type: ignore[misc]
            words, palette, layout=name, size=size, picture=picture
        )
        for name in slides.POSTS
    },
    **{
        f"quote {name}": lambda words, palette, size, picture, name=name: slides.quote(  # type: ignore[misc]
            words, "Asha Rao", palette, layout=name, size=size, picture=picture
        )
        for name in slides.QUOTES
    },
    **{
        f"audiogram {name}": lambda words, palette, size, picture, name=name: slides.audiogram_ground(  # type: ignore[misc]
            words, "Asha", palette, layout=name, size=size, safe=safe_area([], size), picture=picture
        )
        for name in slides.AUDIOGRAMS
    },
}


@pytest.mark.parametrize("name", DRAWERS)
def test_each_layout_holds_its_size_and_shows_its_words_in_any_colours(name: str, still: Image.Image) -> None:
    for size in SHAPES:
        for palette in PALETTES:
            drawn = DRAWERS[name]("Why skin dries in every monsoon", palette, size, None)
            assert drawn.size == size
            assert differ(drawn, DRAWERS[name]("Rain", palette, size, None))
    assert differ(DRAWERS[name](ARABIC, PALETTE, SHAPES[0], still), DRAWERS[name]("Rain", PALETTE, SHAPES[0], still))


def test_there_are_three_layouts_of_each() -> None:
    for layouts in (slides.POSTS, slides.QUOTES, slides.CAROUSELS, slides.AUDIOGRAMS, slides.TITLES):
        assert len(layouts) >= 3
        assert all(str(label) for label in layouts.values())
    assert set(slides.WAVES) == set(slides.AUDIOGRAMS)


@pytest.mark.parametrize("layout", slides.CAROUSELS)
def test_a_carousel_is_one_set_of_slides_that_differ(layout: str, still: Image.Image, logo: Path) -> None:
    palette = Palette("#1d1b2e", "#ff5c8a", "#ffffff", "Baloo 2", logo, name="Chai Point")
    drawn = slides.carousel(PAGES, palette, layout=layout, size=(216, 270), picture=still)
    assert [image.size for image in drawn] == [(216, 270)] * len(PAGES)
    assert all(differ(one, other) for one, other in itertools.pairwise(drawn))
    without = slides.carousel(PAGES, palette, layout=layout, size=(216, 270))
    assert [differ(one, other) for one, other in zip(drawn, without, strict=True)] == [True, *[False] * 4]
    assert slides.carousel([], palette, layout=layout) == []


@pytest.mark.parametrize("layout", slides.CAROUSELS)
def test_any_words_can_stand_on_a_slide(layout: str) -> None:
    strange = [
        Page("cover"),
        Page("point", "", "only text"),
        Page("point", "x" * 90, "y " * 120),
        Page("quote", ARABIC),
        Page("point", "मानसून में त्वचा 😀", "\U00012000 \n\t"),
        Page("close", "", "🇮🇳"),
    ]
    assert len(slides.carousel(strange, PALETTE, layout=layout, size=(216, 270))) == len(strange)


def test_words_from_right_to_left_begin_at_the_right() -> None:
    size = (600, 600)
    blank = slides.post("", PALETTE, layout="plain", size=size)
    for words, is_right in ((ARABIC[:8], True), ("Rain", False)):
        box = ImageChops.difference(slides.post(words, PALETTE, layout="plain", size=size), blank).getbbox()
        assert box is not None
        assert ((box[0] + box[2]) / 2 > 300) is is_right


@pytest.mark.parametrize("style", slides.TITLES)
@pytest.mark.parametrize("words", ["Wash less", "The one mistake that nearly everybody makes every single day", ARABIC])
def test_titles_and_logos_keep_to_what_is_free(style: str, words: str, logo: Path) -> None:
    for size in SHAPES:
        safe = safe_area(["tiktok", "instagram", "youtube"], size)
        left, top, right, bottom = safe.pixels(size)
        for corner in ("top_left", "top_right", "bottom_left", "bottom_right"):
            palette = Palette("#0b6e5f", "#f2a65a", logo=logo, corner=corner)
            layers = [slides.logo_layer(palette, size=size, safe=safe)]
            layers.append(slides.title_layer(words, palette, size=size, safe=safe, style=style))
            for layer in layers:
                assert layer is not None
                box = layer.getchannel("A").getbbox()
                assert box is not None
                assert (box[0] >= left, box[1] >= top, box[2] <= right, box[3] <= bottom) == (True,) * 4


def test_no_words_are_no_title_and_no_logo_is_none() -> None:
    layer = slides.title_layer(" \U00012000 ", PALETTE, size=(180, 320), safe=safe_area([], (180, 320)))
    assert layer.getchannel("A").getbbox() is None
    assert slides.logo_layer(PALETTE, size=(180, 320), safe=safe_area([], (180, 320))) is None


@pytest.mark.parametrize("size", SHAPES)
def test_the_wave_and_the_words_below_it_do_not_meet(size: tuple[int, int]) -> None:
    safe = safe_area(["tiktok"], size)
    left, top, right, bottom = slides.wave_box(size, safe)
    _left, words_top, _right, words_bottom = slides.captions_area(size, safe).pixels(size)
    assert bottom <= words_top < words_bottom <= safe.pixels(size)[3]
    assert (right - left) % 2 == (bottom - top) % 2 == 0
    assert left >= safe.pixels(size)[0]
    assert right <= safe.pixels(size)[2]


@pytest.mark.parametrize("ground", ["#ffffff", "#101418", "#f2c14e", "#0b6e5f", "#777777"])
def test_marks_and_small_words_can_be_told_from_any_ground(ground: str) -> None:
    for palette in PALETTES:
        assert contrast(palette.sign_on(ground), ground) >= LARGE
        assert contrast(palette.letters_on(ground), ground) >= LARGE


@pytest.mark.parametrize("style", ["line", "bars"])
def test_the_wave_rises_with_the_sound_and_rests_without(tmp_path: Path, style: str) -> None:
    sound = "sine=f=300:r=16000:d=2,volume='if(lt(t,1),0,0.8)':eval=frame[a]"
    drawn = wave_filters(style, size=(160, 60), colour="#ffffff", fps=10)  # type: ignore[arg-type]
    graph = f"{sound};[a]{drawn}[w];color=c=black:s=160x60:r=10[b];[b][w]overlay=shortest=1,select='eq(n,5)+eq(n,15)'"
    out = tmp_path / "wave-%d.png"
    run_ffmpeg(["-filter_complex", graph, "-fps_mode", "passthrough", str(out)], timeout=30)
    quiet, loud = (Image.open(tmp_path / f"wave-{number}.png").convert("L") for number in (1, 2))
    assert ImageStat.Stat(loud).mean[0] > 1.5 * ImageStat.Stat(quiet).mean[0]
