"""Entries of RSS 2, RSS 1 (RDF) and Atom in one shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from trends.sources import decoding
from trends.sources.base import BadFeed

ACCEPT = "application/rss+xml, application/atom+xml, application/xml, text/xml"
SAID = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, in clean text; what a feed leaves out is ""."""

    title: str
    link: str
    published: str
    summary: str
    categories: tuple[str, ...]


def entries(content: bytes, *, site: str = "") -> Iterator[Entry]:
    """Return a feed's entries in order, links resolved under its site; raises BadFeed when it is no feed."""
    root = decoding.xml(content)
    match decoding.local(root):
        case "rss":
            channel = next(decoding.children(root, "channel"), None)
            if channel is None:
                raise BadFeed("The RSS feed has no channel.")
            return (_rss(element, site) for element in decoding.children(channel, "item"))
        case "RDF":
            return (_rss(element, site) for element in decoding.children(root, "item"))
        case "feed":
            return (_atom(element, site) for element in decoding.children(root, "entry"))
        case other:
            raise BadFeed(f"This is XML, but neither RSS nor Atom: it begins with <{decoding.clean(other, limit=40)}>.")


def _rss(element: Element, site: str) -> Entry:
    dates = (decoding.text_of(element, name) for name in ("pubDate", "date", "published"))
    return Entry(
        title=decoding.clean(decoding.text_of(element, "title")),
        link=_address(decoding.text_of(element, "link") or decoding.text_of(element, "guid"), site),
        published=next(filter(None, dates), ""),
        summary=_summary(decoding.text_of(element, "description")),
        categories=_categories([child.text for child in decoding.children(element, "category")]),
    )


def _atom(element: Element, site: str) -> Entry:
    links = [link for link in decoding.children(element, "link") if link.get("rel", "alternate") == "alternate"]
    dates = (decoding.text_of(element, name) for name in ("published", "updated", "issued"))
    titles = decoding.children(element, "title")
    said = decoding.text_of(element, "summary") or decoding.text_of(element, "content")
    return Entry(
        title=next((decoding.clean("".join(title.itertext())) for title in titles), ""),
        link=_address(links[0].get("href", "") if links else "", site),
        published=next(filter(None, dates), ""),
        summary=_summary(said),
        categories=_categories([child.get("term") for child in decoding.children(element, "category")]),
    )


def _summary(text: str) -> str:
    return decoding.clean(text, limit=SAID)


def _categories(named: list[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (decoding.clean(name, limit=60) for name in named[:20]))))


def _address(link: str, site: str) -> str:
    try:
        return decoding.web_address(urljoin(site, link))
    except ValueError:
        return ""
