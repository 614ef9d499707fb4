"""E-mail addresses as we keep them."""

import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Scripts that one word may mix (Unicode TR 39, "highly restrictive"): what Japanese, Chinese and Korean are written in.
EAST_ASIAN = frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO", "HANGUL"})


def canonical(email: str) -> str:
    """Return the address in lower case, its domain as DNS writes it; refuse letters that only look like others.

    "аsha@…" with a Cyrillic а, or the Kelvin sign for a k, would be somebody else under a familiar name. A domain in
    one script is kept, and shown as xn--…, so that it cannot pass for another either.
    """
    name, _at, domain = email.strip().rpartition("@")
    if not name.isascii():
        raise ValidationError(_("This address has letters that mail servers do not take. Type it with plain ones."))
    domain = domain.lower()
    if not domain.isascii() or "xn--" in domain:
        domain = _as_dns_writes(domain)
    return f"{name}@{domain}".lower()


def _as_dns_writes(domain: str) -> str:
    try:
        written = idna.encode(domain, uts46=True).decode("ascii")
        labels = idna.decode(written).split(".")
    except UnicodeError as error:
        raise ValidationError(_("This is not an e-mail address. Check the part after the @.")) from error
    if any(mixes_scripts(label) for label in labels):
        raise ValidationError(
            _("The part after the @ mixes letters of several scripts, as look-alikes do. Type it by hand.")
        )
    return written


def mixes_scripts(word: str) -> bool:
    """Say whether the letters of a word come from scripts that are not written together."""
    letters = (letter for letter in word if unicodedata.category(letter).startswith("L"))
    scripts = {unicodedata.name(letter, "UNKNOWN").split()[0] for letter in letters}
    return len(scripts) > 1 and not scripts <= EAST_ASIAN
