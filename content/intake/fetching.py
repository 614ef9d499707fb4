"""What a link leads to: an article that is read at once, a media file that is brought later, a video's page."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import trafilatura
from django.conf import settings
from django.utils.translation import gettext as _

from content.intake import documents, players, receiving
from trenddrop.core import http

PAGE_BYTES = 5 * 1024**2
LONGEST = 200_000
FEWEST_WORDS = 40
MEDIA = ("video/", "audio/", "image/")
PAGES = ("text/html", "application/xhtml+xml", "text/plain")
PASSWORD = re.compile(rb"<input[^>]+type=[\"']?password", re.IGNORECASE)
SIGN_IN = re.compile(r"(?:^|[/._-])(?:log-?in|sign-?in|authwall|sso)(?:$|[/._-])", re.IGNORECASE)
PAID = re.compile(rb"[\"']isAccessibleForFree[\"']\s*:\s*[\"']?false", re.IGNORECASE)

logging.getLogger("trafilatura").setLevel(logging.ERROR)


class LinkFailed(Exception):
    """The link brought nothing that can be used; the message says why and what to do instead."""


@dataclass(frozen=True)
class Article:
    """A page's text."""

    url: str
    title: str
    text: str
    site: str
    left_out: str = ""


@dataclass(frozen=True)
class VideoPage:
    """The page of a video that its player keeps: what stands there about it, and what was left out."""

    url: str
    title: str
    description: str
    site: str
    left_out: str


@dataclass(frozen=True)
class MediaLink:
    """A media file at an address; its bytes were not read yet."""

    url: str
    title: str
    name: str
    kind: str
    media_type: str


def read_link(link: str) -> Article | MediaLink:
    """Look at a link; raise LinkFailed. Speaks to the network: no transaction may be open."""
    if name := players.name_of(link):
        raise LinkFailed(
            _(
                "A video on %(name)s cannot be taken from its page. Upload the file, or paste what is said in it."
                " If the video is yours, say so below: then its title and description are taken."
            )
            % {"name": name}
        )
    try:
        with http.open_public(link) as (url, answer):
            _refuse_status(answer.status_code)
            media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
            if media_type.startswith(MEDIA):
                return _media(url, media_type)
            if not media_type.startswith(PAGES):
                raise LinkFailed(
                    _("The link leads to “%(kind)s”, which cannot be read here. Upload the file, or paste its text.")
                    % {"kind": media_type or _("something unnamed")}
                )
            content = b"".join(http.read_up_to(answer, PAGE_BYTES))
            charset = answer.charset_encoding or ""
    except http.FetchError as error:
        raise LinkFailed(str(error)) from error
    _refuse_sign_in(link, url)
    if media_type == "text/plain":
        return _enough(_text_file(url, content, charset), content)
    return _article(url, content)


def read_own_video(link: str) -> Article | MediaLink | VideoPage:
    """Look at a link to a video of which somebody says that it is theirs; raise LinkFailed.

    A file is brought later. Of a player's page the title and the description are taken, never the recording: players
    forbid that, and its owner has the file. Speaks to the network: no transaction may be open.
    """
    name = players.name_of(link)
    if not name:
        return read_link(link)
    try:
        page = http.fetch_public(link, accept=PAGES, max_bytes=PAGE_BYTES)
        _refuse_status(page.status)
        _refuse_sign_in(link, page.url)
        found = players.about(page.content)
        if found.card:
            answer = http.fetch_public(found.card, accept=("application/json", "text/json"))
            found = found.completed(answer.content if answer.status == 200 else b"")
    except http.FetchError as error:
        raise LinkFailed(str(error)) from error
    if not found.title:
        raise LinkFailed(
            _("The page on %(name)s tells nothing of the video. Check the link, or upload the file.") % {"name": name}
        )
    left_out = _("Only title and description are taken from %(name)s. For its words, bring the file or subtitles.")
    return VideoPage(link, found.title, found.description[:LONGEST], name, left_out % {"name": name})


def _refuse_sign_in(link: str, reached: str) -> None:
    """Notice where a page sends strangers to its door instead."""
    if reached != link and SIGN_IN.search(urlsplit(reached).path) and not SIGN_IN.search(urlsplit(link).path):
        raise LinkFailed(
            _("This page asks people to sign in, so there is nothing to read. Copy its text and paste that here.")
        )


def _refuse_status(status: int) -> None:
    if status in {401, 402, 403, 407, 451}:
        raise LinkFailed(
            _("This page opens only for people who are signed in there. Copy its text and paste that here.")
        )
    if status in {404, 410}:
        raise LinkFailed(_("There is no page at this address. Check the link."))
    if status >= 400:
        raise LinkFailed(_("The page answered with an error (%(status)s). Try again later.") % {"status": status})


def _media(url: str, media_type: str) -> MediaLink:
    name = receiving.clean_name(unquote(urlsplit(url).path))
    return MediaLink(
        url=url,
        title=receiving.title_of(name),
        name=name,
        kind=media_type.partition("/")[0],
        media_type=media_type[:100],
    )


def _text_file(url: str, content: bytes, charset: str) -> Article:
    text = documents.decoded(content, charset=charset).replace("\x00", "")
    return Article(url, _site(url), text[:LONGEST], _site(url), documents.cut() if len(text) > LONGEST else "")


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _article(url: str, content: bytes) -> Article | MediaLink:
    site = _site(url)
    found: Any = (
        trafilatura.bare_extraction(content, url=url, with_metadata=True, include_comments=False) if content else None
    )
    text = (found.text or "") if found else ""
    title = (found.title or site) if found else site
    left_out = _("This page is for subscribers; only its public beginning is read.") if PAID.search(content) else ""
    return _enough(Article(url, title, text.replace("\x00", "")[:LONGEST], site, left_out), content)


def _enough(article: Article, content: bytes) -> Article | MediaLink:
    if len(article.text.split()) >= FEWEST_WORDS or len(article.text) >= 6 * FEWEST_WORDS:
        return article
    if PASSWORD.search(content):
        raise LinkFailed(
            _("This page asks people to sign in, so there is nothing to read. Copy its text and paste that here.")
        )
    if file := players.file_in(content, article.url):
        name = receiving.clean_name(unquote(urlsplit(file).path))
        title = (players.about(content).title or article.title)[:200]
        return MediaLink(url=file, title=title, name=name, kind="video", media_type="video/mp4")
    raise LinkFailed(
        _("There is no article on this page: it is empty, or drawn by a script. Copy its text and paste that.")
    )


def bring(link: str, target: Path, *, progress: Callable[[float], None], cancelled: Callable[[], bool]) -> int:
    """Stream a media file to disk, capped; return its bytes. Raise LinkFailed. Ends early when cancelled."""
    size = 0
    try:
        with http.open_public(link, accept=MEDIA) as (_url, answer), target.open("wb") as file:
            _refuse_status(answer.status_code)
            announced = answer.headers.get("content-length", "")
            whole = int(announced) if announced.isdecimal() else 0
            for piece in http.read_up_to(answer, settings.UPLOAD_MAX_BYTES, seconds=3600):
                size += file.write(piece)
                progress(size / whole if whole else 0.5)
                if cancelled():
                    break
    except http.FetchError as error:
        raise LinkFailed(str(error)) from error
    return size
