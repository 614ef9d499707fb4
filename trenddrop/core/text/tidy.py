"""Make recognised speech readable: capitals, full stops, I, contractions, stutters and fillers; never other words."""

from collections.abc import Iterable

import regex

from trenddrop.core.text.casing import has_capitals, has_endings, has_two_cases
from trenddrop.core.text.gazetteer import ambiguous, first_names, names
from trenddrop.core.text.tokens import Token, tokens

NOTED = (  # what subtitles write of sounds, and hesitation that is no word in any language
    r"(?:hmm+|mhm)(?![\w'])|\[[^\]]*\]|\{[^}]*\}|\([a-z ]*(?:music|laughter|applause)[a-z ]*\)"
)
FILLERS = {  # "um" and "er" are words in German and Portuguese
    "en": regex.compile(rf"(?<![\w'])(?:(?:um+|uh+|uhm+|erm+|er)(?![\w'])|{NOTED}),?\s*", regex.IGNORECASE),
    "": regex.compile(rf"(?<![\w'])(?:{NOTED}),?\s*", regex.IGNORECASE),
}
HESITANT = ("en", "hi", "unknown")
OPENERS = regex.compile(
    r"^(?:(?:so|and|but|well|okay|ok|like|right|now|yeah|yes|you know|i mean|basically|actually|and then|so then|also"
    r"|toh|aur|matlab|haan)[, ]+)+(?=\S+ \S+ \S)",
    regex.I,
)
ANNOUNCEMENT = regex.compile(
    r"^(?:(?:so|okay|ok|hi|hey|hello|guys|everyone|friends|and)[, ]+)*(?:today|in this video|in this clip),? "
    r"(?:i|we)(?: want to|'m going to| am going to| are going to|'re going to|'m gonna|'re gonna"
    r"|'ll| will|'d like to) "
    r"(?:talk(?: to you)?|tell you|show you|share(?: with you)?|explain|speak)(?: about)? "
    r"|^(?:doston|dosto|namaste|hello|hi)?[, ]*aaj (?:main|mai|hum) (?:aapko|aap ko|tumhe) "
    r"(?:bataungi|bataunga|batane|dikhaungi|dikhaunga|batayenge)(?: wali hoon| wala hoon)? ki "
    r"|^(?:दोस्तों|दोस्तो|नमस्ते|नमस्कार)?[, ]*आज (?:मैं|हम) (?:आपको|आप को|तुम्हें) "
    r"(?:बताऊंगी|बताऊंगा|बताऊँगी|बताऊँगा|बताएंगे|बताएँगे|दिखाऊंगी|दिखाऊंगा)(?: वाली हूँ| वाला हूँ)? कि ",
    regex.IGNORECASE,
)
FEWEST_LEFT = 5
STUTTER = regex.compile(r"\b(\p{L}+(?:'\p{L}+)?)(?:,?\s+\1\b)+", regex.I)
MEANT_TWICE = frozenset(["very", "really", "so", "no", "bye", "had", "that", "ha", "jaldi", "dheere", "kabhi"])
CONTRACTIONS = {
    "dont": "don't", "cant": "can't", "wont": "won't", "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't",
    "arent": "aren't", "wasnt": "wasn't", "werent": "weren't", "wouldnt": "wouldn't", "shouldnt": "shouldn't",
    "couldnt": "couldn't", "hasnt": "hasn't", "havent": "haven't", "im": "I'm", "ive": "I've", "youre": "you're",
    "youve": "you've", "youll": "you'll", "theyre": "they're", "theyve": "they've", "weve": "we've", "thats": "that's",
    "whats": "what's", "theres": "there's", "heres": "here's", "lets": "let's",
}  # fmt: skip
ALONE_I = regex.compile(r"(?<![\w'.@#/-])i(?=$|[\s,.!?;:]|'(?:m|ve|ll|d)\b)")
QUESTION = regex.compile(
    r"^(?:(?:and|but|so|then) )?(?:"
    r"(?:what|why|how|when|where|who|which)"
    r"(?:'s| is| are| do| does| did| can| should| would| will| was| were| has| have)\b"
    r"|how (?:many|much|often|long) [\w' ]*\b(?:do|does|did|is|are|can|should|would|will|have)\b"
    r"|(?:do|did|does|have|has|are|is|can|could|would|should|will|isn't|aren't|don't|didn't|haven't)"
    r" (?:you|we|they|it|i|he|she|this|that|there|anyone|anybody)\b"
    r"|kya (?!ka)|kyun |kyon |kaise (?=.*\?)"
    r")",
    regex.I,
)
QUESTION_END = regex.compile(r"(?:\bkya|\bkaise \w+(?: \w+)?)$", regex.I)
SAME_VERB = regex.compile(
    r"\b(\w{3,}) (\w+(?: \w+){0,3}?)(?<! (?:and|but|or|so|that|when|because)) (they|we|you|it|he|she|I) \1\b"
)
BEFORE_BUT = regex.compile(r"(\w+ \w+ \w+ \w+) but(?= \w+ \w+ \w+)")
AFTER_CONDITION = regex.compile(
    r"^((?:so |and )?(?:if|when) \w+(?: \w+){3,}?) "
    r"((?:it|you|they|we|he|she|I) (?:is|are|will|can|should|lose|have|get)\b)",
    regex.IGNORECASE,
)
ENDED = regex.compile(r"[.!?…।。！？؟۔][\"'”’)\]]*$")
OPEN_END = regex.compile(r"(?:#\w+|https?://\S+)$")
WORDLIKE = regex.compile(r"[\p{L}\p{N}]")
LATIN = regex.compile(r"[\p{Latin}]")
TITLES = {"mister": "Mr", "missus": "Mrs", "doctor": "Dr", "mr": "Mr", "mrs": "Mrs", "dr": "Dr"}
TITLED = regex.compile(r"\b(mister|missus|doctor|mr|mrs|dr)\.? (\p{Ll}+)(?: (\p{Ll}+))?")


