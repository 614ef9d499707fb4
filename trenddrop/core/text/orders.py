"""Sentences that speak to a language model instead of to people: nobody's audience should read them."""

import regex

RULES = r"(?:instruction|prompt|rule|direction|guideline|command|message|order)s?"
BEFORE = r"(?:previous|prior|above|earlier|preceding|all|any|your|system|initial|original)"
ORDER = regex.compile(
    rf"\b(?:ignore|disregard|forget|override|bypass|skip|drop)\b(?: \w+){{0,2}} {BEFORE}(?: \w+){{0,3}} {RULES}\b"
    r"|\b(?:ignore|disregard|forget) (?:everything|all|anything)\b(?: \w+){0,3}"
    r" (?:above|before|said|told|instructed)\b"
    rf"|\b(?:ignore|disregard|forget|override)\b(?: \w+){{0,2}} {RULES} (?:above|before|you were|you are given)\b"
    r"|\b(?:ignore|disregard|forget) (?:the|everything|all) (?:above|before)\b"
    r"|\byou are (?:now|no longer) (?:an?|the|my|in|acting|called|free|bound|dan\b)"
    r"|\b(?:reveal|print|repeat|show|output|leak|tell me|give me|post) (?:\w+ ){0,3}"
    r"(?:system (?:prompt|message)|hidden prompt|your (?:prompt|instructions|rules)|api[- ]?keys?|secret key)"
    r"|\b(?:system|developer|hidden|new|secret) (?:prompt|instructions?|override)\s*[:>]"
    r"|^\s*(?:\W*)(?:system|assistant|user|developer)\s*:\s"
    r"|\b(?:as|since you are) an? (?:ai|large|language) (?:language )?(?:model|assistant)\b"
    r"|\b(?:attention|note|message|instructions?|hello),?(?: to| for)? (?:the |any |all )?"
    r"(?:ai|llm|language model|assistant|model|chatbot|gpt)s?\b\s*[:,!]"
    r"|\b(?:answer|respond|reply|write|output)\b(?: \w+){0,2} (?:only|exactly|nothing but)\b.{0,30}"
    r"(?:json|following|this text|these words|the words?\s*[:\"“]|with\s*[:\"“])"
    r"|</?(?:material|system|assistant|instructions?)\b|<\|[a-z_]+\|>|\[/?inst\]|###\s*(?:system|instruction)"
    r"|\b(?:ignora|olvida|descarta) (?:\w+ ){0,3}(?:instrucciones|reglas|indicaciones)\b"
    r"|\b(?:pichhl[ei]|pichl[ei]|pehle|upar) (?:ke |ki |wale )?(?:saare |sabhi )?(?:nirdesh|instructions?|rules?)"
    r"|(?:पिछले|पहले के|ऊपर के)\s+(?:सभी\s+|सारे\s+)?(?:निर्देश|आदेश|नियम)",
    regex.IGNORECASE | regex.MULTILINE,
)


def gives_orders(text: str) -> bool:
    """Whether a text speaks to a machine that reads it."""
    return bool(ORDER.search(text))


def without_orders(text: str) -> str:
    """`text` without the sentences and lines that speak to a machine."""
    lines = (
        " ".join(part for part in regex.split(r"(?<=[.!?…।])\s+", line) if not gives_orders(part))
        for line in text.split("\n")
    )
    return "\n".join(lines)
