"""Of counted links, websites, and what people did there."""

import re
import secrets

from accounts.rights.registry import Answer, Fate, OneOfAKind
from analytics.services.links import CODE

NOT_OF_A_CODE = re.compile("[^a-z0-9-]+")


def _another_code(code: str) -> str:
    return f"{NOT_OF_A_CODE.sub('', code)[:31].strip('-')}-{secrets.token_hex(4)}".strip("-")


NEVER = "a secret never leaves the installation"

ANSWERS = (
    Answer(
        "analytics.ConversionSite",
        organization="organization",
        exports="client brand name public_key domains needs_consent window_days half_life_days attribution currency"
        " is_active last_seen_at",
        leaves_out={
            "secret": NEVER,
            "stripe_secret": NEVER,
            "shopify_secret": NEVER,
            "salt": "with it, pseudonyms could be matched to people",
            "salted_on": "belongs to the salt",
        },
        on_import={
            "salt": lambda _none: secrets.token_bytes(32),
            "is_active": False,
        },
        # Its pages name it: whoever claimed the key of a site that is gone would be told of its visitors.
        one_of_a_kind={
            "public_key": OneOfAKind(re.compile("[a-z0-9]{8,32}"), lambda _key: f"td{secrets.token_hex(12)}")
        },
        words="name domains",
    ),
    Answer(
        "analytics.ShortLink",
        organization="organization",
        exports="client brand piece post code url utm title is_active expires_at clicks last_clicked_at made_by",
        one_of_a_kind={"code": OneOfAKind(CODE, _another_code)},
        people={"made_by": Fate.POINTS_TO_NOBODY},
        words="title url utm",
    ),
    Answer(
        "analytics.LinkDay",
        organization="organization",
        exports="link date country referrer device clicks bots",
    ),
    Answer(
        "analytics.SiteDay",
        organization="organization",
        exports="site date channel campaign visits agreed conversions bots",
    ),
    Answer("analytics.Hit", organization="organization", not_exported="it waits some seconds to be added to its day"),
    Answer(
        "analytics.Touch",
        organization="organization",
        exports="site visitor post link kind channel campaign at",
    ),
    Answer(
        "analytics.Conversion",
        organization="organization",
        exports="site external_id type source visitor value currency at first_touch first_touch_at touchpoints refunded"
        " refunded_at told",
        words="external_id",
    ),
    Answer(
        "analytics.ConversionCredit",
        organization="organization",
        exports="conversion model post channel campaign share",
    ),
    Answer(
        "analytics.ConversionMessage",
        organization="organization",
        exports="site source external_id body received_at applied_at error",
        not_imported="what it told stands in the conversions",
    ),
)
