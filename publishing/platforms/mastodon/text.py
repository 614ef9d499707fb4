"""A status's HTML against the text that was sent."""

import re
import unicodedata
from html.parser import HTMLParser

REMOTE_MENTION = re.compile(r"(?<![\w/])@(\w+(?:[\w.-]*\w)?)@[\w.-]+\w")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"br", "p", "li", "blockquote"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def words_of(html: str) -> str:
    """What a reader sees of a status's HTML, shortened links in full."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts).strip()


def canonical(text: str) -> str:
    """A text as it compares: composed, one blank between words, mentions without their server."""
    return " ".join(REMOTE_MENTION.sub(r"@\1", unicodedata.normalize("NFC", text)).split())


def same(html: str, sent: str) -> bool:
    """Whether a status shows exactly the text that was sent."""
    return canonical(words_of(html)) == canonical(sent)
