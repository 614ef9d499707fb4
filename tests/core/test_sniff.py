"""What a file is by its bytes, and which files are not taken."""

import io
import time
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from tests.core.recordings import MEDIA, SAMPLE, box, draw
from trenddrop.core.sniff import UnsupportedFile, sniff, sniff_file

SRT = "1\n00:00:01,000 --> 00:00:02,500\nThe monsoon is here.\n"


def picture(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 50).convert("RGB").save(out, kind)
    return out.getvalue()


def archive(name: str, content: bytes = b"hello") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(name, content)
    return out.getvalue()


RECORDINGS = {
    "clip.mp4": ("video/mp4", ()),
    "clip.mov": ("video/quicktime", ()),
    "clip.webm": ("video/webm", ("-c:v", "libvpx", "-b:v", "50k")),
    "clip.mkv": ("video/x-matroska", ()),
    "clip.avi": ("video/x-msvideo", ()),
}
SOUNDS = {
    "voice.wav": ("audio/wav", ()),
    "voice.mp3": ("audio/mpeg", ()),
    "bare.mp3": ("audio/mpeg", ("-id3v2_version", "0", "-write_xing", "0")),
    "voice.m4a": ("audio/mp4", ("-c:a", "aac")),
    "voice.aac": ("audio/aac", ("-c:a", "aac", "-f", "adts")),
    "voice.flac": ("audio/flac", ()),
    "voice.ogg": ("audio/ogg", ("-c:a", "libvorbis")),
    "voice.opus": ("audio/ogg", ("-c:a", "libopus")),
}


@pytest.mark.parametrize("name", sorted(RECORDINGS | SOUNDS))
def test_recordings_are_known_by_their_bytes(tmp_path: Path, name: str) -> None:
    mime, args = (RECORDINGS | SOUNDS)[name]
    generator = "testsrc=d=0.4:s=64x48:r=10" if name in RECORDINGS else "sine=d=0.4"
    found = sniff_file(draw(tmp_path / name, *args, source=generator), name)
    assert found.mime == mime
    assert found.kind == mime.partition("/")[0]


@pytest.mark.parametrize(
    ("content", "name", "kind", "mime"),
    [
        (picture("JPEG"), "photo.JPG", "image", "image/jpeg"),
        (picture("PNG"), "photo.png", "image", "image/png"),
        (picture("WEBP"), "photo.webp", "image", "image/webp"),
        (picture("GIF"), "photo.gif", "image", "image/gif"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "brief.pdf", "document", "application/pdf"),
        (SRT.encode(), "talk.srt", "subtitle", "application/x-subrip"),
        (SRT.replace("\n", "\r\n").encode("utf-8-sig"), "talk.srt", "subtitle", "application/x-subrip"),
        (SRT.encode("utf-16"), "talk.srt", "subtitle", "application/x-subrip"),
        (SRT.replace("here", "café").encode("cp1252"), "talk.srt", "subtitle", "application/x-subrip"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", "talk.vtt", "subtitle", "text/vtt"),
        ("Monsoon — हिन्दी".encode(), "notes.txt", "text", "text/plain"),
        (b"# Skin\n\nUse `<body>` in HTML, then <script> tags.\n", "notes.md", "text", "text/plain"),
        (b"A price like < 5 & > 3", "notes.txt", "text", "text/plain"),
    ],
)
def test_pictures_documents_and_texts_are_known_by_their_bytes(content: bytes, name: str, kind: str, mime: str) -> None:
    found = sniff(content, name)
    assert (found.kind, found.mime) == (kind, mime)


def test_a_word_document_is_a_document() -> None:
    assert sniff(archive("word/document.xml"), "brief.docx").kind == "document"


def test_a_letter_cut_at_the_end_of_the_first_bytes_does_not_matter() -> None:
    text = "स्किन " * 9000
    assert sniff(text.encode()[: 64 * 1024], "notes.txt").kind == "text"


@pytest.mark.parametrize("content", [b"", b"\x00" * 5000])
def test_an_empty_file_is_told(content: bytes) -> None:
    with pytest.raises(UnsupportedFile, match="is empty"):
        sniff(content, "clip.mp4")


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
        b"\xef\xbb\xbf#EXTM3U\n",
        b"\n\n  #EXTM3U\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"[playlist]\nFile1=/etc/passwd\n",
        b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>',
    ],
)
@pytest.mark.parametrize("name", ["clip.mp4", "talk.txt", "voice.wav"])
def test_a_list_of_other_files_is_no_recording(content: bytes, name: str) -> None:
    with pytest.raises(UnsupportedFile, match="points to other files"):
        sniff(content, name)


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "photo.jpg", "web page"),
        (b"<!-- a photo --><html></html>", "notes.txt", "web page"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "logo.png", "web page"),
        ('<svg onload="alert(1)"/>'.encode("utf-16"), "logo.txt", "web page"),
        (b"hello <script>alert(1)</script>", "notes.txt", "web page"),
        (b"MZ\x90\x00" + bytes(200), "clip.mp4", "Windows program"),
        (b"\x7fELF\x02\x01" + bytes(200), "voice.mp3", "a program"),
        (b"#!/bin/sh\nrm -rf /\n", "notes.txt", "a script"),
        (b"\x1f\x8b\x08\x00" + bytes(50), "clip.mp4", "compressed"),
        (archive("bomb.bin", bytes(30 * 1024**2)), "brief.docx", "archive"),
        (archive("xl/workbook.xml"), "brief.docx", "archive"),
        (box(b"ftyp", b"heic\0\0\0\0mif1heic"), "photo.jpg", "Save it as JPEG"),
        (bytes(range(1, 255)), "clip.mp4", "cannot be used here"),
        (b"just some words", "clip.mp4", "cannot be used here"),
        (b"just some words", "words", "cannot be used here"),
    ],
)
def test_what_is_no_recording_says_what_it_is(content: bytes, name: str, word: str) -> None:
    with pytest.raises(UnsupportedFile, match=word):
        sniff(content, name)


