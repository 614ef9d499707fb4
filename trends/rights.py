"""What happens to trends when data is taken along, brought, or erased."""

from accounts.rights.registry import Answer

_WORLD = "about the world, the same for every organisation; names no person of ours"

ANSWERS = (
    Answer("trends.TrendSource", not_exported=_WORLD),
    Answer("trends.TrendTopic", not_exported=_WORLD),
    Answer("trends.TrendObservation", not_exported=_WORLD),
    Answer(
        "trends.TrendRelevance",
        organization="organization",
        exports="topic brand score reasons",
        not_imported="scored anew against what rises there",
        words="reasons",
    ),
)
