"""What a file is by its first bytes, whatever its name says."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Kind = Literal["video", "audio", "image", "document", "subtitle", "text"]


class UnsupportedFile(Exception):
    """The file is not of a kind that can be used; the message says what it is and what to bring instead."""


@dataclass(frozen=True)
class Sniffed:
    """What the bytes say: the kind, the MIME type, the usual extension without its dot."""

    kind: Kind
    mime: str
    extension: str


@dataclass(frozen=True)
class _Magic:
    kind: Kind
    mime: str
    extensions: tuple[str, ...]


MP4 = _Magic("video", "video/mp4", ("mp4", "m4v", "mov", "qt", "3gp", "m4a", "m4b"))
MOV = _Magic("video", "video/quicktime", ("mov", "qt", "mp4"))
M4A = _Magic("audio", "audio/mp4", ("m4a", "m4b", "mp4"))
WEBM = _Magic("video", "video/webm", ("webm", "mkv", "mka", "weba"))
MKV = _Magic("video", "video/x-matroska", ("mkv", "mka", "mk3d", "webm"))
AVI = _Magic("video", "video/x-msvideo", ("avi",))
WAV = _Magic("audio", "audio/wav", ("wav", "wave"))
MP3 = _Magic("audio", "audio/mpeg", ("mp3", "mpga"))
AAC = _Magic("audio", "audio/aac", ("aac",))
FLAC = _Magic("audio", "audio/flac", ("flac",))
OGG = _Magic("audio", "audio/ogg", ("ogg", "oga", "opus", "ogv"))
JPEG = _Magic("image", "image/jpeg", ("jpg", "jpeg", "jfif"))
PNG = _Magic("image", "image/png", ("png",))
WEBP = _Magic("image", "image/webp", ("webp",))
GIF = _Magic("image", "image/gif", ("gif",))
PDF = _Magic("document", "application/pdf", ("pdf",))
DOCX = _Magic("document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
SRT = _Magic("subtitle", "application/x-subrip", ("srt", "txt"))
VTT = _Magic("subtitle", "text/vtt", ("vtt", "txt"))
TEXT = _Magic("text", "text/plain", ("txt", "md", "markdown", "text"))
ALL = [MP4, MOV, M4A, WEBM, MKV, AVI, WAV, MP3, AAC, FLAC, OGG, JPEG, PNG, WEBP, GIF, PDF, DOCX, SRT, VTT, TEXT]
KNOWN_EXTENSIONS = {extension for magic in ALL for extension in magic.extensions}

ENDS = 64 * 1024
TAKEN = gettext_lazy(
    "Bring video (MP4, MOV, WebM, MKV), audio (MP3, WAV, M4A, FLAC, OGG), a picture, PDF, DOCX or text."
)
PLAYLIST = re.compile(
    rb"^\s*(#EXTM3U|ffconcat version|\[playlist\]|<\?xml[^>]*>\s*<(MPD|SmoothStreamingMedia)\b)", re.IGNORECASE
)
# Possessive throughout: a file made of ten thousand comments must not be tried in every way.
PAGE = re.compile(
    r"\s*+(?:(?><!--.*?-->|<\?xml[^>]*+>)\s*+)*+<(!doctype\s+(html|svg)|html|svg|script|iframe|body|head|\?php)\b",
    re.IGNORECASE | re.DOTALL,
)
SCRIPT = re.compile(r"<(script|iframe)\b|<\?php\b", re.IGNORECASE)
# Long enough that no photo holds one by chance.
MARKUP = re.compile(rb"<(!doctype html|html|script|iframe|\?php)[\s>]", re.IGNORECASE)
ARCHIVE_END = b"PK\x05\x06"
OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEIF = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
# What a browser or a system would run or open by its name alone, whatever is in it.
RISKY = {
    "html",
    "htm",
    "xhtml",
    "svg",
    "js",
    "mjs",
    "php",
    "exe",
    "com",
    "bat",
    "cmd",
    "sh",
    "ps1",
    "jar",
    "apk",
    "zip",
    "m3u8",
    "m3u",
    "pls",
}
SRT_CUE = re.compile(r"^\s*(?:\d+\s*\n)?\s*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}\s*-->", re.MULTILINE)
DANGEROUS = {
    b"MZ": gettext_lazy("a Windows program"),
    b"\x7fELF": gettext_lazy("a program"),
    b"#!": gettext_lazy("a script"),
    b"Rar!": gettext_lazy("an archive"),
    b"7z\xbc\xaf": gettext_lazy("an archive"),
    b"\x1f\x8b": gettext_lazy("a compressed file"),
    b"BZh": gettext_lazy("a compressed file"),
    b"\xfd7zXZ": gettext_lazy("a compressed file"),
}


def sniff(head: bytes, name: str, *, tail: bytes = b"") -> Sniffed:
    """Say what a file is by its first bytes (give 64 KB, or all there is); raise UnsupportedFile when it is of no use.

    A file that says one thing by its name and another by its bytes is refused, and so is one that is two at once:
    for that, give its last 64 KB too when they are there.
    """
    if not head.strip(b"\x00"):
        raise UnsupportedFile(_("The file is empty. Nothing was kept; choose one that has something in it."))
    _refuse_known_bad(head)
    magic = _by_bytes(head) or _by_text(head, name)
    if magic is None:
        told = _("This kind of file cannot be used here.")
        raise UnsupportedFile(f"{told} {TAKEN}")
    _refuse_two_in_one(head, tail, magic)
    _check_name(name, magic)
    return Sniffed(magic.kind, magic.mime, magic.extensions[0])


def sniff_file(path: Path, name: str) -> Sniffed:
    """Say what a file on disk is, by both its ends; raise UnsupportedFile."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(ENDS)
        file.seek(max(0, size - ENDS - 22))
        return sniff(head, name, tail=file.read())


