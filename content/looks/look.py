"""A brand's look: its colours, font and logo, and a design of each kind, with defaults where it has chosen none."""

import shutil
import tempfile
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from PIL import Image

from accounts.models import BrandProfile, ClientAccount
from content.looks import cards, toning
from content.looks.clips import MOST_SECONDS
from content.looks.designs import COLOURS, CaptionDesign, CardDesign, CarouselDesign, ImageDesign, PostDesign, read
from content.models import BrandTemplate, PieceFormat, Template, TemplateKind
from trenddrop.core import media
from trenddrop.core.colours import READS, contrast, is_colour

COLOUR, ACCENT, GROUND = "#0b6e5f", "#f2b33d", "#ffffff"
FONT = ""
ON_VIDEO, BEHIND_WORDS = "#ffffff", "#101418"
_CAPTIONS = CaptionDesign(colour=ON_VIDEO, accent=ACCENT, ground=BEHIND_WORDS)
_POST = PostDesign(colour=COLOUR, accent=ACCENT, ground=GROUND)
_CAROUSEL = CarouselDesign(colour=COLOUR, accent=ACCENT, ground=GROUND)
_IMAGE = ImageDesign()
CHOSEN = tuple(TemplateKind.values)  # a brand's look has a column of the same name for each
FILMS = (TemplateKind.INTRO, TemplateKind.OUTRO)
FILMS_OF = tuple(f"look__{kind}" for kind in FILMS)  # what a page joins to a brand whose films it prices
WIDEST = {PieceFormat.VERTICAL: 0.7, PieceFormat.PORTRAIT: 0.9, PieceFormat.SQUARE: 1.2}  # width by height, below


@dataclass(frozen=True)
class Clip:
    """An intro's or outro's own file; `formats` it is for, empty for all."""

    file: FieldFile
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """How a brand's pieces look. Colours are #rrggbb and never empty; `font` "" is ours.

    `templates`: kind to the template that stands behind it. Files are fetched by its methods: in no transaction.
    """

    name: str = ""
    colour: str = COLOUR
    accent: str = ACCENT
    ground: str = GROUND
    font: str = FONT
    corner: str = BrandTemplate.Corner.TOP_RIGHT
    captions: CaptionDesign = _CAPTIONS
    social: PostDesign = _POST
    carousel: CarouselDesign = _CAROUSEL
    image: ImageDesign = _IMAGE
    templates: Mapping[str, uuid.UUID] = field(default_factory=dict)
    cards: Mapping[str, CardDesign] = field(default_factory=dict)
    clips: Mapping[str, Clip] = field(default_factory=dict)
    logo_file: FieldFile | None = None

    def logo(self, folder: Path) -> Path | None:
        """Return the logo as a file, None where there is none. Raises MediaError."""
        return local(self.logo_file, folder / "logo.webp") if self.logo_file else None

    def intro(self, folder: Path, size: tuple[int, int]) -> Path | None:
        """Return the clip to begin with, drawn where the brand has no clip of its own. Raises MediaError."""
        return self._clip(TemplateKind.INTRO, folder, size)

    def outro(self, folder: Path, size: tuple[int, int]) -> Path | None:
        """Return the clip to end with, likewise. Raises MediaError."""
        return self._clip(TemplateKind.OUTRO, folder, size)

    def _clip(self, kind: str, folder: Path, size: tuple[int, int]) -> Path | None:
        clip = self.clips.get(kind)
        if clip and (not clip.formats or format_of(size) in clip.formats):
            return local(clip.file, folder / f"{kind}.mp4")
        if clip or kind not in self.cards:
            return None
        card = cards.Card(self.cards[kind], self.name, self.logo(folder))
        return cards.film(card, folder / f"{kind}.mp4", size=size)

    def toned(self, picture: Image.Image) -> Image.Image:
        """Return a picture as the image style wants it."""
        return toning.toned(picture, self.image, dark=self.colour, light=self.ground)


def look_of(brand: BrandProfile | None, *, template: Template | None = None) -> Look:
    """Return a brand's look; `template` stands in for the brand's own of its kind. Call in the tenant's scope."""
    row = _row_of(brand)
    chosen = {kind: found for kind in CHOSEN if row and (found := getattr(row, kind)) and _is_for(found, brand)}
    if template is not None:
        chosen[template.kind] = template
    base = _base(brand, row)
    return with_templates(base, chosen)


def films_of(brand: BrandProfile | None, *, template: Template | None = None) -> list[Template]:
    """Return intro and outro of a brand's look, `template` in the place of its kind. Call in the tenant's scope."""
    row = _films_of(brand) if brand else None
    chosen = {str(kind): found for kind in FILMS if row and (found := getattr(row, kind)) and _is_for(found, brand)}
    if template is not None and template.kind in FILMS:
        chosen[template.kind] = template
    return list(chosen.values())


def seconds_around(films: Iterable[Template], shape: str) -> float:
    """Return how long these are together in a format."""
    return sum(_seconds_of(each, shape) for each in films)


