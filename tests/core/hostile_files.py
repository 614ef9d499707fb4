"""Files made to hurt: lists that point elsewhere, containers that lie, bombs, damage. Each is built for one target."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.core.recordings import box, draw

TAIL = "\n#EXT-X-ENDLIST\n"
HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXT-X-MEDIA-SEQUENCE:0\n"
MPD = '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S">'


@dataclass(frozen=True)
class Target:
    """What a hostile file wants: a file of this machine, an address on it, and a place to be built in."""

    secret: Path
    url: str
    folder: Path


def lists() -> dict[str, Callable[[Target], str]]:
    """Texts that make a careless reader open something else."""
    return {
        "hls-file": lambda to: f"{HLS}#EXTINF:9,\nfile://{to.secret}{TAIL}",
        "hls-url": lambda to: f"{HLS}#EXTINF:9,\n{to.url}/a.ts{TAIL}",
        "hls-concat": lambda to: f"{HLS}#EXTINF:9,\nconcat:{to.secret}|{to.secret}{TAIL}",
        "hls-subfile": lambda to: f"{HLS}#EXTINF:9,\nsubfile,,start,0,end,99,,:{to.secret}{TAIL}",
        "hls-key": lambda to: f'{HLS}#EXT-X-KEY:METHOD=AES-128,URI="{to.url}/key"\n#EXTINF:9,\n{to.secret}{TAIL}',
        "hls-map": lambda to: f'{HLS}#EXT-X-MAP:URI="{to.url}/init"\n#EXTINF:9,\n{to.secret}{TAIL}',
        "hls-master": lambda to: f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\n{to.url}/b.m3u8\n",
        "hls-data": lambda to: f"{HLS}#EXTINF:9,\ndata:text/plain,{to.url}{TAIL}",
        "hls-pipe": lambda _to: f"{HLS}#EXTINF:9,\npipe:0{TAIL}",
        "hls-crypto": lambda to: f"{HLS}#EXTINF:9,\ncrypto:{to.secret}{TAIL}",
        "concat-file": lambda to: f"ffconcat version 1.0\nfile '{to.secret}'\n",
        "concat-url": lambda to: f"ffconcat version 1.0\nfile {to.url}/c.mp4\n",
        "concat-options": lambda to: (
            f"ffconcat version 1.0\nfile '{to.secret}'\noption protocol_whitelist file,http,tcp\n"
        ),
        "dash-file": lambda to: (
            f"{MPD}<BaseURL>{to.secret}</BaseURL><Period><AdaptationSet><Representation id='1'"
            " bandwidth='1' mimeType='audio/wav'/></AdaptationSet></Period></MPD>"
        ),
        "dash-url": lambda to: (
            f"{MPD}<BaseURL>{to.url}/</BaseURL><Period><AdaptationSet><Representation id='1'"
            " bandwidth='1' mimeType='video/mp4'/></AdaptationSet></Period></MPD>"
        ),
        "sdp": lambda _to: "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
        "smil": lambda to: f'<smil><body><video src="{to.url}/d.mp4"/></body></smil>',
        "svg-image": lambda to: f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{to.secret}"/></svg>',
        "svg-entity": lambda to: f'<!DOCTYPE s [<!ENTITY x SYSTEM "{to.url}/x">]><svg><text>&x;</text></svg>',
        "imf": lambda to: f"<CompositionPlaylist><Id>urn:uuid:1</Id><Asset>{to.url}</Asset></CompositionPlaylist>",
        "lavfi": lambda to: f"movie={to.secret}",
        "avisynth": lambda to: f'DirectShowSource("{to.secret}")\n',
        "magick": lambda to: f"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'url({to.url}/y)'\n",
        "postscript": lambda to: f"%!PS\n({to.secret}) (r) file 99 string readstring pop show showpage\n",
        "metadata": lambda _to: ";FFMETADATA1\ntitle=x\n",
        "subtitles": lambda to: f"1\n00:00:00,000 --> 00:00:09,000\n<font face='{to.secret}'>secret</font>\n",
        "plain-text": lambda to: f"{to.secret}\n" * 200,
    }


def full_box(kind: bytes, content: bytes, flags: int = 0) -> bytes:
    """Return a box with version and flags."""
    return box(kind, struct.pack(">I", flags) + content)


def elsewhere(entry: bytes) -> bytes:
    """Return a MOV whose samples lie, it says, in another file."""
    matrix = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    sowt = box(b"sowt", bytes(6) + struct.pack(">HHHIHHHHI", 1, 0, 0, 0, 1, 16, 0, 0, 8000 << 16))
    tables = full_box(b"stsd", struct.pack(">I", 1) + sowt) + full_box(b"stts", struct.pack(">III", 1, 8000, 1))
    tables += full_box(b"stsc", struct.pack(">IIII", 1, 1, 8000, 1)) + full_box(b"stsz", struct.pack(">II", 2, 8000))
    tables += full_box(b"stco", struct.pack(">II", 1, 44))
    source = box(b"dinf", full_box(b"dref", struct.pack(">I", 1) + entry))
    media = full_box(b"mdhd", struct.pack(">IIIIHH", 0, 0, 8000, 8000, 0, 0))
    media += full_box(b"hdlr", b"mhlrsoun" + bytes(13)) + box(
        b"minf", full_box(b"smhd", bytes(4)) + source + box(b"stbl", tables)
    )
    head = full_box(b"tkhd", struct.pack(">IIIII", 0, 0, 1, 0, 8000) + bytes(16) + matrix + bytes(8), 3)
    movie = full_box(b"mvhd", struct.pack(">IIII", 0, 0, 8000, 8000) + bytes(16) + matrix + bytes(28))
    return box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"moov", movie + box(b"trak", head + box(b"mdia", media)))


def alias(path: Path) -> bytes:
    """Return the old way to name another file, with its whole path."""
    name = str(path).encode()
    record = bytes(150) + struct.pack(">HH", 18, len(name)) + name + bytes(len(name) % 2) + struct.pack(">hH", -1, 0)
    return full_box(b"alis", record)


def riff(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of a RIFF file."""
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def subtitled_avi(text: bytes) -> bytes:
    """Return an AVI whose subtitles are another file, here one that points on."""
    gab2 = b"GAB2\0\x02\0" + struct.pack("<I", 4) + b"s\0\0\0" + b"\x04\0" + struct.pack("<I", len(text)) + text
    kept = struct.pack("<4s4sIHHIIIIIIII", b"txts", b"\0\0\0\0", 0, 0, 0, 0, 1, 1000, 0, 1, len(gab2), 0, 0) + bytes(8)
    stream = riff(b"LIST", b"strl" + riff(b"strh", kept) + riff(b"strf", bytes(4)))
    head = riff(
        b"LIST", b"hdrl" + riff(b"avih", struct.pack("<14I", 1000, 0, 0, 0x10, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0)) + stream
    )
    return riff(b"RIFF", b"AVI " + head + riff(b"LIST", b"movi" + riff(b"00tx", gab2)))


