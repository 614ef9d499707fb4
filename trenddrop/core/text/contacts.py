"""Ways to reach somebody that stand in a text: addresses, mail, UPI, telephone, wallets, accounts."""

import re

import regex

from trenddrop.core.text.links import find_links

ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)  # also of domains that do not exist (yet)
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)  # mail and UPI
PHONE = re.compile(r"(?<![\w.,])\+?\d(?:[\s().-]?\d){8,14}(?!\w)")
WALLET = re.compile(r"\b(?:0x[0-9a-fA-F]{40}|bc1[0-9a-z]{20,}|[13][1-9A-HJ-NP-Za-km-z]{25,34})\b")


def contacts_in(text: str, *more: regex.Pattern[str]) -> list[str]:
    """Return all that is written as one; `more`: what else is looked for, accounts of a platform say."""
    links = [text[link.start : link.end] for link in find_links(text)]
    ours = [match for pattern in (ADDRESS, MAIL, PHONE, WALLET) for match in pattern.findall(text)]
    return [*links, *ours, *(match for pattern in more for match in pattern.findall(text))]
