"""Costs, returns and search numbers."""

from accounts.rights.registry import Answer, Fate

ANSWERS = (
    Answer(
        "analytics.AssetCost",
        organization="organization",
        person="entered_by",
        exports="asset hours hourly_rate money currency is_estimated notes entered_by",
        people={"entered_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="notes",
    ),
    Answer(
        "analytics.RoiCalculation",
        organization="organization",
        not_exported="reckoned again from costs, posts and conversions",
    ),
    Answer(
        "analytics.SearchProperty",
        organization="organization",
        exports="client brand url last_at error",
        leaves_out={
            "credentials": "a secret: the sign-in is begun anew",
            "next_at": "nothing of an archive is asked for by itself",
        },
    ),
    Answer(
        "analytics.SearchDay",
        organization="organization",
        exports="property date days page query clicks impressions position origin",
    ),
    Answer(
        "analytics.SeoMetrics",
        organization="organization",
        exports="piece page property target_keywords rankings organic_traffic backlinks authority_impact measured_at",
        words="target_keywords",
    ),
)
