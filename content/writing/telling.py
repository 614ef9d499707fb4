"""The embedded writer of scripts: sentences of what was given, in scenes that can be spoken, and honest gaps.

It makes nothing up. Where an idea holds less than a script needs, the scenes that lack words say what is
missing, and the draft's notes say how to give it more.
"""

from collections.abc import Sequence
from random import Random

from django.utils.translation import gettext as _

from content.understanding import Understanding, read, understand
from content.understanding.cues import has_number
from content.writing.brief import Brief
from content.writing.generator import GOALS
from content.writing.material import Material, gather
from content.writing.scenes import Scene, ScriptDraft, ScriptOrder, lasts, scene
from content.writing.voice import Voice, voice
from content.writing.wishes import Wishes, understand_note
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.text.orders import without_orders
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.shortening import shorten_to
from trenddrop.core.text.tidy import finished

MADE_BY = "TrendDrop embedded script writer 1"
FEWEST_SENTENCES, FEWEST_WORDS = 4, 45  # below, there is nothing to choose from
SHORTER, LONGER = 0.7, 1.4
LEAST_SECONDS = 10
LONGEST_TITLE = 90
HEADLINES = 2
MOST_POINTS = 8
SUBJECTS = 6  # keywords that are worth a picture
LONG_SAY = 16.0  # seconds of one scene; two short points share one below this


def tell(order: ScriptOrder, *, rng: Random) -> ScriptDraft:
    """A script of what was given; the same order and seed give the same script."""
    wishes = understand_note(order.note)
    text = without_orders("\n\n".join(filter(None, [order.material, "" if order.material else order.idea])))
    found = understand(text, order.language or None)
    language = order.language or found.language
    speaking = voice(language=language, tone=wishes.tone or order.tone, brand=order.brand.name, rng=rng)
    sentences = read(text, language=found.language)
    if len(sentences) >= FEWEST_SENTENCES and len(text.split()) >= FEWEST_WORDS:
        scenes, wishes = _told(order, found, sentences, wishes, speaking, rng)
        notes = []
    else:
        scenes, notes = _outlined(order, sentences, speaking, language), [_thin(order)]
    return ScriptDraft(
        title=title_of(order),
        scenes=scenes,
        made_by=MADE_BY,
        language=language,
        wishes_not_understood=list(wishes.not_understood),
        notes=notes,
    )


def title_of(order: ScriptOrder) -> str:
    """The first sentence of the idea, else the title of what was read."""
    first = next(iter(read(order.idea)), None)
    raw = order.title if order.material and order.title else first.text if first else order.title or order.topic
    return shorten_to(raw.rstrip(". "), fits=lambda text: len(text) <= LONGEST_TITLE)


def _thin(order: ScriptOrder) -> str:
    if order.topic and not order.material:
        return _("Little is known of this topic yet. Fill the open scenes with what you have to say about it.")
    return _("The idea is short, so the open scenes are yours to fill. Notes or a link let more be written for you.")


def _budget(order: ScriptOrder, wishes: Wishes) -> float:
    before = order.previous.seconds if order.previous and wishes.length else 0
    wanted = before or order.seconds
    return max(LEAST_SECONDS, wanted * (SHORTER if wishes.length < 0 else LONGER if wishes.length > 0 else 1))


# Out of much


def _told(
    order: ScriptOrder,
    found: Understanding,
    sentences: Sequence[Sentence],
    wishes: Wishes,
    speaking: Voice,
    rng: Random,
) -> tuple[list[Scene], Wishes]:
    brief = Brief(PlatformKey.TIKTOK, order.title or order.idea[:100], found, sentences, brand=order.brand)
    material, wishes = gather(brief, wishes, rng=rng, lean="hooks")
    language = order.language or found.language
    opening = [scene(_("Opening"), finished(material.opening), _shot(material.opening, found, first=True), language)]
    opening += _trend(order, wishes, speaking, language)
    if material.answer:
        said = " ".join(map(finished, material.answer))
        heading = _("The answer") if material.opens_with_question else _("What follows")
        opening.append(scene(heading, said, _shot(said, found), language))
    ending = _ending(order, material.closing, wishes, speaking, found, language)
    left = _budget(order, wishes) - sum(one.seconds for one in (*opening, *ending))
    chosen = _chosen(material, left, language)
    points = _together(material.in_order(chosen), language)
    named = enumerate(points, 1)
    middle = [scene(_("Point %(n)s") % {"n": n}, said, _shot(said, found), language) for n, said in named]
    return [*opening, *middle, *ending], wishes


