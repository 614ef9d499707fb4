"""A piece's long text as a page: HTML and Markdown, its headings and lists as such, its pictures where they belong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.html import escape

from content.writing.sections import is_heading, sections_of

BULLETS = ("• ", "→ ", "- ")
Block = tuple[Literal["heading", "list", "text"], list[str]]


@dataclass(frozen=True)
class Picture:
    """A picture of a section (from 1): its address beside the page, and what it shows."""

    section: int
    src: str
    alt: str


@dataclass(frozen=True)
class Letter:
    """What a page is made of."""

    title: str
    text: str
    call: str = ""
    language: str = ""
    pictures: Sequence[Picture] = ()

    def of(self, section: int) -> list[Picture]:
        """Return a section's pictures."""
        return [one for one in self.pictures if one.section == section]


def as_html(letter: Letter) -> str:
    """Return the page as HTML; every word of it is escaped."""
    parts = [f"<h1>{escape(letter.title)}</h1>"] if letter.title else []
    for number, section in enumerate(sections_of(letter.text), 1):
        blocks = [_html(block) for block in _blocks(section)]
        shown = [_figure(picture) for picture in letter.of(number)]
        at = 1 if blocks and blocks[0].startswith("<h2>") else len(blocks)
        parts += [*blocks[:at], *shown, *blocks[at:]]
    parts += [f"<p><strong>{escape(letter.call)}</strong></p>"] if letter.call else []
    head = f'<meta charset="utf-8"><title>{escape(letter.title)}</title>'
    body = "\n".join(str(part) for part in parts)
    start = f'<!doctype html>\n<html lang="{escape(letter.language or "en")}">'
    return f"{start}<head>{head}</head>\n<body>\n{body}\n</body></html>\n"


def as_markdown(letter: Letter) -> str:
    """Return the page as Markdown."""
    parts = [f"# {letter.title}"] if letter.title else []
    for number, section in enumerate(sections_of(letter.text), 1):
        parts += [_markdown(block) for block in _blocks(section)]
        parts += [f"![{picture.alt}]({picture.src})" for picture in letter.of(number)]
    parts += [f"**{letter.call}**"] if letter.call else []
    return "\n\n".join(parts) + "\n"


def _blocks(section: str) -> Iterator[Block]:
    """Yield a section's heading, lists and paragraphs."""
    for place, paragraph in enumerate(part.strip() for part in section.split("\n\n") if part.strip()):
        lines = paragraph.split("\n")
        listed = [line for line in lines if line.startswith(BULLETS)]
        if not place and is_heading(paragraph) and not listed:
            yield "heading", [paragraph]
            continue
        before = [line for line in lines if line not in listed]
        if before:
            yield "text", before
        if listed:
            yield "list", [line[2:].strip() for line in listed]


def _html(block: Block) -> str:
    kind, lines = block
    if kind == "heading":
        return f"<h2>{escape(lines[0])}</h2>"
    if kind == "list":
        return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
    return "<p>" + "<br>".join(str(escape(line)) for line in lines) + "</p>"


def _figure(picture: Picture) -> str:
    return f'<p><img src="{escape(picture.src)}" alt="{escape(picture.alt)}" width="640"></p>'


def _markdown(block: Block) -> str:
    kind, lines = block
    if kind == "heading":
        return f"## {lines[0]}"
    return "\n".join(f"- {line}" for line in lines) if kind == "list" else "  \n".join(lines)
