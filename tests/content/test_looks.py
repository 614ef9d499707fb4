"""How a brand looks: designs checked and read, colours inherited, what is drawn, and the page and API to change it."""

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts import tenancy
from accounts.models import BrandProfile, ClientAccount, Membership
from content.looks import designs, look_of, previews
from content.looks.designs import ImageDesign
from content.looks.drawing import caption_style, palette
from content.looks.look import ACCENT, COLOUR, Look, format_of, readable, with_templates
from content.models import BrandTemplate, Template, TemplateKind
from content.services import templates as commands
from content.services import thumbnails
from tests.api.asking import as_member
from tests.cast import Cast
from tests.content.library_cast import entries, piece_of, stands
from trenddrop.core import media, slides
from trenddrop.core.colours import contrast
from trenddrop.core.media import captioning

DESIGNS = [
    (TemplateKind.CAPTION_STYLE, "style", captioning.STYLES),
    (TemplateKind.CAPTION_STYLE, "title", slides.TITLES),
    (TemplateKind.CAROUSEL, "layout", slides.CAROUSELS),
    (TemplateKind.SOCIAL_LAYOUT, "layout", slides.POSTS),
    (TemplateKind.SOCIAL_LAYOUT, "quote", slides.QUOTES),
    (TemplateKind.SOCIAL_LAYOUT, "audiogram", slides.AUDIOGRAMS),
]


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def made(member: Membership, kind: str = "caption_style", **given: Any) -> Template:
    """A template kept as a member does."""
    with tenancy.of_member(member):
        row = Template(kind=kind, **{"name": "Loud"} | given)
        row.design = designs.check(kind, row.design)
        return commands.save(row, fields=["design"], by=member)


def png(size: tuple[int, int] = (64, 32), colour: str = "#aa3344") -> bytes:
    content = io.BytesIO()
    Image.new("RGBA", size, colour).save(content, "PNG")
    return content.getvalue()


# Designs


@pytest.mark.parametrize(("kind", "part", "drawn"), DESIGNS)
def test_what_a_design_offers_is_what_can_be_drawn(kind: str, part: str, drawn: Any) -> None:
    [asked] = [asked for each, asked in designs.parts(kind) if each.name == part]
    assert set(dict(asked.choices)) == set(drawn)


def test_the_fonts_offered_are_those_that_can_be_drawn() -> None:
    assert [name for name, _label in designs.FONTS if name] == list(captioning.FAMILIES)


@pytest.mark.parametrize(
    ("kind", "given", "part", "why"),
    [
        ("caption_style", {"colour": "red"}, "colour", "#rrggbb"),
        ("caption_style", {"colour": "#12345"}, "colour", "#rrggbb"),
        ("caption_style", {"style": "sparkle"}, "style", "no such choice"),
        ("caption_style", {"size": 3}, "size", "from 0.7 to 1.4"),
        ("caption_style", {"at_once": True}, "at_once", "from 0 to 8"),
        ("caption_style", {"layout": "bold"}, "layout", "no such part"),
        ("intro", {"words": "x" * 81}, "words", "At most 80"),
        ("intro", {"seconds": 600}, "seconds", "from 1 to 5"),
        ("image_style", {"strength": "much"}, "strength", "A number"),
        ("carousel", {"logo": "maybe"}, "logo", "yes or no"),
    ],
)
def test_a_design_that_cannot_be_is_refused_part_by_part(kind: str, given: Any, part: str, why: str) -> None:
    with pytest.raises(ValidationError) as refused:
        designs.check(kind, given)
    assert list(refused.value.message_dict) == [part]
    assert why in refused.value.message_dict[part][0]


@pytest.mark.parametrize("kind", TemplateKind.values)
def test_a_design_is_stored_whole_and_read_back_the_same(kind: str) -> None:
    stored = designs.check(kind, {})
    assert asdict(designs.read(kind, stored)) == stored
    assert designs.read(kind, {"colour": 7, "size": "big", "gone": 1}) == designs.DESIGNS[kind]()


# Looks


