"""What happens to trends when data is taken along, brought, or erased."""

from accounts.rights.registry import Answer, Fate

_NEVER = "a secret never leaves the installation"
_STATE = "a state of this installation's own work"
_HERE = "its topic is one of this installation"
_WORLD = "about the world, the same for every organisation; names no person of ours"

ANSWERS = (
    Answer("trends.TrendSource", not_exported=_WORLD),
    Answer("trends.TrendTopic", not_exported=_WORLD),
    Answer("trends.TopicWords", not_exported=_WORLD),
    Answer("trends.TrendObservation", not_exported=_WORLD),
    Answer("trends.TrendDay", not_exported=_WORLD),
    Answer("trends.TopicVector", not_exported=_WORLD),
    Answer("trends.TrendForecast", not_exported=_WORLD),
    Answer("trends.ForecastModel", not_exported=_WORLD),
    Answer("trends.TopicMark", not_exported=_WORLD),
    Answer(
        "trends.TopicAlias",
        not_exported="belongs to the installation",
        people={"created_by": Fate.POINTS_TO_NOBODY},
    ),
    Answer(
        "trends.BlockedTerm",
        not_exported="belongs to the installation",
        people={"created_by": Fate.POINTS_TO_NOBODY},
    ),
    Answer(
        "trends.TrendOpportunity",
        organization="organization",
        exports="topic brand platform content_format angle_kind language title angle hook hashtags reasons status"
        " used_for round made_by is_fallback fallback_reason",
        not_imported=_HERE,
        words="title angle hook hashtags reasons",
    ),
    Answer(
        "trends.TrendAlert",
        organization="organization",
        person="created_by",
        exports="brand name keywords minimum_relevance minimum_score statuses regions channels webhook_url is_active"
        " last_fired_at created_by",
        leaves_out={"webhook_secret": _NEVER}
        | dict.fromkeys(("webhook_failures", "webhook_paused_at", "tells_existing", "armed_at", "digested_at"), _STATE),
        on_import={"is_active": False, "last_fired_at": None},
        people={"created_by": Fate.POINTS_TO_NOBODY},
        words="name keywords webhook_url",
    ),
    Answer(
        "trends.WatchFollower",
        organization="organization",
        person="membership__user",
        exports="alert membership",
        not_imported="people follow there anew",
    ),
    Answer(
        "trends.FiredAlert",
        organization="organization",
        exports="alert topic fired_at relevance score reason how told_at",
        not_imported=_HERE,
        words="reason",
    ),
    Answer(
        "trends.AlertDelivery",
        organization="organization",
        exports="alert kind body status tries tried ended_at",
        leaves_out={"next_try_at": _STATE, "lease_until": _STATE, "fence": _STATE},
        not_imported=_HERE,
        words="body tried",
    ),
    Answer(
        "trends.OwnHashtag",
        organization="organization",
        exports="client tag normalized platform hour posts engagement views ratios",
        words="tag normalized",
    ),
    Answer(
        "trends.TrendRide",
        organization="organization",
        exports="client topic post_id platform url title published_at",
        not_imported=_HERE,
        words="title url",
    ),
    Answer(
        "trends.TrendRelevance",
        organization="organization",
        exports="topic brand score reasons",
        not_imported="scored anew against what rises there",
        words="reasons",
    ),
    Answer(
        "trends.IdeaRequest",
        organization="organization",
        person="asked_by",
        not_exported=_STATE,
        not_imported=_HERE,
        people={"asked_by": Fate.POINTS_TO_NOBODY},
        words="message",
    ),
    Answer("trends.FittedTopic", not_exported=_STATE),
    Answer("trends.BrandFit", organization="organization", not_exported=_STATE, not_imported=_STATE),
)
