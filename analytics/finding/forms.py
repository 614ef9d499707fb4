"""How findings are said: kept in English, told again by form in the reader's language (analytics.retelling)."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

MORE = _("On %(account)s, posts %(feature)s bring %(times)s× the %(metric)s of your other posts.")
LESS = _("On %(account)s, posts %(feature)s bring only %(times)s× the %(metric)s of your other posts.")
PACE_UP = _("%(account)s gains more %(metric)s than before: %(now)s a week, %(before)s a week until then.")
PACE_DOWN = _("%(account)s gains fewer %(metric)s than before: %(now)s a week, %(before)s a week until then.")
POST_DAYS_UP = _("%(account)s gains more followers on days with a post and the day after: %(times)s× the others.")
POST_DAYS_DOWN = _("%(account)s gains fewer followers on days with a post and the day after: %(times)s× the others.")
CROSS = _("Posts %(feature)s do better on %(account)s than on %(other)s: %(times)s×, each against its own usual.")
SAME_UP = _("What does well on %(account)s does well on %(other)s too.")
SAME_DOWN = _("What does well on %(account)s does badly on %(other)s.")
CLIPS_UP = _("%(account)s has more streams in the days after a post on %(other)s: %(times)s× the other days.")
CLIPS_DOWN = _("%(account)s has fewer streams in the days after a post on %(other)s: %(times)s× the other days.")
GOAL_LATE = _("“%(name)s” is on its way to miss: about %(ends)s of %(target)s by %(date)s if nothing changes.")
GOAL_FINE = _("“%(name)s” is on its way to be reached: about %(ends)s of %(target)s by %(date)s if nothing changes.")

OF_POSTS = _("%(n)s posts against %(m)s of the same weeks; between %(low)s× and %(high)s×.")
OF_WEEKS = _("The last %(n)s weeks against the %(m)s before; between %(low)s× and %(high)s×.")
OF_DAYS = _("%(n)s such days against %(m)s others of the same weeks; between %(low)s× and %(high)s×.")
OF_PAIRS = _("%(n)s pieces that went to both; they agree at %(effect)s, between %(low)s and %(high)s.")
OF_COURSE = _("%(n)s days counted; eight of ten futures end between %(low)s and %(high)s.")

METRICS: Mapping[str, str] = {
    "views": _("views"),
    "engagement": _("reactions"),
    "followers": _("followers"),
    "streams": _("streams"),
}
HOURS: Mapping[str, str] = {
    "0-6": _("at night, until 6 o’clock,"),
    "6-11": _("in the morning, 6 to 11 o’clock,"),
    "11-15": _("around midday, 11 to 15 o’clock,"),
    "15-19": _("in the afternoon, 15 to 19 o’clock,"),
    "19-24": _("in the evening, from 19 o’clock,"),
}
WEEKDAYS = (
    _("on Mondays"), _("on Tuesdays"), _("on Wednesdays"), _("on Thursdays"), _("on Fridays"), _("on Saturdays"),
    _("on Sundays"),
)  # fmt: skip
KINDS: Mapping[str, str] = {
    "short_video": _("with a short video"),
    "social_post": _("of text"),
    "thread": _("as threads"),
    "article": _("as articles"),
    "carousel": _("as carousels"),
    "image": _("with a picture"),
}
FORMATS: Mapping[str, str] = {
    "vertical": _("in upright format"),
    "square": _("in square format"),
    "landscape": _("in wide format"),
}
LENGTHS: Mapping[str, str] = {
    "-15": _("of up to 15 s"),
    "15-30": _("of 15 to 30 s"),
    "30-60": _("of 30 to 60 s"),
    "60-180": _("of 1 to 3 min"),
    "180-": _("of over 3 min"),
}
CAPTIONS: Mapping[str, str] = {
    "-80": _("with up to 80 letters"),
    "80-200": _("with 80 to 200 letters"),
    "200-500": _("with 200 to 500 letters"),
    "500-900": _("with 500 to 900 letters"),
    "900-": _("with over 900 letters"),
}
TRENDS: Mapping[str, str] = {
    "ride": _("that ride a rising topic"),
    "fresh": _("that ride a topic within a day of its rise"),
}
TAGGED = _("with #%(tag)s")
ABOUT = _("about “%(category)s”")
IN_LANGUAGE = _("in the language %(code)s")
THAT = _("that %(does)s")

SENTENCES = (
    MORE, LESS, PACE_UP, PACE_DOWN, POST_DAYS_UP, POST_DAYS_DOWN, CROSS, SAME_UP, SAME_DOWN, CLIPS_UP, CLIPS_DOWN,
    GOAL_LATE, GOAL_FINE, OF_POSTS, OF_WEEKS, OF_DAYS, OF_PAIRS, OF_COURSE,
)  # fmt: skip
PARTS = (
    *METRICS.values(), *HOURS.values(), *WEEKDAYS, *KINDS.values(), *FORMATS.values(), *LENGTHS.values(),
    *CAPTIONS.values(), *TRENDS.values(), TAGGED, ABOUT, IN_LANGUAGE, THAT,
)  # fmt: skip
TABLES: Mapping[str, Mapping[str, str]] = {
    "hour": HOURS,
    "kind": KINDS,
    "format": FORMATS,
    "length": LENGTHS,
    "caption": CAPTIONS,
    "trend": TRENDS,
}


def feature(dimension: str, value: str, says: Mapping[str, str]) -> str:
    """Say what posts have: "with #tag", "on Fridays"; `says` are the words of features of the text."""
    if dimension == "weekday":
        return WEEKDAYS[int(value)]
    if dimension == "hashtag":
        return TAGGED % {"tag": value}
    if dimension == "category":
        return ABOUT % {"category": value}
    if dimension == "language":
        return IN_LANGUAGE % {"code": value}
    if dimension == "says":
        return THAT % {"does": says.get(value, value.replace("_", " "))}
    return TABLES[dimension].get(value, value)


def times(value: float) -> str:
    """A ratio in English: 1.4, 0.62, 12."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def count(value: float) -> str:
    """A count in English."""
    return f"{value:,.0f}" if abs(value) >= 10 or float(value).is_integer() else f"{value:.1f}"


def share(value: float) -> str:
    """A share in English, in percent: 4.8 %."""
    return f"{value * 100:.2f}".rstrip("0").rstrip(".") + " %"