def wav(rate: int = 8000, channels: int = 1, bits: int = 16, told: int = 100, data: bytes = bytes(100)) -> bytes:
    """Return a WAV that may lie about everything."""
    form = struct.pack("<HHIIHH", 1, channels, rate, (rate * channels * bits // 8) & 0xFFFFFFFF, 2, bits)
    return b"RIFF\xff\xff\xff\xffWAVE" + riff(b"fmt ", form) + b"data" + struct.pack("<I", told) + data


def png(width: int, height: int) -> bytes:
    """Return a PNG that says it is of these sides, and has a few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")


def zipped() -> bytes:
    """Return an archive of 100 MB of nothing."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.mp4", bytes(100_000_000))
    return held.getvalue()


def nested(depth: int) -> bytes:
    """Return boxes within boxes."""
    content = b""
    for _level in range(depth):
        content = box(b"moov", content)
    return box(b"ftyp", b"isom\0\0\0\0isom") + content


def containers() -> dict[str, Callable[[Target], bytes]]:
    """Files in known containers that lie, point elsewhere, or are far larger inside than outside."""
    here = full_box(b"url ", b"", 1)
    huge = full_box(b"stsz", struct.pack(">II", 0, 0x0FFFFFFF)) + full_box(b"stts", struct.pack(">I", 0x0FFFFFFF))
    ebml = (
        b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87\x81\x04B\x85\x81\x02"
    )
    unknown, terabyte = b"\x01" + b"\xff" * 7, b"\x01\0\0" + b"\xff" * 5
    gif = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;"
    jpeg = b"\xff\xd8\xff\xc0\0\x11\x08\xff\xdc\xff\xdc\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xd9"
    webp = b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff" + bytes(10)
    return {
        "mov-url-of-a-file": lambda to: elsewhere(full_box(b"url ", f"file://{to.secret}\0".encode())),
        "mov-url-of-a-host": lambda to: elsewhere(full_box(b"url ", f"{to.url}/e.mov\0".encode())),
        "mov-alias": lambda to: elsewhere(alias(to.secret)),
        "mov-samples-nowhere": lambda _to: elsewhere(here),
        "mov-reference-movie": lambda to: box(b"moov", box(b"rmra", box(b"rmda", full_box(
            b"rdrf", b"url " + struct.pack(">I", len(to.url) + 1) + to.url.encode() + b"\0")))),
        "avi-subtitles-hls": lambda to: subtitled_avi(f"{HLS}#EXTINF:9,\n{to.url}/f.ts{TAIL}".encode()),
        "avi-subtitles-concat": lambda to: subtitled_avi(f"ffconcat version 1.0\nfile '{to.secret}'\n".encode()),
        "mp4-promises-billions": lambda _to: box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", box(b"trak", box(
            b"mdia", box(b"minf", box(b"stbl", huge)))) * 50),
        "mp4-boxes-within-boxes": lambda _to: nested(20_000),
        "mp4-only-boxes": lambda _to: box(b"ftyp", b"isom\0\0\0\0isom") + box(b"free") * 100_000,
        "mkv-without-end": lambda _to: ebml + b"\x18S\x80g" + unknown + (b"\x1fC\xb6u" + unknown) * 2000,
        "mkv-huge-element": lambda _to: ebml + b"\x18S\x80g" + terabyte + b"\x16T\xaek" + terabyte,
        "wav-no-rate": lambda _to: wav(rate=0),
        "wav-absurd-rate": lambda _to: wav(rate=0xFFFFFFFF),
        "wav-no-channels": lambda _to: wav(channels=0),
        "wav-many-channels": lambda _to: wav(channels=65535),
        "wav-no-bits": lambda _to: wav(bits=0),
        "wav-promises-gigabytes": lambda _to: wav(told=0xFFFFFFF0),
        "mp3-endless-tag": lambda _to: b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(2000),
        "flac-huge-cover": lambda _to: b"fLaC\x06\xff\xff\xff" + bytes(3000),
        "ogg-empty-pages": lambda _to: (b"OggS\0\0" + bytes(20) + b"\0") * 20_000,
        "gif-65535-square": lambda _to: gif,
        "jpeg-65500-square": lambda _to: jpeg,
        "webp-16-million-square": lambda _to: webp,
        "png-50000-square": lambda _to: png(50_000, 50_000),
        "png-long-and-thin": lambda _to: png(2_000_000_000, 1),
        "gzip-bomb": lambda _to: gzip.compress(bytes(50_000_000)),
        "zip-bomb": lambda _to: zipped(),
        "html-behind-a-gif": lambda to: b"GIF89a\x01\0\x01\0\0\0\0<script src='" + to.url.encode() + b"'></script>",
        "program": lambda _to: b"\x7fELF\x02\x01\x01" + bytes(500),
        "nothing-but-noughts": lambda _to: bytes(1_000_000),
    }  # fmt: skip


