"""Pictures that people give of themselves and their firms: read, turned upright, and written anew.

What is kept is never the file that came: places, cameras and whatever else hid in it are gone.
"""

import io
import warnings
from functools import partial
from typing import Any

from django import forms
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MOST_BYTES = 8 * 1024**2
MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class Unreadable(Exception):
    """The file is no picture we take; the message says what to do."""


def clean(upload: File[bytes], *, side: int, square: bool = False, name: str = "picture") -> ContentFile[bytes]:
    """Return the picture as a WebP of at most `side` pixels, upright, without anything that came along."""
    if (upload.size or 0) > MOST_BYTES:
        raise Unreadable(_("This picture is larger than 8 MB. Choose a smaller one."))
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            picture = _read(upload)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Unreadable(_("This is no picture that can be read. Choose a PNG, JPEG, WebP or GIF.")) from error
    fitted = ImageOps.fit(picture, (min(side, *picture.size),) * 2) if square else picture
    fitted.thumbnail((side, side))
    written = io.BytesIO()
    fitted.save(written, "WEBP", quality=86)
    return ContentFile(written.getvalue(), name=f"{name}.webp")


def _read(upload: File[bytes]) -> Image.Image:
    """Decode the first frame, with nothing but its pixels."""
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        opened.load()
        upright = ImageOps.exif_transpose(opened)
        pixels = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    return bare


class PictureField(forms.FileField):
    """A picture to upload; what the form hands on is already written anew."""

    widget = forms.ClearableFileInput

    def __init__(self, *, side: int = 512, square: bool = False, **kwargs: Any) -> None:
        self.side, self.square = side, square
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the browser offer pictures only."""
        return super().widget_attrs(widget) | {"accept": "image/png,image/jpeg,image/webp,image/gif"}

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the new picture, the one that stood, or False where it is to go."""
        given = super().clean(data, initial)
        if not isinstance(given, UploadedFile):
            return given
        try:
            return clean(given, side=self.side, square=self.square)
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error


def let_go(replaced: FieldFile | None) -> None:
    """Delete a picture that another took the place of, once that stands."""
    if replaced and replaced.name:
        transaction.on_commit(partial(replaced.storage.delete, replaced.name))


def answer(file: FieldFile) -> HttpResponse:
    """Serve a kept picture, whole, for it is small; its name changes with its bytes, so that readers may keep it."""
    if not file or not file.name:
        raise Http404
    try:
        with file.storage.open(file.name) as kept:
            response = HttpResponse(kept.read(), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, max-age=300"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