def _refuse_known_bad(head: bytes) -> None:
    if head.startswith(OFFICE):
        raise UnsupportedFile(
            _(
                "This is an older Office file, or one that is locked with a password. Save it as DOCX, without a"
                " password."
            )
        )
    if PLAYLIST.match(head.lstrip(b"\xef\xbb\xbf")):
        raise UnsupportedFile(_("This is a list that points to other files. Upload the recording itself."))
    what = next((what for start, what in DANGEROUS.items() if head.startswith(start)), None)
    if what:
        told = _("This is %(what)s, whatever its name says.") % {"what": what}
        raise UnsupportedFile(f"{told} {TAKEN}")


def _by_bytes(head: bytes) -> _Magic | None:
    """Recognise binary kinds."""
    simple = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"GIF87a": GIF, b"GIF89a": GIF, b"fLaC": FLAC}
    simple |= {b"OggS": OGG, b"%PDF-": PDF, b"ID3": MP3}
    found = next((magic for start, magic in simple.items() if head.startswith(start)), None)
    return found or _by_container(head) or _by_frames(head)


def _by_container(head: bytes) -> _Magic | None:
    if head[:4] == b"RIFF":
        return {b"WAVE": WAV, b"AVI ": AVI, b"WEBP": WEBP}.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in HEIF:
            raise UnsupportedFile(
                _("This is a HEIC or AVIF picture, which cannot be read here. Save it as JPEG first.")
            )
        return M4A if brand in {b"M4A ", b"M4B "} else MOV if brand == b"qt  " else MP4
    if head[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return MOV
    if head[:4] == b"\x1aE\xdf\xa3":
        return WEBM if b"webm" in head[:64] else MKV
    if head[:4] == b"PK\x03\x04":
        if b"word/" in head:
            return DOCX
        told = _("This is an archive or an office file, whatever its name says.")
        raise UnsupportedFile(f"{told} {TAKEN}")
    return None


def _by_frames(head: bytes) -> _Magic | None:
    """Recognise bare MPEG audio by its first frame header; what no header can say (and UTF-16's mark does) is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return AAC if head[2] >> 2 & 0x0F < 13 else None
    version, layer, rate, frequency = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return MP3 if version != 1 and layer in {1, 2} and rate != 15 and frequency != 3 else None


def _by_text(head: bytes, name: str) -> _Magic | None:
    """Recognise text and subtitles; markup is refused, since a browser might run it."""
    text = _decoded(head)
    if text is None:
        return None
    text = text.lstrip("\ufeff")
    extension = PurePath(name).suffix.lower().lstrip(".")
    if PAGE.match(text) or (extension not in {"md", "markdown"} and SCRIPT.search(text[:4096])):
        raise UnsupportedFile(_("This is a web page or drawing, not a recording. Paste its link or its text instead."))
    if text.startswith("WEBVTT"):
        return VTT
    if SRT_CUE.search(text[:2000]):
        return SRT
    return TEXT if extension in TEXT.extensions else None


def _decoded(head: bytes) -> str | None:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        even = head[: len(head) // 2 * 2]
        return even.decode("utf-16", errors="replace")
    if b"\x00" in head:
        return None
    for encoding in ("utf-8", "cp1252"):
        try:
            return head.decode(encoding, errors="strict")
        except UnicodeDecodeError as error:
            if encoding == "utf-8" and error.start > len(head) - 4:
                return head[: error.start].decode("utf-8")
    return None


def _refuse_two_in_one(head: bytes, tail: bytes, magic: _Magic) -> None:
    """A picture that is also a web page, or anything that is also an archive, is made to fool somebody."""
    if magic is DOCX or magic.kind in {"text", "subtitle"}:
        return
    also_page = magic.kind == "image" and (MARKUP.search(head) or MARKUP.search(tail))
    also_document = magic.kind == "image" and b"%PDF-" in head[:1024]
    if also_page or also_document or _ends_as_archive(tail or head) or b"PK\x03\x04" in head[:64]:
        raise UnsupportedFile(_("The file is two kinds at once, which is only done to fool programs. Export it again."))


def _ends_as_archive(tail: bytes) -> bool:
    """A ZIP's directory stands at its end, where its own comment's length says the file stops."""
    at = tail.rfind(ARCHIVE_END)
    if at < 0 or len(tail) < at + 22:
        return False
    return at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)


def _check_name(name: str, magic: _Magic) -> None:
    extension = PurePath(name).suffix.lower().lstrip(".")
    if extension in KNOWN_EXTENSIONS | RISKY and extension not in magic.extensions:
        told = _(
            "The name ends in .%(has)s, but the file is %(kind)s. Give it its right name (.%(right)s)"
            " or export it again."
        )
        raise UnsupportedFile(told % {"has": extension, "kind": magic.mime, "right": magic.extensions[0]})
