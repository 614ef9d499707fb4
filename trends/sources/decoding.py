"""Bytes from strangers into trees, numbers, dates and clean text. Everything wrong is a BadFeed in plain words."""

import codecs
import datetime as dt
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from html import entities
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

import httpx
import regex
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from trends.sources.base import TITLE_LIMIT, BadFeed

MAX_COUNT = 2**63 - 1
URL_LIMIT = 1000
EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
PLAIN_ENCODINGS = {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1"}
DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"'][^>]*\?>")
HTML_START = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
HTML_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
UNDEFINED_ENTITY = 11  # expat's codes
UNFINISHED = {3, 5, 6, 20}  # no element found, unclosed token, partial character, unclosed CDATA section
NUMBER = re.compile(r"([+-]?\d[\d\s,_.’']*)\s*([KMB]?)\s*\+?", re.IGNORECASE)
GROUPED = re.compile(r"[\s,_’']")
FACTOR = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
TAGS = re.compile(r"<[^>]{0,2000}>")
GRAPHEME = regex.compile(r"\X")
# Marks, embeddings, overrides and isolates turn the text around them; the rest is nothing one sees.
HIDDEN = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff\u00ad")


def xml(content: bytes) -> Element:
    """Return the root of an XML document; entities and outside references are refused."""
    _refuse_non_feeds(content)
    try:
        return _tree(_readable(content.lstrip()))
    except DefusedXmlException as error:
        raise BadFeed("The feed defines entities, which can be used to exhaust memory. It was not read.") from error
    except ParseError as error:
        raise BadFeed(f"{_broken_xml(content, error)} (line {error.position[0]:,}).") from error
    except (ValueError, LookupError) as error:
        raise BadFeed("The feed is in an encoding that can't be read.") from error


def _tree(content: bytes) -> Element:
    """Parse; &nbsp; and the like, which XML doesn't know and feeds use all the same, are read as HTML reads them."""
    try:
        root: Element = fromstring(content)
    except ParseError as error:
        if error.code != UNDEFINED_ENTITY:
            raise
        root = fromstring(HTML_ENTITY.sub(_letter, content))
    return root


def _letter(found: re.Match[bytes]) -> bytes:
    name = found[1].decode("ascii")
    if name in XML_ENTITIES:
        return found[0]
    return "".join(f"&#{ord(char)};" for char in entities.html5.get(f"{name};", " ")).encode()


def in_utf8(content: bytes, content_type: str) -> bytes:
    """Return a body that is not UTF-8 and declares nothing in itself in UTF-8, by the charset its header names."""
    found = CHARSET.search(content_type)
    if found is None or DECLARATION.match(content[:300]):
        return content
    try:
        content.decode()
    except UnicodeDecodeError:
        try:
            return content.decode(found[1]).encode()
        except (UnicodeError, LookupError, AttributeError):
            return content
    return content


