"""E-mail addresses as we keep them."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def canonical(email: str) -> str:
    """Return the address in lower case, its domain as DNS writes it; refuse letters that only look like others.

    "аsha@…" with a Cyrillic а, or the Kelvin sign for a k, would be somebody else under a familiar name.
    """
    name, _at, domain = email.strip().rpartition("@")
    if not name.isascii():
        raise ValidationError(_("This address has letters that mail servers do not take. Type it with plain ones."))
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValidationError(_("This is not an e-mail address. Check the part after the @.")) from error
    return f"{name}@{domain}".lower()
