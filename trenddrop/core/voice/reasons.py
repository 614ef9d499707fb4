"""What makes a text sound like the samples or not, in words and numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import regex
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trenddrop.core.voice import lists
from trenddrop.core.voice.features import CONTRACTED, LOWER_START, NAMES, STRETCHED, Reading, measures, rows_of, tamed
from trenddrop.core.voice.measuring import Learnt

ODD, LIKE = 1.2, 0.8  # spreads from the samples' middle
TELLING = 0.6  # spreads between the samples' middle and the world's
MOST_ODD, MOST_LIKE = 5, 3
LONGEST_QUOTE = 90


@dataclass(frozen=True)
class Reason:
    """One measure in words; `quotes` are places of the text that show it. `is_like` says on which side it counts."""

    name: str
    words: str
    is_like: bool
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wording:
    """How a measure is told. `amount`: of which number; `sign`: what a sample has or has not."""

    amount: str | Promise = ""
    sign: str | Promise = ""
    quotes: Callable[[Reading], Sequence[str]] = lambda _reading: ()


def _longest(reading: Reading) -> Sequence[str]:
    return [max(reading.sentences, key=lambda sentence: len(sentence.split()))]


def _sentences(pattern: str) -> Callable[[Reading], Sequence[str]]:
    return lambda reading: [each for each in reading.sentences if regex.search(pattern, each)]


def _words(listed: frozenset[str]) -> Callable[[Reading], Sequence[str]]:
    return lambda reading: list(dict.fromkeys(token.text for token in reading.tokens if token.normal in listed))


def _hinglish(reading: Reading) -> Sequence[str]:
    return _words(lists.hinglish_words())(reading)


WORDINGS: dict[str, Wording] = {
    "sentence_words": Wording(amount=gettext_lazy("words in a sentence"), quotes=_longest),
    "words": Wording(amount=gettext_lazy("words in all")),
    "exclamations": Wording(sign=gettext_lazy("an exclamation mark"), quotes=_sentences("!")),
    "questions": Wording(sign=gettext_lazy("a question"), quotes=_sentences(r"\?")),
    "ellipses": Wording(sign=gettext_lazy("three dots"), quotes=_sentences(r"\.\.\.|…")),
    "commas": Wording(amount=gettext_lazy("commas in a hundred words")),
    "clauses": Wording(sign=gettext_lazy("a colon or semicolon"), quotes=_sentences("[;:]")),
    "dashes": Wording(sign=gettext_lazy("a dash"), quotes=_sentences("[–—]| - ")),
    "brackets": Wording(sign=gettext_lazy("brackets or quotation marks")),
    "numbers": Wording(sign=gettext_lazy("a figure"), quotes=_sentences(r"\d")),
    "emoji": Wording(sign=gettext_lazy("an emoji"), quotes=lambda reading: list(dict.fromkeys(reading.emoji))),
    "hashtags": Wording(sign=gettext_lazy("a hashtag"), quotes=lambda reading: reading.hashtags),
    "capitals": Wording(
        sign=gettext_lazy("a word in capitals"),
        quotes=lambda reading: [t.text for t in reading.tokens if len(t.text) > 2 and t.text.isupper()],
    ),
    "lower_starts": Wording(sign=gettext_lazy("a sentence that begins small"), quotes=_sentences(LOWER_START.pattern)),
    "fragments": Wording(sign=gettext_lazy("a sentence of three words or fewer")),
    "lines": Wording(sign=gettext_lazy("a new line")),
    "stretched": Wording(sign=gettext_lazy("stretched letters or doubled marks"), quotes=_sentences(STRETCHED.pattern)),
    "contractions": Wording(
        sign=gettext_lazy("a short form such as “isn’t”"), quotes=lambda reading: CONTRACTED.findall(reading.plain)
    ),
    "long_forms": Wording(sign=gettext_lazy("a full form such as “is not”")),
    "i": Wording(sign=gettext_lazy("“I”"), quotes=_words(lists.I_WORDS)),
    "we": Wording(sign=gettext_lazy("“we”"), quotes=_words(lists.WE_WORDS)),
    "you": Wording(sign=gettext_lazy("“you”"), quotes=_words(lists.YOU_WORDS)),
    "hinglish": Wording(sign=gettext_lazy("Hindi in Latin letters"), quotes=_hinglish),
    "devanagari": Wording(sign=gettext_lazy("Devanagari")),
    "casual": Wording(sign=gettext_lazy("everyday words"), quotes=_words(lists.CASUAL)),
    "formal": Wording(sign=gettext_lazy("formal words"), quotes=_words(lists.FORMAL)),
    "hedges": Wording(sign=gettext_lazy("words that soften"), quotes=_words(lists.HEDGES)),
    "sales": Wording(sign=gettext_lazy("words of advertising"), quotes=_words(lists.SALES)),
    "abstract": Wording(
        amount=gettext_lazy("abstract words (-tion, -ment, -ity) in a hundred"),
        quotes=lambda reading: [t.text for t in reading.tokens if t.normal.endswith(lists.ENDINGS)],
    ),
    "long_words": Wording(amount=gettext_lazy("long words in a hundred")),
}


def reasons(learnt: Learnt, text: str) -> list[Reason]:
    """What sets a text apart from the samples, farthest first, then what it shares with them and not with the world."""
    reading, told, ours = Reading(text), measures(text), rows_of(learnt.texts)
    row, spread = tamed(told[None, :])[0], learnt.spread()
    apart = np.abs(row - spread.middle) / spread.spread
    stands_out = np.abs(spread.middle - learnt.world.middle) / learnt.world.spread
    places = [n for n, name in enumerate(NAMES) if name in WORDINGS]
    odd = sorted((n for n in places if apart[n] >= ODD), key=lambda n: -apart[n])
    like = sorted((n for n in places if apart[n] < LIKE and stands_out[n] >= TELLING), key=lambda n: -stands_out[n])
    found = [_reason(n, reading, float(told[n]), ours[:, n], is_like=False) for n in odd]
    shared = [_reason(n, reading, float(told[n]), ours[:, n], is_like=True) for n in like]
    return [*[one for one in found if one][:MOST_ODD], *[one for one in shared if one][:MOST_LIKE]]


def _reason(place: int, reading: Reading, here: float, ours: np.ndarray, *, is_like: bool) -> Reason | None:
    name = NAMES[place]
    wording = WORDINGS[name]
    have, total = int((ours > 0).sum()), len(ours)
    if wording.amount:
        words = _amount(wording.amount, float(np.median(ours)), here, is_like=is_like)
    else:
        words = _sign(wording.sign, have, total, here=here > 0, is_like=is_like)
    quotes = [] if is_like or not here else [_cut(quote) for quote in wording.quotes(reading)]
    return Reason(name, words, is_like, tuple(dict.fromkeys(quotes))[:3]) if words else None


def _amount(noun: str | Promise, ours: float, here: float, *, is_like: bool) -> str:
    values = {"ours": _number(ours), "here": _number(here), "noun": noun}
    if values["ours"] == values["here"]:
        return _("%(here)s %(noun)s, as in your samples") % values if is_like else ""
    if is_like:
        return _("%(here)s %(noun)s; your samples have about %(ours)s") % values
    return _("Your samples have about %(ours)s %(noun)s, this has %(here)s") % values


def _sign(sign: str | Promise, have: int, total: int, *, here: bool, is_like: bool) -> str:
    values = {"sign": sign, "have": have, "total": total}
    if is_like:
        shared = have >= total / 2 if here else have == 0
        if not shared:
            return ""
        told = (
            _("%(have)s of %(total)s samples have %(sign)s; so has this")
            if here
            else _("No sample has %(sign)s; neither has this")
        )
        return told % values
    if not here:
        return _("%(have)s of %(total)s samples have %(sign)s; this has none") % values
    if have == 0:
        return _("No sample has %(sign)s; this has") % values
    if have > total / 2:
        return _("This has %(sign)s, as %(have)s of %(total)s samples do, but in another measure") % values
    return _("Only %(have)s of %(total)s samples have %(sign)s; this has") % values


def _number(value: float) -> str:
    return f"{value:.1f}" if value < 10 and round(value, 1) != round(value) else f"{value:.0f}"


def _cut(quote: str) -> str:
    quote = " ".join(quote.split())
    return quote if len(quote) <= LONGEST_QUOTE else f"{quote[: LONGEST_QUOTE - 1].rstrip()}…"
