"""A piece packed to be finished elsewhere: its media, its captions, where it was cut, its words, and what each is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from accounts.models import BrandProfile
from content.intake.receiving import clean_name
from content.looks import Look, look_of
from content.looks.drawing import caption_style
from content.models import ContentAsset, GeneratedContent, PieceFile, Transcript
from content.pieces.composing import composed
from content.pieces.letters import Letter, Picture, as_html, as_markdown
from content.pipeline.transcribe import words_of
from trenddrop.core.media import captioning, cutlists
from trenddrop.core.platforms import rules
from trenddrop.core.speech import Word, subtitles
from trenddrop.core.zipping import Entry

Kind = GeneratedContent.Kind
LETTERS = {Kind.ARTICLE, Kind.NEWSLETTER}
USUAL_SIZE = (1080, 1920)
Interval = tuple[float, float]


@dataclass(frozen=True)
class Packing:
    """What is known of a piece when its kit is packed; files are opened when they are sent."""

    piece: GeneratedContent
    files: list[PieceFile]
    words: list[Word]
    look: Look

    @property
    def asset(self) -> ContentAsset:
        """What it was made of."""
        return self.piece.asset

    @property
    def recipe(self) -> Mapping[str, Any]:
        """How its current file was made."""
        return self.files[0].recipe if self.files else {}

    @property
    def spans(self) -> list[Interval]:
        """Which seconds of the original it shows, in order; none where it shows no recording."""
        given = [(float(start), float(end)) for start, end in self.recipe.get("spans", [])]
        if given or self.asset.duration is None:
            return given
        return [(self.piece.starts_at or 0.0, self.piece.ends_at or self.asset.duration)]

    @property
    def spoken(self) -> list[Word]:
        """The words of the finished clip, in its own seconds."""
        before = float(self.recipe.get("before", 0.0))  # of the intro
        if told := self.recipe.get("words"):
            return [Word(before + start, before + end, str(text)) for start, end, text in told]
        return list(placed(self.words, self.spans, after=before))

    @property
    def original(self) -> str:
        """The original's name in the archive."""
        suffix = PurePosixPath(self.asset.file.name or "").suffix
        return f"original/{clean_name(self.asset.original_name or f'original{suffix}')}"


def packing_of(piece: GeneratedContent) -> Packing:
    """Read what a kit is made of. Call in the organisation's scope; the asset is loaded."""
    files = list(PieceFile.objects.filter(piece=piece, is_current=True).order_by("slide"))
    said = Transcript.objects.filter(asset=piece.asset_id).first()
    brand = BrandProfile.objects.filter(pk=piece.brand_id).first() if piece.brand_id else None
    return Packing(piece, files, words_of(said) if said else [], look_of(brand))


def placed(words: Sequence[Word], spans: Sequence[Interval], *, after: float = 0.0) -> Iterator[Word]:
    """Yield the words said in the spans, in seconds of the cut that begins `after` seconds (of an intro)."""
    at = after
    for start, end in spans:
        for word in words:
            if start <= (word.start + word.end) / 2 < end:
                begin, until = max(word.start, start), min(word.end, end)
                yield replace(word, start=round(at + begin - start, 3), end=round(at + until - start, 3))
        at += end - start


def entries(packing: Packing, *, with_original: bool) -> Iterator[Entry]:
    """Yield the kit's files, what to read first."""
    made = [*_media(packing, with_original=with_original), *_captions(packing), *_cuts(packing), *_words(packing)]
    yield Entry("README.txt", told(packing, [entry.name for entry in made]))
    yield from made


def _media(packing: Packing, *, with_original: bool) -> Iterator[Entry]:
    for row in packing.files:
        suffix = PurePosixPath(row.file.name or "").suffix
        yield Entry(f"media/picture-{row.slide}{suffix}" if row.slide else f"media/finished{suffix}", opened(row.file))
    if not packing.files and packing.piece.file:
        suffix = PurePosixPath(packing.piece.file.name or "").suffix
        yield Entry(f"media/finished{suffix}", opened(packing.piece.file))
    if with_original and packing.asset.file:
        yield Entry(packing.original, opened(packing.asset.file))


def opened(file: FieldFile) -> Callable[[], AbstractContextManager[BinaryIO]]:
    """Return what opens a stored file once it is its turn."""
    return lambda: file.storage.open(str(file.name), "rb")  # type: ignore[return-value]  # a File reads as one


