"""Pictures of people and firms: what is kept is written anew."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ValidationError
from PIL import Image

from trenddrop.core import pictures

ORIENTATION, MAKER = 0x0112, 0x010F


def picture(size: tuple[int, int] = (300, 100), kind: str = "JPEG", **extra: Any) -> ContentFile[bytes]:
    written = io.BytesIO()
    Image.new("RGB", size, "orange").save(written, kind, **extra)
    return ContentFile(written.getvalue(), name=f"a.{kind.lower()}")


def opened(kept: ContentFile[bytes]) -> Image.Image:
    return Image.open(io.BytesIO(kept.read()))


def test_what_hid_in_a_photograph_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Secret Camera"
    given = picture(exif=exif)
    assert b"Secret Camera" in given.read()
    kept = pictures.clean(given, side=512)
    assert b"Secret Camera" not in kept.read()
    kept.seek(0)
    found = opened(kept)
    assert (found.format, found.size, dict(found.getexif())) == ("WEBP", (100, 300), {})


def test_a_picture_is_made_as_small_and_as_square_as_asked() -> None:
    assert opened(pictures.clean(picture((900, 300)), side=256)).size == (256, 85)
    assert opened(pictures.clean(picture((900, 300), "PNG"), side=256, square=True)).size == (256, 256)


@pytest.mark.parametrize("given", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_picture_is_refused_in_words(given: bytes) -> None:
    with pytest.raises(pictures.Unreadable, match="PNG, JPEG"):
        pictures.clean(ContentFile(given), side=64)


def test_a_picture_that_unpacks_to_more_than_memory_should_hold_is_refused() -> None:
    with pytest.raises(pictures.Unreadable):
        pictures.clean(picture((12_000, 4_000), "PNG"), side=64)


def test_the_form_field_hands_on_what_was_written_anew() -> None:
    field = pictures.PictureField(required=False, side=64)
    kept = field.clean(SimpleUploadedFile("evil.html", picture().read(), "text/html"))
    assert kept.name == "picture.webp"
    with pytest.raises(ValidationError, match="PNG, JPEG"):
        field.clean(SimpleUploadedFile("a.png", b"no", "image/png"))
