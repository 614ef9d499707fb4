"""The strategy: which formats, for which platforms, how many, in which order and when, each with its reasons."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.repurposing import timing
from content.repurposing.lines import Line
from trenddrop.core import platforms as rulebook
from trenddrop.core.history import Ahead, Past
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.platforms.threads import THREADED

VIDEO, AUDIO = "video", "audio"
CLIP_SECONDS = (15, 60)
USUAL_CLIP = 35.0  # seconds
SHORTEST_VIDEO, SHORTEST_SOUND = 40.0, 20.0
FEW_WORDS, SOME_WORDS, MANY_WORDS, LONG = 30, 150, 250, 500
MOST_CLIPS, MINUTES_PER_CLIP = 6, 2.0
PICTURES = ("instagram", "linkedin", "facebook")
LONG_TEXTS = 2500  # of a platform's own count: room for an article
NEWSLETTER = "linkedin"  # whose limits a letter is written inside
TALL = "vertical"
WELL, BADLY = 60, 35  # of 100, how well an asset suits a platform


@dataclass(frozen=True)
class Facts:
    """What is known of an asset, of its brand's earlier posts and its calendar. Scores 0–100, None where not measured.

    `speeds`: seconds of work for each kind's unit as measured here; `zone`: the organisation's time zone.
    """

    kind: str
    seconds: float | None
    words: int
    moments: int
    platforms: Sequence[str]
    now: dt.datetime
    shape: float | None = None  # width by height
    speakers: int = 1
    quotes: int = 0
    points: int = 0
    value: int | None = None
    virality: int | None = None
    fit: Mapping[str, float] = field(default_factory=dict)
    past: Sequence[Past] = ()
    zone: str = "UTC"
    ahead: Ahead = field(default_factory=Ahead)
    speeds: Mapping[str, float] = field(default_factory=dict)
    text_credits: int = 0
    clip_credits: Mapping[str, int] = field(default_factory=dict)  # by the format: with the look's intro and outro
    there: frozenset[str] = frozenset()  # kinds of jobs that are under way or done


@dataclass(frozen=True)
class Plan:
    """Lines in the order they are worth doing, and what could not be planned."""

    lines: list[Line]
    notes: list[str]


def plan(facts: Facts) -> Plan:
    """Return the plan; no lines where there is neither sound nor words."""
    found = [line for rule in RULES for line in rule(facts)]
    ranked = sorted((_ranked(facts, line) for line in found), key=lambda line: (line.priority, line.key))
    lines = timing.placed(
        [_costed(facts, line) for line in ranked], facts.past, facts.zone, ahead=facts.ahead, now=facts.now
    )
    return Plan(lines, _notes(facts, lines))


def _shorts(facts: Facts) -> list[Line]:
    where = [key for key in facts.platforms if _takes(key, "video")]
    if facts.kind != VIDEO or not where or (facts.seconds or 0) < SHORTEST_VIDEO or facts.words < FEW_WORDS:
        return []
    most = max(1, min(MOST_CLIPS, round((facts.seconds or 0) / 60 / MINUTES_PER_CLIP)))
    count = max(1, min(most, facts.moments or 1))
    reasons = [
        ngettext(
            "%(minutes)s min of recording hold %(count)s moment that stands by itself.",
            "%(minutes)s min of recording hold %(count)s moments that stand by themselves.",
            count,
        )
        % {"minutes": _minutes(facts.seconds), "count": count}
    ]
    tall = [key for key in where if rulebook.rules(key).media.vertical]
    if tall:
        reasons.append(_("%(names)s show tall video on the whole screen.") % {"names": _names(tall)})
    if facts.speakers > 1:
        reasons.append(_("Several people speak: the picture follows whoever does."))
    config = {"count": count, "seconds": list(CLIP_SECONDS), "layout": "auto"}
    return [Line("shorts", "shorts", TALL if tall else "square", where, count, reasons=reasons, config=config)]


def _audiogram(facts: Facts) -> list[Line]:
    where = [key for key in facts.platforms if _takes(key, "video")]
    if facts.kind != AUDIO or not where or (facts.seconds or 0) < SHORTEST_SOUND or facts.words < FEW_WORDS:
        return []
    reasons = [
        _("A recording without a picture is passed over in a feed; one that moves with the voice is not."),
        _("The best passage stands for the whole of %(minutes)s min.") % {"minutes": _minutes(facts.seconds)},
    ]
    shape = TALL if any(rulebook.rules(key).media.vertical for key in where) else "square"
    return [Line("audiogram", "audiogram", shape, where, 1, reasons=reasons)]


def _social(facts: Facts) -> list[Line]:
    where = [key for key in facts.platforms if not rulebook.rules(key).media.required]
    if facts.words < FEW_WORDS or not where:
        return []
    reasons = [_("A post for each of %(names)s keeps the subject alive between the videos.") % {"names": _names(where)}]
    if facts.quotes:
        reasons.append(_("There are sentences here that people quote."))
    return [Line("social", "social", "", where, len(where), reasons=reasons)]


def _thread(facts: Facts) -> list[Line]:
    where = [key for key in facts.platforms if key in THREADED]
    if facts.words < MANY_WORDS or not where:
        return []
    told = _("%(words)s words are too many for one post, and enough for several that belong together.")
    return [Line("thread", "thread", "", where, len(where), reasons=[told % {"words": facts.words}])]


def _carousel(facts: Facts) -> list[Line]:
    where = [key for key in facts.platforms if key in PICTURES]
    if not where or facts.words < SOME_WORDS or facts.points + facts.quotes < 2:
        return []
    reasons = [
        ngettext("%(count)s point worth a page of its own.", "%(count)s points worth a page each.", facts.points or 1)
        % {"count": facts.points or 1},
        _("%(names)s show pictures that people page through.") % {"names": _names(where)},
    ]
    return [Line("carousel", "carousel", "portrait", where, len(where), reasons=reasons)]


def _article(facts: Facts) -> list[Line]:
    where = [key for key in facts.platforms if _takes_long_texts(key)][:1]
    if facts.kind not in {VIDEO, AUDIO} or facts.words < LONG or not where:
        return []
    told = _("%(minutes)s min that were only spoken can be found once they are written down.")
    reasons = [told % {"minutes": _minutes(facts.seconds)}]
    if facts.kind == VIDEO:
        reasons.append(_("Stills of the recording go with it."))
    return [Line("article", "article", "", where, len(where), reasons=reasons)]


def _newsletter(facts: Facts) -> list[Line]:
    if facts.words < SOME_WORDS:
        return []
    told = _("Readers of a letter come back without a platform in between; all of it is said already.")
    return [Line("newsletter", "newsletter", "", [NEWSLETTER], 1, reasons=[told])]


def _script(facts: Facts) -> list[Line]:
    if facts.kind in {VIDEO, AUDIO} or facts.words < SOME_WORDS:
        return []
    told = _("What is only written reaches nobody who watches: a script is the first step to a video.")
    return [Line("script", "script", "", [], 1, reasons=[told])]


RULES: Sequence[Callable[[Facts], list[Line]]] = (
    _shorts, _audiogram, _social, _thread, _carousel, _article, _newsletter, _script,
)  # fmt: skip
BASE = {
    "shorts": 2, "audiogram": 2, "social": 4, "carousel": 4, "thread": 5, "article": 5, "newsletter": 6, "script": 6,
}  # fmt: skip


def _ranked(facts: Facts, line: Line) -> Line:
    """Move a line up or down by what the material is worth and how well it suits the platforms; 1 comes first."""
    priority, reasons = BASE[line.kind], list(line.reasons)
    fits = {key: facts.fit[key] for key in line.platforms if key in facts.fit}
    best = max(fits, key=lambda key: (fits[key], key), default=None)
    if best and fits[best] >= WELL:
        priority -= 1
        told = _("The material suits %(name)s: %(score)s of 100.")
        reasons.append(told % {"name": rulebook.rules(best).name, "score": round(fits[best])})
    if fits and max(fits.values()) < BADLY:
        priority += 2
        reasons.append(_("The material suits none of these platforms well, so it comes later."))
    if facts.value is not None and facts.value >= WELL:
        priority -= 1
        reasons.append(_("Its worth for being made into more is %(score)s of 100.") % {"score": facts.value})
    if line.kind in facts.there:
        priority += 3
        reasons.append(_("Something like this was made of it before."))
    order = sorted(line.platforms, key=lambda key: (-facts.fit.get(key, 0.0), line.platforms.index(key)))
    return replace(line, priority=min(max(priority, 1), 10), reasons=reasons, platforms=order)


def _costed(facts: Facts, line: Line) -> Line:
    units = _units(line)
    seconds = round(timing.seconds_of(line.kind, units, facts.speeds))
    each = facts.clip_credits.get(line.format, 1)
    rendered = line.count * each if line.kind in {"shorts", "audiogram"} else 0
    written = facts.text_credits * max(1, len(line.platforms))
    return replace(line, seconds=max(1, seconds), credits=rendered + written)


def _units(line: Line) -> float:
    if line.kind == "shorts":
        return line.count * USUAL_CLIP
    return USUAL_CLIP if line.kind == "audiogram" else float(max(1, len(line.platforms)))


def _notes(facts: Facts, lines: Sequence[Line]) -> list[str]:
    notes = []
    if not facts.words:
        notes.append(_("No words are known of it: add a transcript or a text, and more can be made."))
    if not lines:
        notes.append(_("There is too little here to make more of."))
    elif all(line.reach is None for line in lines):
        notes.append(_("How many people this reaches is not said: no post on these platforms has settled counts yet."))
    if not any(past.platform in line.platforms for past in facts.past for line in lines) and lines:
        notes.append(_("The hours are the platforms’ usual ones, until your own posts tell better ones."))
    there = {account.platform for account in facts.ahead.accounts}
    lacking = [key for key in facts.platforms if key not in there and any(key in line.platforms for line in lines)]
    if lacking:
        notes.append(
            _("No account is connected yet on: %(names)s. What is made for it waits.") % {"names": _names(lacking)}
        )
    if any(line.kind == "newsletter" for line in lines):
        notes.append(_("A letter is kept as a text: it is sent with your own mailing program."))
    return notes


def _takes(platform: str, kind: str) -> bool:
    return kind in rulebook.rules(platform).media.kinds


def _takes_long_texts(platform: str) -> bool:
    row = rulebook.rules(platform)
    return row.text_limit >= LONG_TEXTS and not row.media.required


def _names(keys: Sequence[str]) -> str:
    return ", ".join(rulebook.rules(PlatformKey(key)).name for key in keys)


def _minutes(seconds: float | None) -> str:
    return f"{max(1, round((seconds or 0) / 60))}"