def _captions(packing: Packing) -> Iterator[Entry]:
    words = packing.spoken
    if not words or not _moves(packing):
        return
    yield Entry("captions/captions.srt", subtitles.to_srt(words))
    yield Entry("captions/captions.vtt", subtitles.to_vtt(words))
    size = _size(packing)
    safe = captioning.safe_area([packing.piece.platform], size)
    spoken = [captioning.Spoken(word.text, word.start, word.end) for word in words]
    styled = caption_style(packing.look)
    yield Entry("captions/captions.ass", captioning.captions(spoken, styled, size=size, safe=safe))


def _moves(packing: Packing) -> bool:
    """Whether there is sound or a moving picture that captions could lie on."""
    info = packing.files[0].media_info if packing.files else packing.asset.media_info
    return info.get("kind") != "image" and packing.piece.kind not in LETTERS


def _size(packing: Packing) -> tuple[int, int]:
    info = packing.files[0].media_info if packing.files else packing.asset.media_info
    width, height = info.get("width"), info.get("height")
    return (int(width), int(height)) if width and height else USUAL_SIZE


def _cuts(packing: Packing) -> Iterator[Entry]:
    asset, spans = packing.asset, packing.spans
    if not spans or not asset.file or not _moves(packing):
        return
    info = asset.media_info
    size = (int(info["width"]), int(info["height"])) if info.get("width") and info.get("height") else None
    reel = cutlists.Reel(
        name=packing.original.partition("/")[2],
        src=f"./{packing.original}",
        seconds=asset.duration or spans[-1][1],
        size=size,
        fps=info.get("fps"),
        has_audio=bool(info.get("audio_codec")),
    )
    title = packing.piece.title or asset.title
    yield Entry("cut-list.edl", cutlists.edl(title, reel, spans))
    yield Entry("cut-list.fcpxml", cutlists.fcpxml(title, reel, spans))


def _words(packing: Packing) -> Iterator[Entry]:
    piece = packing.piece
    lines = [piece.title, composed(piece)]
    yield Entry("words/post.txt", "\n\n".join(line for line in lines if line) + "\n")
    described = "\n".join(f"{row.slide or 1}: {row.alt_text}" for row in packing.files if row.alt_text)
    if described or piece.alt_text:
        yield Entry("words/alternative-text.txt", f"{described or piece.alt_text}\n")
    if piece.kind in LETTERS:
        letter = letter_of(packing)
        yield Entry("words/text.html", as_html(letter))
        yield Entry("words/text.md", as_markdown(letter))


def letter_of(packing: Packing) -> Letter:
    """Return an article or a newsletter as a page, with its stills beside their sections."""
    piece = packing.piece
    pictures = [
        Picture(
            int(row.recipe.get("section", row.slide)),
            f"../media/picture-{row.slide}{PurePosixPath(row.file.name or '').suffix}",
            row.alt_text,
        )
        for row in packing.files
        if row.slide
    ]
    return Letter(piece.title, piece.text, piece.call_to_action, piece.language, pictures)


def told(packing: Packing, names: Sequence[str]) -> str:
    """Say in words what lies in the kit, and how to go on with it."""
    name = rules(packing.piece.platform).name
    lines = [_("A kit for %(platform)s: %(title)s") % {"platform": name, "title": packing.piece.title or "–"}, ""]
    known = _described()
    lines += [f"{each}\n    {known[folder]}" for each in names if (folder := _folder(each)) in known]
    if packing.original not in names and any(each.endswith(".fcpxml") for each in names):
        missing = _("The cut list needs the original: put it at %(path)s, or download the kit with the original.")
        lines += ["", missing % {"path": packing.original}]
    return "\n".join([*lines, "", *_how()]) + "\n"


def _folder(name: str) -> str:
    return PurePosixPath(name).suffix if name.startswith(("captions/", "cut")) else name.partition("/")[0]


def _described() -> dict[str, str]:
    return {
        "media": _("What was made here, as it would be sent."),
        "original": _("The recording it was cut from, as it was uploaded."),
        ".srt": _("Captions for every program. Import them beside the finished video."),
        ".vtt": _("The same captions for web players."),
        ".ass": _("The same captions with style, word by word, for programs that draw ASS."),
        ".edl": _("The cut list for older programs (CMX 3600)."),
        ".fcpxml": _("The cut list for DaVinci Resolve and Final Cut: open it, and the cuts lie on a timeline."),
        "words": _("The words of the post."),
    }


def _how() -> list[str]:
    return [
        _("CapCut: start a project with media/finished, then Captions → Import → captions.srt."),
        _("Descript: drop media/finished into a project; it writes its own transcript, captions.srt corrects it."),
        _("Runway: upload media/finished, change the picture there, and export with the same length."),
        _("By hand: cut-list.fcpxml rebuilds every cut on the original."),
        "",
        _("When it is finished, export it as MP4 and bring it back on the piece’s page: Finish it elsewhere."),
    ]
