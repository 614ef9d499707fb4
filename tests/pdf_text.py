"""The text layer of a PDF, read out without the library that wrote it: content streams and ToUnicode maps."""

import re
import zlib

OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
TOKEN = re.compile(rb"/(F\d+) [\d.]+ Tf|(\((?:\\.|[^\\()])*\))|(?<![\w.])(q|Q|ET)(?![\w.])", re.DOTALL)
HEX = re.compile(r"<([0-9A-Fa-f]+)>")


def text_of(data: bytes) -> str:
    """Return the text of all pages, in the order in which it is drawn."""
    objects = {int(number): body for number, body in OBJECT.findall(data)}
    fonts = _fonts(objects)
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b(?!s)", body)]
    return "\n".join(_page(objects, body, fonts) for body in pages)


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    if not found:
        return b""
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _fonts(objects: dict[int, bytes]) -> dict[str, dict[int, str]]:
    """Return what the codes of each font mean, by the name that the pages use."""
    named: dict[str, dict[int, str]] = {}
    for body in objects.values():
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body):
            told = re.search(rb"/ToUnicode (\d+) 0 R", objects.get(int(number), b""))
            if told:
                named[name.decode()] = _meanings(_stream(objects[int(told[1])]).decode("latin-1"))
    return named


def _meanings(table: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for line in part.strip().splitlines():
            code, meaning = HEX.findall(line)
            found[int(code, 16)] = bytes.fromhex(meaning).decode("utf-16-be")
    return found


def _page(objects: dict[int, bytes], body: bytes, fonts: dict[str, dict[int, str]]) -> str:
    number = re.search(rb"/Contents (\d+) 0 R", body)
    drawn = _stream(objects[int(number[1])]) if number else b""
    written: list[str] = []
    fonts_then: list[dict[int, str]] = []  # what q keeps and Q brings back
    font: dict[int, str] = {}
    for name, text, operator in TOKEN.findall(drawn):
        if name:
            font = fonts.get(name.decode(), {})
        elif text:
            codes = _unescaped(text[1:-1])
            pairs = (int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2))
            written.append("".join(font.get(code, "") for code in pairs))
        elif operator == b"q":
            fonts_then.append(font)
        elif operator == b"Q":
            font = fonts_then.pop()
        else:
            written.append("\n")
    return "".join(written)


def _unescaped(text: bytes) -> bytes:
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return re.sub(rb"\\(.)", lambda found: plain.get(found[1], found[1]), text, flags=re.DOTALL)