def test_a_brand_without_a_look_has_its_clients_colours_and_then_ours(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        assert (look_of(None).colour, look_of(cast.brand).accent) == (COLOUR, ACCENT)
        ClientAccount.objects.filter(pk=cast.client.pk).update(brand_colors=["#7C2D12", "nonsense"])
        of_client = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai")
        look = look_of(of_client)
    assert (look.name, look.colour, look.accent, look.carousel.colour) == ("Chai", "#7c2d12", ACCENT, "#7c2d12")


def test_a_brand_takes_its_own_templates_and_a_job_may_name_another(cast: Cast) -> None:
    loud, calm = made(cast.asha, design={"style": "big_word", "colour": "#ffee00"}), made(cast.asha, name="Calm")
    with tenancy.of_member(cast.asha):
        commands.choose(loud, cast.brand, by=cast.asha)
        row = BrandTemplate.objects.get(brand=cast.brand)
        row.accent, row.font = "#c2185b", "Fraunces"
        commands.change_look(row, fields=["accent", "font"], by=cast.asha)
        own, other = look_of(cast.brand), look_of(cast.brand, template=calm)
    assert (own.captions.style, own.captions.colour, own.captions.font) == ("big_word", "#ffee00", "Fraunces")
    assert (other.captions.style, other.templates) == ("karaoke", {"caption_style": calm.pk})
    assert contrast(own.captions.accent, own.captions.ground) >= 4.5, "lightened until it reads on the outline"
    assert own.social.accent == "#c2185b"


def test_a_template_given_to_another_client_is_taken_no_more(cast: Cast) -> None:
    loud = made(cast.asha, design={"style": "pop"})
    with tenancy.of_member(cast.asha):
        commands.choose(loud, cast.brand, by=cast.asha)
        Template.objects.filter(pk=loud.pk).update(client=cast.client)
        assert look_of(cast.brand).captions.style == "karaoke"
        with pytest.raises(commands.NotForThisBrand):
            commands.choose(Template.objects.get(pk=loud.pk), cast.brand, by=cast.asha)


@pytest.mark.parametrize(("colour", "ground"), [("#101418", "#101418"), ("#f2b33d", "#ffffff"), ("#7a1f1f", "#101418")])
def test_an_accent_is_mixed_until_it_can_be_read(colour: str, ground: str) -> None:
    assert contrast(readable(colour, ground), ground) >= 4.5


@pytest.mark.parametrize(
    ("size", "format_"),
    [((1080, 1920), "vertical"), ((1080, 1350), "portrait"), ((1080, 1080), "square"), ((1920, 1080), "landscape")],
)
def test_a_size_has_a_format(size: tuple[int, int], format_: str) -> None:
    assert format_of(size) == format_


# Drawn


@pytest.mark.parametrize("kind", TemplateKind.values)
def test_every_kind_is_drawn(kind: str) -> None:
    look = with_templates(Look(name="Kesar"), {kind: Template(kind=kind)})
    plain = previews.draw(
        kind, with_templates(Look(colour="#aa0000", accent="#00aa00", ground="#0000aa"), {kind: Template(kind=kind)})
    )
    with Image.open(io.BytesIO(previews.draw(kind, look))) as image:
        assert image.size == previews.SIZE
        colours = image.resize((48, 60)).getcolors(48 * 60)
    assert len(colours or []) > 3
    assert kind == "image_style" or plain != previews.draw(kind, look), "the brand's colours are in it"


def test_pictures_are_toned() -> None:
    picture = Image.new("RGB", (4, 4), "#8090a0")
    grey = with_templates(
        Look(), {"image_style": Template(kind="image_style", design={"tone": "mono", "strength": 1.0})}
    )
    red, green, blue = grey.toned(picture).getpixel((0, 0))  # type: ignore[misc]
    assert red == green == blue
    assert Look(image=ImageDesign("warm", 0.0)).toned(picture).getpixel((0, 0)) == (0x80, 0x90, 0xA0)
    two = Look(image=ImageDesign("duotone", 1.0)).toned(previews.sample())
    assert two.getextrema() != previews.sample().getextrema()


def test_an_intro_is_a_clip_of_the_size_asked_for(tmp_path: Path) -> None:
    design = {"words": "{brand}", "seconds": 1.0}
    look = with_templates(Look(name="Kesar"), {"intro": Template(kind="intro", design=design)})
    clip = look.intro(tmp_path, (180, 320))
    assert clip is not None
    info = media.probe(clip)
    assert (info.width, info.height, info.audio_codec) == (180, 320, "aac")
    assert info.duration == pytest.approx(1.0, abs=0.1)
    assert look.outro(tmp_path, (180, 320)) is None


def test_what_draws_is_given_everything(tmp_path: Path) -> None:
    look = with_templates(
        Look(font="Anton"), {"caption_style": Template(kind="caption_style", design={"place": "top"})}
    )
    style = caption_style(look)
    assert (style.font, style.place, style.accent) == ("Anton", "top", look.captions.accent)
    assert palette(look, tmp_path, look.social).font == palette(look, tmp_path).font or look.social.font == "Anton"
    assert palette(look, tmp_path).logo is None


def test_covers_take_the_brands_own_colour(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        commands.begin_look(BrandTemplate(brand=cast.brand, colour="#7a1f1f"), fields=["colour"], by=cast.asha)
    piece = piece_of(cast.asha, brand=cast.brand)
    with tenancy.of_member(cast.asha):
        assert thumbnails.colour_of(piece) == "#7a1f1f"


# The page


def test_a_look_is_kept_and_written_down(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    asha, loud = signed_in(cast.asha), made(cast.asha)
    logo = SimpleUploadedFile("logo.png", png(), "image/png")
    said = {"colour": "#7A1F1F", "accent": ACCENT, "ground": "#ffffff", "font": "Anton", "logo_corner": "bottom_left"}
    answer = asha.post("/brand/look/", said | {"caption_style": str(loud.pk), "logo": logo}, follow=True)
    assert "The look is saved." in answer.content.decode()
    with tenancy.of_member(cast.asha):
        row = BrandTemplate.objects.get(brand=cast.brand)
        look = look_of(cast.brand)
    assert (row.colour, row.accent, row.font, row.caption_style_id) == ("#7a1f1f", "", "Anton", loud.pk)
    assert look.corner == "bottom_left"
    with Image.open(row.logo.path) as kept:
        assert (kept.format, kept.size) == ("WEBP", (64, 32))
    assert asha.get("/brand/look/logo/").content[8:12] == b"WEBP"
    [entry] = entries("look.changed")
    assert "logo" in entry.metadata["fields"]
    assert "changed the look of" in asha.get("/organisation/audit/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        asha.post("/brand/look/", said | {"logo-clear": "on"})
    assert not stands(row).logo
    assert not Path(row.logo.path).exists()


@pytest.mark.parametrize(
    ("posted", "why"),
    [
        ({"colour": "red"}, "Write a colour as #rrggbb."),
        ({"logo": SimpleUploadedFile("a.png", b"\0" * 20 * 10**6, "image/png")}, "larger than 8 MB"),
        ({"logo": SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}, "no picture that can be"),
        ({"logo": SimpleUploadedFile("a.mp4", b"\0\0\0 ftypisom" + b"\0" * 400)}, "no picture that can be read"),
        ({"font": "Comic Sans"}, "Select a valid choice"),
        ({"logo_corner": "middle"}, "Select a valid choice"),
        ({"caption_style": "01a1ff5c-0000-7000-8000-000000000000"}, "Select a valid choice"),
    ],
)
def test_a_look_that_cannot_be_is_refused(cast: Cast, posted: dict[str, Any], why: str) -> None:
    said = {"colour": "#7a1f1f", "accent": "#ffffff", "ground": "#ffffff", "logo_corner": "top_left"}
    answer = signed_in(cast.asha).post("/brand/look/", said | posted)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    with tenancy.operator():
        assert not BrandTemplate.objects.exists()


def test_who_may_only_look_sees_it_and_changes_nothing(cast: Cast) -> None:
    ben = signed_in(cast.ben)
    assert ben.get("/brand/look/").status_code == 200
    assert ben.post("/brand/look/", {"colour": "#000000"}).status_code == 403


def test_faint_colours_are_told(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        row = BrandTemplate(brand=cast.brand, colour="#dddddd", ground="#ffffff")
        commands.begin_look(row, fields=["colour"], by=cast.asha)
        with pytest.raises(commands.HasLook):
            commands.begin_look(BrandTemplate(brand=cast.brand), fields=[], by=cast.asha)
    assert "contrast 1.4" in signed_in(cast.asha).get("/brand/look/").content.decode()


def test_the_page_asks_little_however_many_templates_there_are(cast: Cast) -> None:
    asha = signed_in(cast.asha)
    asha.get("/brand/look/")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            asha.get("/brand/look/")
        counts.append(
            len([each for each in asked if "set_config" not in each["sql"] and "SAVEPOINT" not in each["sql"]])
        )
        for number in range(3):
            made(cast.asha, name=f"Loud {number}")
    assert counts[0] == counts[1] <= 14


# For programs


def test_programs_read_and_change_looks(cast: Cast) -> None:
    api = as_member(cast.asha)
    row = api.post("brand-looks", {"brand": str(cast.brand.pk), "colour": "#7a1f1f"}).json()
    assert (row["colour"], row["has_logo"], row["intro"]) == ("#7a1f1f", False, None)
    assert api.post("brand-looks", {"brand": str(cast.brand.pk)}).status_code == 409
    assert api.patch(f"brand-looks/{row['id']}", {"font": "Anton"}).json()["font"] == "Anton"
    assert api.patch(f"brand-looks/{row['id']}", {"colour": "blue"}).status_code == 422
    intro = made(cast.asha, "intro")
    assert api.patch(f"brand-looks/{row['id']}", {"caption_style": str(intro.pk)}).status_code == 422
    assert api.patch(f"brand-looks/{row['id']}", {"intro": str(intro.pk)}).json()["intro"] == str(intro.pk)