def tidy(text: str, *, proper_names: Iterable[str] = (), language: str = "en", cased: bool | None = None) -> str:
    """One sentence as it would be written. `cased`: whether the whole transcript has capitals, when that is known."""
    clean = FILLERS["en" if language.startswith(HESITANT) or not language else ""].sub("", text)
    clean = STUTTER.sub(lambda m: m[0] if m[1].lower() in MEANT_TWICE else m[1], clean)
    clean = regex.sub(r"\s+", " ", clean).strip(" ,;-–—")
    if not clean:
        return ""
    if LATIN.search(clean) and not (has_capitals(text) if cased is None else cased):
        clean = _capitals(clean, proper_names, language)
    return finished(clean if clean.startswith(("http", "www.")) else clean[0].upper() + clean[1:])


def without_opener(text: str) -> str:
    """`text` without the "So, you know," it begins with."""
    shorter = OPENERS.sub("", text, count=1)
    return shorter[0].upper() + shorter[1:] if shorter else text


def without_announcement(text: str) -> str:
    """`text` without "today I want to talk about" and the like, when enough is left to say something."""
    shorter = ANNOUNCEMENT.sub("", text, count=1)
    enough = shorter != text and len(shorter.split()) >= FEWEST_LEFT
    if not enough:
        return text
    rest = shorter[0].upper() + shorter[1:]
    return finished(rest.rstrip(".") if is_question(rest) else rest)


def finished(text: str) -> str:
    """`text` with a question mark or a full stop at its end; addresses and hashtags keep theirs clean."""
    text = text.rstrip(" ,;:-–—")
    if ENDED.search(text) or OPEN_END.search(text) or not WORDLIKE.search(text):
        return text
    if not LATIN.search(text):
        return text + ("।" if regex.search(r"\p{Devanagari}", text) else "")
    return text + ("?" if is_question(text) else ".")


def is_question(text: str) -> bool:
    """Whether a sentence asks, with or without its question mark."""
    bare = text.strip().rstrip(".,")
    return bare.endswith(("?", "？", "؟")) or bool(QUESTION.match(bare) or QUESTION_END.search(bare))


def needs_tidying(text: str) -> bool:
    """Whether a transcript has no capitals or no full stops."""
    return not has_endings(text) or (has_two_cases(text) and not has_capitals(text))


def _capitals(text: str, proper_names: Iterable[str], language: str) -> str:
    lowered = text.lower() if text.isupper() else text
    if language.startswith("en"):
        lowered = regex.sub(r"\b\p{L}+\b", lambda m: CONTRACTIONS.get(m[0], m[0]), lowered)
        lowered = TITLED.sub(_titled, lowered)
    lowered = ALONE_I.sub("I", lowered) if language.startswith(("en", "hi")) else lowered
    for name in sorted({*proper_names}, key=len, reverse=True):
        if name.strip():
            lowered = regex.sub(rf"(?<!\w){regex.escape(name)}(?!\w)", name, lowered, flags=regex.I)
    return _commas(_known_names(lowered)) if language.startswith("en") else _known_names(lowered)


def _commas(text: str) -> str:
    """The commas that a reader misses most in recognised speech."""
    text = SAME_VERB.sub(r"\1 \2, \3 \1", text)
    text = BEFORE_BUT.sub(r"\1, but", text)
    return text if "," in text else AFTER_CONDITION.sub(r"\1, \2", text)


def _titled(match: regex.Match[str]) -> str:
    title, first, second = match[1], match[2], match[3]
    if first in {"and", "or", "who", "says", "said", "is", "was", "told", "will", "can"}:
        return match[0]
    rest = f" {second.capitalize() if first.capitalize() in first_names() else second}" if second else ""
    return f"{TITLES[title]} {first.capitalize()}{rest}"


def _known_names(text: str) -> str:
    """Names of the gazetteer with their capitals, the longest first, unless they are words as well."""
    spoken, written, position, at = tokens(text), [], 0, 0
    while at < len(spoken):
        length = next((n for n in (4, 3, 2, 1) if _is_name(spoken[at : at + n], n)), 0)
        if length:
            key = " ".join(token.normal for token in spoken[at : at + length])
            written += [text[position : spoken[at].start], names()[key][0]]
            last = spoken[at + length - 1]
            position = last.end - (2 if last.text.lower().endswith(("'s", "’s")) else 0)
        at += max(1, length)
    return "".join(written) + text[position:]


def _is_name(run: list[Token], length: int) -> bool:
    key = " ".join(token.normal for token in run)
    return len(run) == length and key in names() and key not in ambiguous()