def local(element: Element) -> str:
    """Return a tag without its namespace: feeds disagree on the namespace, seldom on the name."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """Yield the direct children of this local name."""
    return (child for child in element if local(child) == name)


def text_of(element: Element, name: str) -> str:
    """Return the clean text of the first child of this local name, or ""."""
    first = next(children(element, name), None)
    return "" if first is None else clean(first.text or "", limit=4 * TITLE_LIMIT)


def rss_items(content: bytes) -> Iterator[Element]:
    """Return the items of an RSS 2 document, in order."""
    root = xml(content)
    if local(root) != "rss":
        raise BadFeed(f"This is XML, but not an RSS feed: it begins with <{clean(local(root), limit=40)}>.")
    channel = next(children(root, "channel"), None)
    if channel is None:
        raise BadFeed("The RSS feed has no channel.")
    return children(channel, "item")


def json_document(content: bytes) -> Any:
    """Return a JSON document; NaN, endless nesting and broken encodings are refused."""
    _refuse_non_feeds(content)
    try:
        return json.loads(content, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise BadFeed("The answer is not in the encoding JSON must have (UTF-8).") from error
    except RecursionError as error:
        raise BadFeed("The JSON is nested too deeply to be read.") from error
    except json.JSONDecodeError as error:
        cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
        words = "The JSON is cut off" if cut else "The answer is not JSON"
        raise BadFeed(f"{words} (line {error.lineno:,}).") from error
    except ValueError as error:
        raise BadFeed("The JSON holds a number no count can have.") from error


def listed(document: Any, name: str) -> list[Any]:
    """Return the list under a name of a JSON object."""
    found = document.get(name) if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise BadFeed(f"The answer has no list “{name}”: the source may have changed its format.")
    return found


def record(entry: Any) -> dict[str, Any]:
    """Return a JSON object."""
    if not isinstance(entry, dict):
        raise BadFeed("an entry that is not a record.")
    return entry


def clean(value: Any, *, limit: int = TITLE_LIMIT) -> str:
    """Return text in one line: tags and entities resolved, nothing unprintable, cut between graphemes."""
    if not isinstance(value, str):
        return ""
    bare = html.unescape(TAGS.sub(" ", value[: limit * 20])) if "<" in value or "&" in value else value[: limit * 20]
    text = " ".join("".join(map(_shown, bare)).split())
    if len(text) <= limit:
        return text
    return _whole_graphemes(text, limit - 1).rstrip() + "…"


def web_address(value: Any, *, under: str = "") -> str:
    """Return an http(s) address, resolved under a site when relative; "" when it is none that can be opened."""
    if not isinstance(value, str) or not value.isprintable() or " " in value or not value:
        return ""
    address = f"{under}{value}" if under and value.startswith("/") and not value.startswith("//") else value
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        return address if usable and len(address) <= URL_LIMIT and httpx.URL(address).host else ""
    except (ValueError, httpx.InvalidURL):
        return ""


def count_of(value: Any) -> int | None:
    """Return a count from 1200, "1200", "1,200", "20K+" or "2.5M+"; None when nothing is said.

    Raises BadFeed for negative numbers, words and numbers beyond 2**63.
    """
    if value is None or value == "":
        return None
    number = _number(value)
    if number < 0:
        raise BadFeed("a count below zero.")
    if number > MAX_COUNT:
        raise BadFeed("a count beyond all measure.")
    return number


def moment(value: Any, *, now: dt.datetime) -> dt.datetime | None:
    """Return a moment from ISO 8601, RFC 822 or epoch seconds, in UTC and not after now; None when unreadable."""
    try:
        found = _moment(value)
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None
    if found is None or found < EARLIEST:
        return None
    return min(found, now)


def _moment(value: Any) -> dt.datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float) or (isinstance(value, str) and value.isascii() and value.isdigit()):
        return dt.datetime.fromtimestamp(int(value), tz=dt.UTC)
    if not isinstance(value, str) or len(value) > 100:
        return None
    try:
        found = dt.datetime.fromisoformat(value.strip())
    except ValueError:
        found = parsedate_to_datetime(value)
    return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def _number(value: Any) -> int:
    if isinstance(value, bool):
        raise BadFeed("a count that is not a number.")
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if value in {float("inf"), float("-inf")}:
            raise BadFeed("a count beyond all measure.")
        return int(value)
    found = NUMBER.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 40 else None
    if found is None:
        raise BadFeed("a count that is not a number.")
    return _scaled(GROUPED.sub("", found[1]), found[2].upper())


def _scaled(digits: str, suffix: str) -> int:
    if not suffix:
        digits = digits.replace(".", "")  # 200.000+ groups by dots; only 2.5M has a fraction
    try:
        return int(float(digits) * FACTOR[suffix]) if suffix else int(digits)
    except ValueError as error:
        raise BadFeed("a count that is not a number.") from error


def _refuse_constant(name: str) -> Any:
    raise BadFeed(f"The JSON holds {name}, which is no number.")


def _refuse_non_feeds(content: bytes) -> None:
    if not content.strip():
        raise BadFeed("The answer was empty.")
    if HTML_START.match(content[:2000].removeprefix(codecs.BOM_UTF8)):
        raise BadFeed("A web page came instead of a feed: often a consent or error page, or the address has changed.")


def _readable(content: bytes) -> bytes:
    declared = DECLARATION.match(content[:300])
    if declared is None:
        return content
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name
    except LookupError as error:
        raise BadFeed(f"The feed says it is in “{declared[1].decode('ascii')[:40]}”, an unknown encoding.") from error
    if name in PLAIN_ENCODINGS:
        return content
    try:
        return content[declared.end() :].decode(name).encode()
    except (UnicodeError, LookupError, AttributeError) as error:
        raise BadFeed(f"The feed says it is in {name}, but it is not.") from error


def _broken_xml(content: bytes, error: ParseError) -> str:
    declared = DECLARATION.match(content[:300])
    if declared is None or declared[1].lower() in {b"utf-8", b"utf8"}:
        try:
            content.decode()
        except UnicodeDecodeError as letters:
            if letters.reason != "unexpected end of data":
                return "The feed's text is not in the encoding it says (UTF-8)"
    if error.code in UNFINISHED or not content.rstrip().endswith(b">"):
        return "The feed is cut off"
    return "The feed is broken XML"


def _shown(char: str) -> str:
    if char in HIDDEN:
        return ""
    return " " if unicodedata.category(char) in {"Cc", "Cs", "Co", "Zl", "Zp"} else char


def _whole_graphemes(text: str, limit: int) -> str:
    end = 0
    for found in GRAPHEME.finditer(text):
        if found.end() > limit:
            break
        end = found.end()
    return text[:end] or text[:limit]
