"""Factors and reasons in the reader's language.

They are worked out and kept in English; here the sentence is known again by its form and said in other words. What is
not known, because an older version wrote it, is shown as it was kept.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from trenddrop.core.retelling import Retelling

NAMES = frozenset(
    [
        _("about what the whole dwells on"), _("answers what was wished for"), _("ends where the speaker pauses"),
        _("chosen by hand"), _("long pauses"), _("opens against expectation"), _("opens with a figure"),
        _("opens with a promise"),
        _("opens with a question"), _("understood without what was said before"),
        _("a description"), _("a lively pace"), _("a title that is shown whole"),
        _("about what the whole is about"), _("answers a question"), _("answers its own question"),
        _("as many hashtags as people bear"), _("asks a question"), _("asks and speaks to the reader"),
        _("asks for something"), _("asks questions"), _("asks rather than says"), _("comes early"),
        _("completes the thought"), _("corrects a belief"), _("ends its last sentence"),
        _("enough material"), _("enough words to explain"), _("explains a thing"), _("gives a number"),
        _("gives a reason"), _("gives numbers"), _("gives reasons"), _("goes against expectation"),
        _("goes to an extreme"), _("greeting or housekeeping"), _("inside the platform’s rules"),
        _("invites an answer"), _("is among what the whole is about"), _("is more than two days old"),
        _("is said more than once"), _("is still rising"), _("its best hook"), _("its hooks"),
        _("its insights"), _("its length"), _("its name is said"), _("its quotes"), _("its shape"),
        _("its words are said in one sentence"), _("its words are said together"),
        _("lines people would repeat"), _("long for a first line"), _("long for a quote"),
        _("means the same"), _("moments worth cutting out"), _("moves between moods"),
        _("names a live trend"), _("names people search for"), _("needs what was said before"),
        _("one subject throughout"), _("opens the story"), _("promises a reveal"),
        _("rides a live trend"), _("says it of everybody"), _("says it without exception"),
        _("says nothing twice"), _("says what the material says"), _("sentences easy to read"),
        _("sentences that need no context"), _("sets one thing against another"),
        _("several kinds of moments"), _("several sources report it"), _("short enough to be watched whole"),
        _("short enough to read at once"), _("short enough to remember"), _("something is at stake"),
        _("speaks to the viewer"), _("stands on its own"), _("stays true for long"), _("strong feeling"),
        _("tags"), _("takes a side"), _("teaches something"), _("tells what to do"), _("the opening"),
        _("the opening stops a thumb"), _("the right kind of material"), _("the subject comes early"),
        _("the title names the subject"), _("the whole is worded alike"), _("what it was made of"),
    ]
)  # fmt: skip
SENTENCES = (
    _("Its first lines reach %(n)s of 100 as a hook."), _("Its first lines reach %(n)s of 100."),
    _("The best hook has %(n)s of 100."), _("%(n)s line worth quoting."), _("%(n)s lines worth quoting."),
    _("%(n)s moment of 45 points and more."), _("%(n)s moments of 45 points and more."),
    _("%(n)s words; 600 earn everything."), _("%(n)s of 3 kinds (hooks, quotes, insights) twice."),
    _("%(n)s insight."), _("%(n)s insights."), _("%(n)s date or events are named."),
    _("%(n)s dates or events are named."), _("%(n)s letters; 30 to 65 are shown."),
    _("%(n)s word; 50 earn everything."), _("%(n)s words; 50 earn everything."),
    _("Its main word is in %(share)s of sentences."), _("The beginning names it."),
    _("The beginning does not."), _("None are named."), _("Questions with something taught earn most."),
    _("%(n)s tag; 5 earn everything."), _("%(n)s tags; 5 earn everything."),
    _("In %(share)s of the sentences; %(full)s earn everything."), _("Not compared with trends yet."),
    _("“%(title)s” fits with %(n)s of 100."), _("No live topic fits."), _("It has no length in seconds."),
    _("%(n)s seconds; 60 and less earn all."), _("It says: %(names)s."),
    _("None of its subjects is in the title."), _("There are no word lists for this language."),
    _("Feeling can only be told in English."), _("Viewers are asked to answer, try or share."),
    _("Nobody is asked to answer, try or share."), _("The mood over time is not known."),
    _("From %(low)s to %(high)s."), _("%(n)s words a minute; 120 to 190 are easy to follow."),
    _("%(n)s words a sentence on average."), _("It is a video."), _("It is sound without a picture."),
    _("It is an image."), _("It is a text."),
    _("The best of %(count)s has %(n)s of 100; this platform lives on hooks."),
    _("The best of %(count)s has %(n)s of 100; this platform lives on insights."),
    _("The best of %(count)s has %(n)s of 100; this platform lives on quotes."),
    _("%(n)s seconds; %(low)s to %(high)s do well. It is refused whole: cut it to %(most)s seconds."),
    _("%(n)s seconds; %(low)s to %(high)s do well."), _("It has no picture."), _("Any shape will do here."),
    _("%(width)s × %(height)s; 9:16, upright fills the screen."),
    _("%(width)s × %(height)s; 16:9, wide fills the screen."), _("It does not."), _("It does."),
    _("It names none."), _("%(n)s on a scale of −100 to +100."), _("Nothing would be refused."),
    _("The material's own words are not known."), _("There is nothing to compare."),
    _("%(share)s of its telling words stand in the material; 75%% earn all."),
    _("%(n)s words; %(low)s to %(high)s read well here."), _("%(n)s sentences twice."), _("Nothing twice."),
    _("By %(what)s."), _("It breaks off."), _("%(n)s; up to %(most)s are usual here."),
    _("It asks, and speaks to the reader."),
    _("It asks, or speaks to the reader."), _("It does neither."), _("The material has no score."),
    _("The material’s virality is %(n)s."),
)  # fmt: skip
CUES = (
    _("a contrast"),
    _("a promise"),
    _("a loss"),
    _("an extreme"),
    _("a contrast and a promise"),
    _("a loss and an extreme"),
)
SPOKEN_OF = _("speaks of %(topic)s")
_told = Retelling(SENTENCES, inside=CUES)
_spoken_of = Retelling([SPOKEN_OF])


def name(kept: str) -> str:
    """Return a factor's name as the reader says it."""
    return gettext(kept) if kept in NAMES else _spoken_of(kept)


def why(kept: str) -> str:
    """Return the sentence that says why, as the reader says it."""
    return _told(kept)


def is_known(kept: str) -> bool:
    """Say whether a sentence can be said in another language."""
    return _told.knows(kept)
