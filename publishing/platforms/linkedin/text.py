"""LinkedIn's "little text": signs with a meaning carry a backslash, or the text is cut at the first one."""

import re
import unicodedata

import regex

RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
# A hashtag may stand as it is written; its own underscores must not be escaped.
HASHTAG = regex.compile(r"(?<![\w&/#])#(?=\w*[^\W\d_])\w+")
TEMPLATE = re.compile(r"\{hashtag\|\\?#\|([^}]*)\}")
MENTION = re.compile(r"@\[([^\]]*)\]\(urn:li:[^)]*\)")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def little(text: str) -> str:
    """The text as LinkedIn must be sent it."""
    made, position = [], 0
    for tag in HASHTAG.finditer(text):
        made += [_escaped(text[position : tag.start()]), tag[0]]
        position = tag.end()
    return "".join([*made, _escaped(text[position:])])


def _escaped(text: str) -> str:
    return RESERVED.sub(lambda sign: "\\" + sign[0], text)


def plain(commentary: str) -> str:
    """What a reader sees of little text."""
    return ESCAPED.sub(r"\1", MENTION.sub(r"\1", TEMPLATE.sub(r"#\1", commentary)))


def same(commentary: str, sent: str) -> bool:
    """Whether a post shows exactly the text that was sent."""
    return _canonical(plain(commentary)) == _canonical(sent)


def _canonical(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
