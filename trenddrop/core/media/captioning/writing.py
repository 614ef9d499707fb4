"""Captions as an ASS file: one event for each word, so that each can move by itself and stand where it was laid."""

from collections.abc import Iterator, Sequence

from trenddrop.core.colours import readable_on
from trenddrop.core.media.captioning.laying import PILL, Page, Placed, Spoken, pages
from trenddrop.core.media.captioning.styles import CaptionStyle, edge_of
from trenddrop.core.platforms.safe import Area
from trenddrop.core.typefaces import runs

HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
LayoutResX: {width}
LayoutResY: {height}
WrapStyle: 2
Kerning: yes
ScaledBorderAndShadow: yes
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Word,TrendDrop Sans,40,&H00FFFFFF,&H00000000,&H00000000,0,1,0,0,5,0,0,0,-1

[Events]
Format: Layer, Start, End, Style, Text
"""
# What ASS would read as a command is written with signs that look alike.
ESCAPES = str.maketrans({"{": "(", "}": ")", "\\": "/", "\n": " ", "\r": " "})
RISE = 90  # milliseconds a word takes to grow
FADE = 60


def captions(words: Sequence[Spoken], style: CaptionStyle, *, size: tuple[int, int], safe: Area) -> str:
    """Return the captions as ASS for a frame of `size` pixels; times are seconds of the result.

    Nothing is drawn outside `safe`. What no font has is left out (`missing` tells what).
    """
    lines = [line for page in pages(words, style, size=size, safe=safe) for line in _page(page, style)]
    return HEAD.format(width=size[0], height=size[1]) + "\n".join(lines) + "\n"


def _page(page: Page, style: CaptionStyle) -> Iterator[str]:
    if style.behind == "box":
        yield _event(0, page.start, page.end, _field(page.box, page.letter * 0.3, style.ground))
    for placed in page.words:
        if style.motion == "pill":
            pill = _field(_pill(placed, page), page.letter * 0.3, style.accent)
            yield _event(1, placed.word.start, placed.until, pill)
        start = placed.word.start if style.motion == "type" else page.start
        yield _event(2, start, page.end, _word(placed, page, style, start))


def _event(layer: int, start: float, end: float, text: str) -> str:
    return f"Dialogue: {layer},{_clock(start)},{_clock(max(end, start + 0.02))},Word,{text}"


def _clock(seconds: float) -> str:
    hundredths = max(0, round(seconds * 100))
    return f"{hundredths // 360000}:{hundredths // 6000 % 60:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def _pill(placed: Placed, page: Page) -> tuple[int, int, int, int]:
    half, margin = placed.width / 2 + PILL * page.letter, PILL * page.letter
    return (
        round(placed.centre - half),
        round(placed.baseline - page.ink[0] - margin),
        round(placed.centre + half),
        round(placed.baseline + page.ink[1] + margin),
    )


def _field(box: tuple[int, int, int, int], radius: float, colour: str) -> str:
    """A field with round corners, drawn from its own upper left corner."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    round_by = round(min(radius, wide / 2, high / 2))
    near = round(round_by * 0.45)
    path = (
        f"m {round_by} 0 l {wide - round_by} 0 b {wide - near} 0 {wide} {near} {wide} {round_by} "
        f"l {wide} {high - round_by} b {wide} {high - near} {wide - near} {high} {wide - round_by} {high} "
        f"l {round_by} {high} b {near} {high} 0 {high - near} 0 {high - round_by} "
        f"l 0 {round_by} b 0 {near} {near} 0 {round_by} 0"
    )
    return f"{{\\an7\\pos({left},{top})\\bord0\\shad0\\1c{_colour(colour)}\\p1}}{path}{{\\p0}}"


def _word(placed: Placed, page: Page, style: CaptionStyle, start: float) -> str:
    """A word's tags and letters, in as many fonts as it needs, all on one line."""
    parts = runs(placed.word.text, style.font)
    above, below = (max(face.extent[side] for face, _text in parts) for side in (0, 1))
    middle = placed.baseline + (below - above) / 2 * page.letter
    edge = style.edge * page.letter
    tags = f"\\an5\\pos({placed.centre:.1f},{middle:.1f})\\bord{edge:.1f}\\shad0" + _look(style.colour, style)
    moves = _moves(placed, style, start)
    letters = "".join(
        f"{{\\fn{face.family}\\fs{sum(face.extent) * page.letter:.1f}\\b{int(face.bold)}}}{text.translate(ESCAPES)}"
        for face, text in parts
    )
    return f"{{{tags}{moves}}}{letters}"


def _look(colour: str, style: CaptionStyle) -> str:
    """The tags of a colour, with the outline it can be told from."""
    edge = f"\\3c{_colour(edge_of(colour, style.ground))}" if style.edge else ""
    return f"\\1c{_colour(colour)}{edge}"


def _moves(placed: Placed, style: CaptionStyle, start: float) -> str:
    """What a word does when its time comes, in milliseconds from when it is shown."""
    begin, end = (max(0, round((at - start) * 1000)) for at in (placed.word.start, placed.until))
    lit, unlit = _look(style.accent, style), _look(style.colour, style)
    if style.motion == "fill":
        return _turn(begin, begin + FADE, lit)
    if style.motion == "mark":
        return _turn(begin, begin, lit) + _turn(end, end, unlit)
    if style.motion == "pill":
        plain = f"\\1c{_colour(readable_on(style.accent))}\\3a&HFF&"
        return _turn(begin, begin, plain) + _turn(end, end, f"{unlit}\\3a&H00&")
    if style.motion == "grow":
        size = round(style.growth * 100)
        up = _turn(begin, begin + RISE, f"\\fscx{size}\\fscy{size}{lit}")
        return up + _turn(end, end + RISE, f"\\fscx100\\fscy100{unlit}")
    if style.motion == "pop":
        return "\\fscx82\\fscy82" + _turn(0, RISE, "\\fscx100\\fscy100")
    return f"\\fad({FADE},0)" if style.motion == "type" else ""


def _turn(begin: int, end: int, tags: str) -> str:
    return f"\\t({begin},{max(end, begin + 1)},{tags})"


def _colour(colour: str) -> str:
    """ASS writes blue, green, red."""
    return f"&H{colour[5:7]}{colour[3:5]}{colour[1:3]}&".upper()
