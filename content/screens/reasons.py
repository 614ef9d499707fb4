"""Factors and reasons in the reader's language.

They are worked out and kept in English; here the sentence is known again by its form and said in other words. What is
not known, because an older version wrote it, is shown as it was kept.
"""

import re
from functools import cache

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as said

NAMES = frozenset(
    [
        said("a description"), said("a lively pace"), said("a title that is shown whole"),
        said("about what the whole is about"), said("answers a question"), said("answers its own question"),
        said("as many hashtags as people bear"), said("asks a question"), said("asks and speaks to the reader"),
        said("asks for something"), said("asks questions"), said("asks rather than says"), said("comes early"),
        said("completes the thought"), said("corrects a belief"), said("ends its last sentence"),
        said("enough material"), said("enough words to explain"), said("explains a thing"), said("gives a number"),
        said("gives a reason"), said("gives numbers"), said("gives reasons"), said("goes against expectation"),
        said("goes to an extreme"), said("greeting or housekeeping"), said("inside the platform’s rules"),
        said("invites an answer"), said("is among what the whole is about"), said("is more than two days old"),
        said("is said more than once"), said("is still rising"), said("its best hook"), said("its hooks"),
        said("its insights"), said("its length"), said("its name is said"), said("its quotes"), said("its shape"),
        said("its words are said in one sentence"), said("its words are said together"),
        said("lines people would repeat"), said("long for a first line"), said("long for a quote"),
        said("means the same"), said("moments worth cutting out"), said("moves between moods"),
        said("names a live trend"), said("names people search for"), said("needs what was said before"),
        said("one subject throughout"), said("opens the story"), said("promises a reveal"),
        said("rides a live trend"), said("says it of everybody"), said("says it without exception"),
        said("says nothing twice"), said("says what the material says"), said("sentences easy to read"),
        said("sentences that need no context"), said("sets one thing against another"),
        said("several kinds of moments"), said("several sources report it"), said("short enough to be watched whole"),
        said("short enough to read at once"), said("short enough to remember"), said("something is at stake"),
        said("speaks to the viewer"), said("stands on its own"), said("stays true for long"), said("strong feeling"),
        said("tags"), said("takes a side"), said("teaches something"), said("tells what to do"), said("the opening"),
        said("the opening stops a thumb"), said("the right kind of material"), said("the subject comes early"),
        said("the title names the subject"), said("the whole is worded alike"), said("what it was made of"),
    ]
)  # fmt: skip
# The first that fits is taken.
SENTENCES = (
    said("Its first lines reach %(n)s of 100 as a hook."), said("Its first lines reach %(n)s of 100."),
    said("The best hook has %(n)s of 100."), said("%(n)s line worth quoting."), said("%(n)s lines worth quoting."),
    said("%(n)s moment of 45 points and more."), said("%(n)s moments of 45 points and more."),
    said("%(n)s words; 600 earn everything."), said("%(n)s of 3 kinds (hooks, quotes, insights) twice."),
    said("%(n)s insight."), said("%(n)s insights."), said("%(n)s date or events are named."),
    said("%(n)s dates or events are named."), said("%(n)s letters; 30 to 65 are shown."),
    said("%(n)s word; 50 earn everything."), said("%(n)s words; 50 earn everything."),
    said("Its main word is in %(share)s of sentences."), said("The beginning names it."),
    said("The beginning does not."), said("None are named."), said("Questions with something taught earn most."),
    said("%(n)s tag; 5 earn everything."), said("%(n)s tags; 5 earn everything."),
    said("In %(share)s of the sentences; %(full)s earn everything."), said("Not compared with trends yet."),
    said("“%(title)s” fits with %(n)s of 100."), said("No live topic fits."), said("It has no length in seconds."),
    said("%(n)s seconds; 60 and less earn all."), said("It says: %(names)s."),
    said("None of its subjects is in the title."), said("There are no word lists for this language."),
    said("Feeling can only be told in English."), said("Viewers are asked to answer, try or share."),
    said("Nobody is asked to answer, try or share."), said("The mood over time is not known."),
    said("From %(low)s to %(high)s."), said("%(n)s words a minute; 120 to 190 are easy to follow."),
    said("%(n)s words a sentence on average."), said("It is a video."), said("It is sound without a picture."),
    said("It is an image."), said("It is a text."),
    said("The best of %(count)s has %(n)s of 100; this platform lives on hooks."),
    said("The best of %(count)s has %(n)s of 100; this platform lives on insights."),
    said("The best of %(count)s has %(n)s of 100; this platform lives on quotes."),
    said("%(n)s seconds; %(low)s to %(high)s do well. It is refused whole: cut it to %(most)s seconds."),
    said("%(n)s seconds; %(low)s to %(high)s do well."), said("It has no picture."), said("Any shape will do here."),
    said("%(width)s × %(height)s; 9:16, upright fills the screen."),
    said("%(width)s × %(height)s; 16:9, wide fills the screen."), said("It does not."), said("It does."),
    said("It names none."), said("%(n)s on a scale of −100 to +100."), said("Nothing would be refused."),
    said("The material's own words are not known."), said("There is nothing to compare."),
    said("%(share)s of its telling words stand in the material; 75%% earn all."),
    said("%(n)s words; %(low)s to %(high)s read well here."), said("%(n)s sentences twice."), said("Nothing twice."),
    said("By %(what)s."), said("It breaks off."), said("%(n)s; up to %(most)s are usual here."),
    said("It asks, and speaks to the reader."),
    said("It asks, or speaks to the reader."), said("It does neither."), said("The material has no score."),
    said("The material’s virality is %(n)s."),
)  # fmt: skip
_PLACE = re.compile(r"%\((\w+)\)s")


def name(kept: str) -> str:
    """Return a factor's name as the reader says it."""
    return gettext(kept) if kept in NAMES else kept


def why(kept: str) -> str:
    """Return the sentence that says why, as the reader says it."""
    if template := next((each for each in SENTENCES if _form(each).fullmatch(kept)), ""):
        found = _form(template).fullmatch(kept)
        return gettext(template) % (found.groupdict() if found else {})
    return kept


def is_known(kept: str) -> bool:
    """Say whether a sentence can be said in another language."""
    return any(_form(each).fullmatch(kept) for each in SENTENCES)


@cache
def _form(template: str) -> re.Pattern[str]:
    parts = _PLACE.split(template.replace("%%", "%"))
    fixed = [re.escape(part) if number % 2 == 0 else f"(?P<{part}>.+?)" for number, part in enumerate(parts)]
    return re.compile("".join(fixed), re.DOTALL)
