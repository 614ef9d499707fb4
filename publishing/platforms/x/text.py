"""A post's text as X shows it, against the text that was sent."""

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

SCHEME = re.compile(r"https?://(www\.)?", re.IGNORECASE)


def words_of(post: Mapping[str, Any]) -> str:
    """The text with its addresses in full, and without those X adds for files; long posts whole."""
    long = post.get("note_tweet") or post.get("note_post") or {}
    source = long if isinstance(long, Mapping) and long.get("text") else post
    text, entities = str(source.get("text") or ""), source.get("entities") or post.get("entities") or {}
    for url in entities.get("urls") or []:
        is_file = bool(url.get("media_key")) or str(url.get("display_url") or "").startswith(("pic.x.", "pic.twitter."))
        text = text.replace(str(url["url"]), "" if is_file else str(url.get("expanded_url") or url["url"]))
    return html.unescape(text)


def canonical(text: str) -> str:
    """A text as it compares: composed, one blank between words, addresses without what X adds to them."""
    bare = SCHEME.sub("", unicodedata.normalize("NFC", text))
    return " ".join(word.rstrip("/") for word in bare.split())


def same(post: Mapping[str, Any], sent: str) -> bool:
    """Whether a post shows exactly the text that was sent."""
    return canonical(words_of(post)) == canonical(sent)
