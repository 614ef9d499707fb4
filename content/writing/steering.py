"""The brand's own habits, taken from its voice samples and given to a piece of the embedded writer."""

from collections.abc import Sequence
from dataclasses import replace

import regex

from content.writing.brief import Brand, Draft
from content.writing.layouts import KEEP, Block, Piece
from content.writing.voice import Voice
from trenddrop.core.platforms import compose
from trenddrop.core.text.tokens import normal_words
from trenddrop.core.voice import Habits, Reading, habits_of, score_all

NEVER, OFTEN = 0.06, 0.2  # marks in a sentence, samples with a question
ROOM = 1.6  # a piece may be so much longer than the samples
LEAST_ROOM = 25  # words
ONE_PARAGRAPH = 70  # words
SIGN_OFF = 8  # importance
EMOJI = regex.compile(r"\s*(?:\p{Extended_Pictographic}[\ufe0f\u200d\p{Emoji_Modifier}]*)+")
LIST_MARK = regex.compile(r"^(?:→|•)\s+", regex.MULTILINE)
TIMED = regex.compile(r"^\d+:\d\d ", regex.MULTILINE)
SHORT_FORMS = {
    "do not": "don't", "does not": "doesn't", "did not": "didn't", "is not": "isn't", "are not": "aren't",
    "was not": "wasn't", "were not": "weren't", "have not": "haven't", "has not": "hasn't", "cannot": "can't",
    "can not": "can't", "would not": "wouldn't", "should not": "shouldn't", "could not": "couldn't",
    "will not": "won't", "i am": "I'm", "i have": "I've", "i will": "I'll", "it is": "it's", "that is": "that's",
    "there is": "there's", "we are": "we're", "we have": "we've", "we will": "we'll", "you are": "you're",
    "they are": "they're",
}  # fmt: skip
LONG_FORMS = {
    short: long
    for long, short in SHORT_FORMS.items()
    if long not in {"can not", "it is", "that is", "there is", "we have", "i have"}
}
SHORTEN = regex.compile(rf"\b(?:{'|'.join(SHORT_FORMS)})\b(?=\s+\p{{L}})", regex.IGNORECASE)
LENGTHEN = regex.compile(rf"\b(?:{'|'.join(LONG_FORMS)})\b", regex.IGNORECASE)
SENTENCE_START = regex.compile(r"(?:^|(?<=[.!?…]\s)|(?<=\n))\p{Lu}(?=\p{Ll})")


def habits(brand: Brand) -> Habits | None:
    """The habits of the brand's samples; None when it has none."""
    return habits_of([sample.text for sample in brand.samples])


def phrased(speaking: Voice, found: Habits | None) -> Voice:
    """The set phrases that such a writer would use: their own greeting instead of ours, no question they never ask."""
    if found is None:
        return speaking
    phrases = dict(speaking.phrases)
    phrases["lead"] = (
        [f"{found.greeting}," if found.greeting[-1:].isalnum() else found.greeting] if found.greeting else []
    )
    if found.asks < NEVER:
        phrases |= {kind: [] for kind in phrases if kind.startswith("ask")}
    return replace(speaking, phrases=phrases)


def steered(piece: Piece, found: Habits | None) -> Piece:
    """The piece as such a writer would set it."""
    if found is None:
        return piece
    blocks = _to_length([block for block in piece.blocks if block.text], found)
    blocks = [replace(block, text=_set(block.text, found)) for block in blocks]
    if found.sign_off:
        blocks = [*blocks, Block(found.sign_off, SIGN_OFF)]
    piece = replace(piece, blocks=_decorated(blocks, found), call=_set(piece.call, found))
    words = sum(len(normal_words(block.text)) for block in blocks)
    together = not found.breaks_lines and words <= ONE_PARAGRAPH and not any("\n" in block.text for block in blocks)
    return replace(piece, separator=" ") if together else piece


def _to_length(blocks: list[Block], found: Habits) -> list[Block]:
    """Leave out what matters least until the piece is about as long as the samples are; lists with times stay."""
    room = max(LEAST_ROOM, ROOM * found.words)
    kept = list(blocks)
    while sum(len(normal_words(block.text)) for block in kept) > room:
        removable = [block for block in kept if block.importance < KEEP and not TIMED.search(block.text)]
        if not removable:
            break
        kept.remove(min(removable, key=lambda block: block.importance))
    return kept


def _set(text: str, found: Habits) -> str:
    """Marks, short forms and capitals as in the samples."""
    if not found.breaks_lines and "→" in text:
        text = " ".join(LIST_MARK.sub("", line) for line in text.split("\n") if LIST_MARK.match(line))
    if found.exclaims < NEVER:
        text = regex.sub(r"!+(?!\?)", ".", text)
    if found.contracts is not None:
        text = SHORTEN.sub(_short, text) if found.contracts else LENGTHEN.sub(_long, text)
    if found.starts_small:
        text = SENTENCE_START.sub(lambda match: match[0].lower(), text)
    return EMOJI.sub("", text) if found.emoji_each < NEVER else text


def _short(match: regex.Match[str]) -> str:
    return _like(match[0], SHORT_FORMS[match[0].lower()])


def _long(match: regex.Match[str]) -> str:
    return _like(match[0], LONG_FORMS[next(key for key in LONG_FORMS if key.lower() == match[0].lower())])


def _like(before: str, after: str) -> str:
    return after[0].upper() + after[1:] if before[0].isupper() else after


def _decorated(blocks: list[Block], found: Habits) -> list[Block]:
    """Emoji and exclamation marks where such a writer puts them: at the ends of paragraphs, the first one first."""
    if not blocks:
        return blocks
    out = list(blocks)
    if found.exclaims > OFTEN and out[0].text.endswith("."):
        out[0] = replace(out[0], text=f"{out[0].text[:-1]}!")
    missing = round(found.emoji_each) - sum(len(Reading(block.text).emoji) for block in out)
    signs = found.emoji[: max(0, missing)]
    for number, sign in enumerate(signs):
        place = number % len(out)
        out[place] = replace(out[place], text=f"{out[place].text} {sign}")
    return out


def hashtags(every: list[str], found: Habits, *, live: list[str]) -> tuple[list[str], int]:
    """The hashtags such a writer would choose from, and how many; a live topic's own is never given up for habit."""
    first = [tag for tag in every if tag in live][:1]
    known = {tag.lower() for tag in first}
    own = [tag for tag in found.own_hashtags if tag.lower() not in known]
    known |= {tag.lower() for tag in own}
    rest = [tag for tag in every if tag.lower() not in known]
    return [*first, *own, *rest], max(found.hashtags, len(first))


def nearest_to(drafts: Sequence[Draft], brand: Brand) -> Draft:
    """The draft that sounds most like the samples; the first of several equals."""
    texts = [compose(text=draft.text, hashtags=draft.hashtags, call_to_action=draft.call_to_action) for draft in drafts]
    languages = sorted({sample.language for sample in brand.samples if sample.language})
    scores = score_all(texts, [sample.text for sample in brand.samples], languages=languages)
    return drafts[max(range(len(drafts)), key=lambda place: (scores[place], -place))]
