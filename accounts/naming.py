"""Names of organisations, clients and brands: in one line, and with something to see in it."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHOWN = frozenset("LNPS")  # letters, digits, punctuation and signs; marks and joiners show nothing by themselves
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs of nothing


def seen(name: str) -> str:
    """Return a name in one line; raise ValidationError where there is nothing to see in it."""
    line = " ".join(name.split())
    if not any(unicodedata.category(letter)[0] in SHOWN and letter not in BLANK for letter in line):
        raise ValidationError(_("There is nothing to see in this name. Write one that can be read."))
    return line


def plain(name: str) -> str:
    """Return a name that goes into the subject of mails: as `seen` does, and no address has a place in it."""
    line = seen(name)
    if "://" in line or "www." in line.lower():
        raise ValidationError(_("A name, please, without an address; there is a field for the website."))
    return line