SHORT = {
    "mp4": ["-c:v", "libx264", "-c:a", "aac"], "mkv": ["-c:v", "libx264", "-c:a", "aac"],
    "webm": ["-c:v", "vp9", "-deadline", "realtime", "-c:a", "libopus"], "avi": ["-c:v", "mpeg4", "-c:a", "mp3"],
    "mov": ["-c:v", "mpeg4", "-c:a", "pcm_s16le"], "wav": ["-vn"], "mp3": ["-vn"], "flac": ["-vn"],
    "ogg": ["-vn", "-c:a", "libopus"],
    "aac": ["-vn"],
}  # fmt: skip


def good(folder: Path) -> dict[str, bytes]:
    """Return short recordings that are as they should be, one of each container."""
    made = {}
    for name, args in SHORT.items():
        coded = ["-f", "lavfi", "-i", "sine=f=500:d=0.5", "-pix_fmt", "yuv420p", *args]
        made[name] = draw(folder / f"good.{name}", *coded, source="testsrc=d=0.5:s=64x64:r=10").read_bytes()
    return made


def damaged(content: bytes, seed: int) -> bytes:
    """Return a recording with some of its bytes changed, most of them at its beginning, where its tables are."""
    dice = np.random.default_rng(seed)
    found = bytearray(content)
    places = np.concatenate([dice.integers(8, min(900, len(found)), 12), dice.integers(8, len(found), 12)])
    for place in places:
        found[int(place)] = int(dice.integers(0, 256))
    return bytes(found)
