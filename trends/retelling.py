"""Why a topic rises and why it fits, in the reader's language: ratings keep both in English."""

from django.utils.translation import gettext_noop as _

from trenddrop.core.retelling import Retelling

SPANS = (
    _("1 minute"),
    _("1 hour"),
    _("1 day"),
    _("%(n)s minutes"),
    _("%(n)s hours"),
    _("%(n)s days"),
    _("“%(some)s” and “%(last)s”"),
)
# As niches.toml calls them.
FIELDS = (
    _("beauty and skin care"),
    _("fashion"),
    _("food and drink"),
    _("fitness and sport for oneself"),
    _("health and wellness"),
    _("teeth and gums"),
    _("travel and places"),
    _("technology"),
    _("business and work"),
    _("money and investing"),
    _("education and learning"),
    _("parents and children"),
    _("home and living"),
    _("environment and sustainability"),
    _("film, series and music"),
    _("games"),
    _("sports"),
    _("cars and two-wheelers"),
    _("weddings"),
    _("festivals and seasons"),
    _("pets"),
    _("science and space"),
    _("art, crafts and books"),
    _("politics"),
    _("religion"),
    _("accidents, crime, war and death"),
    _("betting and gambling"),
    _("alcohol and tobacco"),
)
RISE = (
    _("no yesterday to compare with yet"),
    _("%(times)s yesterday"),
    _("as much as yesterday"),
    _("%(change)s %% on yesterday"),
    _("as usual for this hour"),
    _("above its usual for this hour"),
    _("below its usual for this hour"),
    _("%(times)s its usual for this hour"),
    _("%(n)s in this hour, where hardly any are usual"),
    _("at %(share)s %% of its peak"),
    _("still rising"),
    _("in no source today"),
    _("seen in one source"),
    _("seen in %(n)s sources"),
    _("first seen %(age)s ago"),
    _("last seen %(age)s ago"),
    _("place %(n)s in its list"),
    _("%(n)s mentions in a day"),
    _("about %(n)s searches or views in a day"),
)
FIT = (
    _("speaks of %(words)s"),
    _("touches on %(words)s"),
    _("close in meaning to what this brand talks about"),
    _("much the same words as this brand uses"),
    _("is about %(field)s, this brand's field"),
    _("is about %(field)s, near this brand's field"),
    _("its audience (%(who)s) likes “%(thing)s”"),
    _("touches on what bothers its audience (%(who)s): “%(thing)s”"),
    _("uses words of its own texts: %(words)s"),
    _("posts with #%(tag)s brought %(ratio)s the usual (%(n)s posts)"),
    _("posts with this hashtag brought %(ratio)s the usual (%(n)s posts)"),
    _("is about %(place)s, where its audience lives"),
    _("rises on %(platform)s, which the brand prefers"),
    _("rises on %(platform)s, where the brand is not"),
    _("rises in %(country)s, the brand looks at %(countries)s"),
    _("is told in %(language)s, which the brand does not write"),
    _("is about %(field)s: with care, if at all"),
    _("says “%(thing)s”, which the guidelines say to avoid"),
)
WATCHED = (
    _("says “%(word)s”"),
    _("“%(word)s” is said about it"),
    _("%(times)s its usual"),
    _("%(change)s %% in a day"),
    _("fits %(brand)s %(score)s"),
    _("emerging"),
    _("trending"),
    _("steady"),
    _("declining"),
)
# Of ideas that were made of phrases.
TIMES = (
    _("it is young: early posts are found"),
    _("it is at its height: today rather than tomorrow"),
    _("it is past its height: only what stays useful is still worth it"),
    _("it is over: for a look back only"),
)
IDEAS = (
    _("a topic like this makes people ask what it is"),
    _("a clear view is what this platform passes on"),
    _("people search for what to do about it"),
    _("your own moment is what nobody else can post"),
    _("lists are saved and come back"),
    _("a question costs nothing to answer"),
    _("reacting is how this kind of topic spreads"),
    _("nothing the brand says of itself is in this topic, so the link must come from you"),
    _("%(times)s, growing by %(growth)s in 24 h"),
)
BETWEEN = "; "
_retold = Retelling((*RISE, *FIT, *WATCHED, *TIMES, *IDEAS), inside=(*SPANS, *FIELDS, *TIMES))


def retold(kept: object) -> str:
    """Return a kept reason, or several with a semicolon between them, as the reader says it."""
    return BETWEEN.join(map(_retold, str(kept).split(BETWEEN)))


def is_known(kept: str) -> bool:
    """Say whether every part of a reason can be said in another language."""
    return all(map(_retold.knows, kept.split(BETWEEN)))
