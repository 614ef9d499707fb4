"""Hand-made cases that the matching threshold is calibrated on: transcripts, live topics, and which belong together."""

from content.understanding.matching import Candidate
from tests.content import transcripts

TITLES: dict[str, tuple[str, ...]] = {
    "world cup": ("World Cup final",),
    "saffron": ("Saffron",),
    "fake saffron": ("Food regulator finds fake saffron with synthetic color in most brands",),
    "skin care": ("#NaturalSkinCare", "natural skin care"),
    "lisbon": ("Lisbon rooftops", "Lisboa"),
    "tourism": ("Tourism protest in Lisbon: locals march against rents as visitors return",),
    "alfama": ("Fire in Alfama",),
    "local ai": ("Running language models on a laptop", "#LanguageModel"),
    "mistral": ("Mistral", "Mistral AI"),
    "quantization": ("Quantization",),
    "openai": ("OpenAI launches new device",),
    "apple": ("Apple",),
    "instagram": ("Instagram down",),
    "bitcoin": ("Bitcoin price crashes below support",),
    "swift": ("Taylor Swift",),
    "india pakistan": ("India vs Pakistan",),
    "gold": ("Gold price",),
    "black friday": ("Black Friday",),
    "water": ("Water",),
    "privacy": ("Privacy",),
    "diet": ("Calorie counting", "counting calories"),
    "eggs": ("Egg prices rise again as supply falls",),
    "pricing": ("SaaS churn", "churn"),
    "weather": ("Storm warning: heavy rain and cold winds expected this weekend",),
    "cricket": ("Rohit Sharma hits record century in first Test",),
    "time": ("Time person of the year",),
    "kesar": ("#AsliKesar", "asli kesar"),
    "house": ("White House press conference",),
    "champions": ("Champions League draw",),
    "mumbai": ("Mumbai rains",),
}
SPOKEN = {
    "saffron": transcripts.SAFFRON_LINES,
    "hinglish": transcripts.KESAR_HINGLISH,
    "lisbon": transcripts.LISBON_ROOFTOPS,
    "models": transcripts.SMALL_MODELS,
    "diet": transcripts.NINETY_DAYS,
    "pricing": transcripts.PRICING,
}
BELONG: dict[str, set[str]] = {
    "saffron": {"saffron", "fake saffron", "skin care"},
    "hinglish": {"kesar"},
    "lisbon": {"lisbon"},
    "models": {"quantization", "privacy"},
    "diet": {"diet"},
    "pricing": {"pricing"},
}
MAY: dict[str, set[str]] = {
    "lisbon": {"tourism"},
    "models": {"local ai", "mistral"},
}


def candidates() -> list[Candidate]:
    """The live topics, without vectors."""
    return [Candidate(key, titles[0], titles[1:]) for key, titles in TITLES.items()]
