"""What an item of a library may say; forms and the API hold to the same."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.evm.answers import NotProved
from accounts.models import TokenGate
from accounts.services.wallets import messages
from content.libraries import filling
from content.models import LibraryKind
from trenddrop.core.catalogue import BADGES
from trenddrop.core.platforms import RULES

PLATFORMS = [(key.value, BADGES[key].name) for key in RULES]
LANGUAGES = [
    ("en", gettext_lazy("English")), ("hi", gettext_lazy("Hindi")), ("hi-Latn", gettext_lazy("Hinglish")),
    ("bn", gettext_lazy("Bengali")), ("ta", gettext_lazy("Tamil")), ("te", gettext_lazy("Telugu")),
    ("mr", gettext_lazy("Marathi")), ("gu", gettext_lazy("Gujarati")), ("kn", gettext_lazy("Kannada")),
    ("ml", gettext_lazy("Malayalam")), ("pa", gettext_lazy("Punjabi")), ("ur", gettext_lazy("Urdu")),
    ("es", gettext_lazy("Spanish")), ("pt", gettext_lazy("Portuguese")), ("fr", gettext_lazy("French")),
    ("de", gettext_lazy("German")), ("it", gettext_lazy("Italian")), ("id", gettext_lazy("Indonesian")),
    ("ar", gettext_lazy("Arabic")), ("ja", gettext_lazy("Japanese")),
]  # fmt: skip
LONGEST = {LibraryKind.HOOK: 300, LibraryKind.CALL_TO_ACTION: 200, LibraryKind.CAPTION: 5000}
MOST_HASHTAGS, LONGEST_HASHTAG = 60, 100
SMALLEST = Decimal("0.000000000000000001")
SAMPLES = {
    "topic": gettext_lazy("the monsoon"),
    "title": gettext_lazy("Why your skin feels worse in the monsoon"),
    "hook": gettext_lazy("Stop scrubbing."),
    "quote": gettext_lazy("The air is wet, but your skin still loses water."),
    "insight": gettext_lazy("Ceramides are the mortar between the bricks."),
    "summary": gettext_lazy("What the monsoon does to skin, and what helps."),
    "keyword": gettext_lazy("skin barrier"),
    "text": gettext_lazy("(the text as it stands)"),
    "link": "https://example.org/monsoon",
}


def check_item(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what belongs to the kind, tidied; raise ValidationError by field."""
    kind, body = given["kind"], _tidy(given.get("body", ""))
    hashtags = list(given.get("hashtags") or [])
    if kind == LibraryKind.HASHTAGS:
        check_hashtags(hashtags)
        return {"body": "", "hashtags": hashtags, "call_kind": ""}
    check_body(kind, body)
    call_kind = given.get("call_kind", "")
    if kind == LibraryKind.CALL_TO_ACTION and not call_kind:
        raise ValidationError({"call_kind": _("Say what it asks people to do.")})
    return {"body": body, "hashtags": [], "call_kind": call_kind if kind == LibraryKind.CALL_TO_ACTION else ""}


def check_hashtags(hashtags: Sequence[str]) -> None:
    """Return when a set may be kept; raise ValidationError."""
    if not hashtags:
        raise ValidationError({"hashtags": _("Name at least one hashtag.")})
    if len(hashtags) > MOST_HASHTAGS or any(len(tag) > LONGEST_HASHTAG for tag in hashtags):
        raise ValidationError({"hashtags": _("At most 60 hashtags of at most 100 letters. Remove some.")})


def check_body(kind: str, body: str) -> None:
    """Return when the words may be kept; raise ValidationError."""
    if not body:
        raise ValidationError({"body": _("Write what it says.")})
    longest = LONGEST[LibraryKind(kind)]
    if len(body) > longest:
        told = _("At most %(most)s characters; this has %(count)s.") % {"most": longest, "count": len(body)}
        raise ValidationError({"body": told})
    try:
        filling.check(body)
    except filling.BadTemplate as error:
        raise ValidationError({"body": str(error)}) from error


def _tidy(body: str) -> str:
    return body.replace("\0", "").replace("\r\n", "\n").strip()


def check_contract(contract: str) -> str:
    """Return a contract's address with its checksum; raise ValidationError where there is a typing mistake in it."""
    try:
        return messages().address(contract.strip()) if contract.strip() else ""
    except NotProved as error:
        raise ValidationError(str(error)) from error


def check_gate(given: Mapping[str, Any], *, wrong: Collection[str] = ()) -> dict[str, Any]:
    """Return contract and token id as the standard needs them; raise ValidationError by field. `wrong` was told."""
    standard = given.get("gate_standard")
    is_native, is_many = standard == TokenGate.Standard.NATIVE, standard == TokenGate.Standard.ERC1155
    missing = {}
    if not given.get("gate_chain"):
        missing["gate_chain"] = _("Choose the token’s chain.")
    if not standard:
        missing["gate_standard"] = _("Choose the token’s standard.")
    if (given.get("gate_minimum") or 0) < SMALLEST:
        missing["gate_minimum"] = _("Ask for more than nothing.")
    if standard and not is_native and not given.get("gate_contract"):
        missing["gate_contract"] = _("Name the token’s contract.")
    if is_many and given.get("gate_token_id") is None:
        missing["gate_token_id"] = _("Say which token of the contract.")
    if told := {name: words for name, words in missing.items() if name not in wrong}:
        raise ValidationError(told)
    contract = "" if is_native else given.get("gate_contract", "")
    return {"gate_contract": contract, "gate_token_id": given.get("gate_token_id") if is_many else None}