@pytest.mark.parametrize("name", ["photo.png", "clip.mp4", "photo.html", "photo.svg", "photo.php", "photo.exe"])
def test_a_name_that_says_something_else_is_told(name: str) -> None:
    with pytest.raises(UnsupportedFile, match=r"the file is image/jpeg\. Give it its right name \(\.jpg\)"):
        sniff(picture("JPEG"), name)


@pytest.mark.parametrize("name", ["photo", "photo.v2", "summer. final", "photo.jpeg"])
def test_a_name_that_says_nothing_is_no_matter(name: str) -> None:
    assert sniff(picture("JPEG"), name).mime == "image/jpeg"


def polyglots() -> dict[str, tuple[bytes, str]]:
    """Files that are two kinds at once."""
    jpeg, gif, png = picture("JPEG"), picture("GIF"), picture("PNG")
    page = b"<html><script>alert(1)</script></html>"
    return {
        "gifar": (gif + archive("Evil.class"), "photo.gif"),
        "jpeg and zip": (jpeg + archive("Evil.class"), "photo.jpg"),
        "page in a jpeg's comment": (jpeg[:2] + b"\xff\xfe\x00\x30" + page.ljust(46) + jpeg[2:], "photo.jpg"),
        "page behind a png": (png + page, "photo.png"),
        "gif that is a script": (b"GIF89a/*" + gif[8:] + b"*/=1;<script >alert(1)</script>", "photo.gif"),
        "php in a gif": (gif + b"<?php system($_GET['c']); ?>", "photo.gif"),
        "pdf in a jpeg": (jpeg[:2] + b"\xff\xfe\x00\x10%PDF-1.4 obj  " + jpeg[2:], "photo.jpg"),
        "pdf and zip": (b"%PDF-1.4\n" + archive("Evil.class"), "brief.pdf"),
        "sound and zip": ((MEDIA / "question.mp3").read_bytes() + archive("Evil.class"), "voice.mp3"),
        "video and zip": (SAMPLE.read_bytes() + archive("Evil.class"), "clip.mp4"),
    }


@pytest.mark.parametrize("kind", sorted(polyglots()))
def test_a_file_that_is_two_kinds_at_once_is_refused(tmp_path: Path, kind: str) -> None:
    content, name = polyglots()[kind]
    (tmp_path / "part").write_bytes(content)
    with pytest.raises(UnsupportedFile, match="two kinds at once"):
        sniff_file(tmp_path / "part", name)


def test_photos_with_random_bytes_are_not_taken_for_something_else() -> None:
    for seed in range(40):
        noise = Image.frombytes("RGB", (96, 96), bytes((index * (seed + 3) ** 3 >> 4) & 255 for index in range(27648)))
        out = io.BytesIO()
        noise.save(out, "PNG", compress_level=0)
        assert sniff(out.getvalue(), "photo.png").kind == "image"


@pytest.mark.parametrize("piece", [b"<!-- -->", b"<?xml >", b" ", b"<!--", b"PK\x05\x06", b"00:00:"])
def test_a_file_made_to_keep_a_pattern_busy_is_judged_at_once(piece: bytes) -> None:
    began = time.monotonic()
    with suppress(UnsupportedFile):
        sniff((piece * 64 * 1024)[: 64 * 1024], "notes.txt")
    assert time.monotonic() - began < 1


def test_a_huge_file_is_known_by_its_ends(tmp_path: Path) -> None:
    huge = tmp_path / "huge.mp4"
    with huge.open("wb") as file:
        file.write(SAMPLE.read_bytes()[:1000])
        file.truncate(20 * 1024**3)
    tracemalloc.start()
    assert sniff_file(huge, "huge.mp4").mime == "video/mp4"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1024**2