def _chosen(material: Material, left: float, language: str) -> list[str]:
    """The best points that fit into the seconds left; one at least."""
    chosen: list[str] = []
    pool = [*(one.text for one in material.points), *material.summary]
    for text in pool:
        seconds = lasts(text, language)
        if text not in chosen and (not chosen or seconds <= left) and len(chosen) < MOST_POINTS:
            chosen.append(text)
            left -= seconds
    return chosen


def _together(points: Sequence[str], language: str) -> list[str]:
    """Short neighbours share a scene."""
    made: list[str] = []
    for text in map(finished, points):
        joined = f"{made[-1]} {text}" if made else ""
        if made and len(points) > 3 and lasts(joined, language) <= LONG_SAY / 2:
            made[-1] = joined
        else:
            made.append(text)
    return made


def _trend(order: ScriptOrder, wishes: Wishes, speaking: Voice, language: str) -> list[Scene]:
    said = speaking.say("trend", topic=order.topic) if order.topic and not wishes.no_trend else ""
    return (
        [scene(_("Why now"), said, _("The topic's name on screen: “%(name)s”") % {"name": order.topic}, language)]
        if said
        else []
    )


def _ending(
    order: ScriptOrder, closing: str, wishes: Wishes, speaking: Voice, found: Understanding | None, language: str
) -> list[Scene]:
    call = "" if wishes.no_call else _call(order.brand.goals, speaking)
    said = " ".join(filter(None, [finished(closing) if closing else "", call]))
    if not said:
        return []
    picture = _("The brand's name and what to do, in words") if call else _shot(said, found)
    return [scene(_("Close"), said, picture, language)]


def _call(goals: str, speaking: Voice) -> str:
    kind = next((kind for pattern, kind in GOALS if pattern.search(goals)), "ask")
    return speaking.say(kind) or speaking.say("save") or speaking.say("ask")


def _shot(text: str, found: Understanding | None, *, first: bool = False) -> str:
    """What could be seen: a figure, a name, else the subject; the first scene shows who speaks."""
    if has_number(text) and any(sign.isdigit() for sign in text):
        figure = next(word for word in text.split() if any(sign.isdigit() for sign in word)).strip(".,;:!?")
        return _("“%(figure)s” large on screen") % {"figure": figure}
    named = next((one.text for one in found.entities if one.text in text), "") if found else ""
    if named:
        return _("%(name)s in the picture") % {"name": named}
    if first:
        return _("Who speaks, close, looking into the camera")
    subject = (
        next((word for word, _weight in found.keywords[:SUBJECTS] if word.lower() in text.lower()), "") if found else ""
    )
    return _("Close-up: %(subject)s") % {"subject": subject} if subject else _("Who speaks, from the side")


# Out of little


def _outlined(order: ScriptOrder, sentences: Sequence[Sentence], speaking: Voice, language: str) -> list[Scene]:
    """The idea's own sentences, one a scene, and open scenes for what only the person knows."""
    said = [finished(one.text) for one in sentences] or [finished(order.idea)] if order.idea.strip() else []
    opening = said[0] if said else ""
    scenes = [scene(_("Opening"), opening, _("Who speaks, close, looking into the camera"), language)]
    scenes += _trend(order, Wishes(), speaking, language)
    for line in order.headlines[:HEADLINES]:
        quoted = _("What people say")
        scenes.append(
            scene(quoted, "", _("Others write: “%(line)s” Say in your own words.") % {"line": line}, language)
        )
    scenes += [scene(_("Point %(n)s") % {"n": n}, text, "", language) for n, text in enumerate(said[1:], 1)]
    scenes += [scene(heading, "", hint, language) for heading, hint in _open(len(said) - 1)]
    return [*scenes, *_ending(order, "", Wishes(), speaking, None, language)]


def _open(points: int) -> list[tuple[str, str]]:
    """What a script of few words still needs."""
    asked = [
        (_("Why it matters"), _("Open: what goes wrong for people who do not know this?")),
        (_("An example"), _("Open: one case you saw yourself, with its figure")),
        (_("What to do"), _("Open: the one thing to do today")),
    ]
    return asked[max(0, min(points, 2)) :]