def _films_of(brand: BrandProfile) -> BrandTemplate | None:
    """Return the look with what is shown before and after a film: as a page has joined it, else by a question."""
    joined = BrandProfile._meta.get_field("look")
    if joined.is_cached(brand):
        return cast("BrandTemplate | None", joined.get_cached_value(brand))
    return BrandTemplate.objects.filter(brand=brand.pk).select_related(*FILMS).first()


def _seconds_of(template: Template, shape: str) -> float:
    if template.file:
        is_for = not template.formats or shape in template.formats
        return float(template.media_info.get("duration") or MOST_SECONDS) if is_for else 0.0
    return float(read(template.kind, template.design).seconds)


def _is_for(template: Template, brand: BrandProfile | None) -> bool:
    """A template may have been given to another client after the brand chose it."""
    return template.client_id is None or (brand is not None and template.client_id == brand.client_id)


def with_templates(look: Look, chosen: Mapping[str, Template]) -> Look:
    """Return the look with these templates in the place of what it had of their kinds."""
    designs = {kind: read(kind, row.design) for kind, row in chosen.items()}
    clips = {kind: Clip(row.file, tuple(row.formats)) for kind, row in chosen.items() if row.file}
    kept = {kind: _coloured(look, designs[kind]) for kind in designs if kind in {"intro", "outro"}}
    return replace(
        look,
        captions=_on_video(look, designs.get(TemplateKind.CAPTION_STYLE, CaptionDesign())),
        social=_coloured(look, designs.get(TemplateKind.SOCIAL_LAYOUT, PostDesign())),
        carousel=_coloured(look, designs.get(TemplateKind.CAROUSEL, CarouselDesign())),
        image=designs.get(TemplateKind.IMAGE_STYLE, ImageDesign()),
        templates={kind: row.pk for kind, row in chosen.items()},
        cards=kept,
        clips=clips,
    )


def _row_of(brand: BrandProfile | None) -> BrandTemplate | None:
    rows = BrandTemplate.objects.filter(brand=brand.pk) if brand else BrandTemplate.objects.none()
    return rows.select_related(*CHOSEN).first()


def _base(brand: BrandProfile | None, row: BrandTemplate | None) -> Look:
    colour, accent, ground = (
        getattr(row, name, "") or other for name, other in zip(COLOURS, _clients_colours(brand), strict=True)
    )
    look = Look(brand.name if brand else "", colour, accent, ground)
    if row is None:
        return look
    return replace(look, font=row.font, corner=row.logo_corner, logo_file=row.logo or None)


def _clients_colours(brand: BrandProfile | None) -> list[str]:
    """Return main, second and ground colour of the brand's client; ours where nobody gave one."""
    rows = (
        ClientAccount.objects.filter(pk=brand.client_id) if brand and brand.client_id else ClientAccount.objects.none()
    )
    given = [str(colour).lower() for colour in (rows.values_list("brand_colors", flat=True).first() or [])]
    ours = [COLOUR, ACCENT, GROUND]
    return [each if is_colour(each) else ours[at] for at, each in enumerate((given + [""] * 3)[:3])]


def _coloured(look: Look, design: Any) -> Any:
    names = (*COLOURS, "font")
    return replace(design, **{name: getattr(design, name) or getattr(look, name) for name in names})


def _on_video(look: Look, design: CaptionDesign) -> CaptionDesign:
    """Captions lie on pictures of any colour: white, dark behind, and an accent that can be read on that."""
    ground = design.ground or BEHIND_WORDS
    return replace(
        design,
        colour=design.colour or ON_VIDEO,
        accent=design.accent or readable(look.accent, ground),
        ground=ground,
        font=design.font or look.font,
    )


def readable(colour: str, ground: str) -> str:
    """Return the colour, mixed with white (on light grounds with black) until it can be read there."""
    ends = "#ffffff" if contrast("#ffffff", ground) >= contrast("#000000", ground) else "#000000"
    for share in range(11):
        mixed = _mixed(colour, ends, share / 10)
        if contrast(mixed, ground) >= READS:
            return mixed
    return ends


def _mixed(one: str, other: str, share: float) -> str:
    pairs = [(int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def format_of(size: tuple[int, int]) -> str:
    """Return which format a picture of these sides has."""
    shape = size[0] / size[1]
    return next((name for name, most in WIDEST.items() if shape < most), PieceFormat.LANDSCAPE)


def local(file: FieldFile, copy: Path) -> Path:
    """Return the file as a path: where it lies, or a copy from remote storage. Raises MediaError."""
    try:
        if isinstance(file.storage, FileSystemStorage):
            path = Path(file.path)
            path.stat()
            return path
        with tempfile.NamedTemporaryFile(dir=copy.parent, delete=False) as part, file.open("rb") as stored:
            shutil.copyfileobj(stored, part, 4 * 1024 * 1024)
        return Path(part.name).rename(copy)
    except FileNotFoundError as error:
        raise media.MediaError(_("A file of the brand’s look is gone. Upload it again under Brand.")) from error
