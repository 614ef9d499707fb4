"""Plain words to a look into the numbers, without a language model: only where every telling word is understood.

A question that names something else (another organisation, the weather, tomorrow) is not answered with the nearest
thing; it is said which words were not understood.
"""

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import regex

from analytics.advisor.questions import Call
from analytics.advisor.reader import Reader
from analytics.advisor.spelling import MONTHS, plainly
from analytics.advisor.tools.moving import Moved
from analytics.advisor.tools.sums import Compared
from analytics.catalogue import METRICS
from analytics.documents import DOCUMENTS
from trenddrop.core.catalogue import badge

LONGEST = 400
WORD = regex.compile(r"[\p{L}\p{M}\p{N}#]+(?:[’'-][\p{L}\p{M}]+)*")
QUOTED = regex.compile(r"[“\"«]([^”\"»]{2,120})[”\"»]")
VOCABULARY = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text("utf-8"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _table(name: str) -> dict[str, str]:
    """Return what each word of a table stands for."""
    return {word: meant for meant, words in VOCABULARY["tables"][name].items() for word in words.split()}


SETS = {name: _words(text) for name, text in VOCABULARY["sets"].items()}
FILLER = SETS["filler"]
POST_NOUNS = SETS["post_nouns"]
BEST = SETS["best"]
WORST = SETS["worst"]
NEWEST = SETS["newest"]
SHORTS = SETS["shorts"]
TIME_WORDS = SETS["time_words"]
SHAPE_WORDS = SETS["shape_words"]
PEOPLE = SETS["people"]
WEEKDAYS = SETS["weekdays"]
MONEY = SETS["money"]
EARNERS = SETS["earners"]
RETURNS = SETS["returns"]
SEARCH = SETS["search"]
STREAMS = SETS["streams"]
GOALS = SETS["goals"]
ODD = SETS["odd"]
FINDINGS = SETS["findings"]
NEXT = SETS["next"]
ADVICE = SETS["advice"]
MEANING = SETS["meaning"]
TAGS = SETS["tags"]
WORKING = SETS["working"]
WHY = SETS["why"]
MOVES = SETS["moves"]
WEEKDAY_NAMES: dict[str, int | None] = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6, "weekend": None,
    "weekends": None,
}  # fmt: skip
METRIC_WORDS = _table("metric_words")
STEP_WORDS = _table("step_words")
AUDIENCE = _table("audience")
WORKS = _table("works")
GROUPS = _table("groups")


@dataclass(frozen=True)
class Plan:
    """What to look up; or nothing, and the words that were not understood. `is_why`: it was asked for a cause."""

    calls: Sequence[Call] = ()
    unknown: Sequence[str] = ()
    is_why: bool = False


@dataclass
class _Read:
    """A question as far as it is read: its words, and what was taken from it already."""

    text: str
    today: dt.date
    narrowed: dict[str, str] = field(default_factory=dict)
    period: dict[str, Any] = field(default_factory=dict)
    platforms: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def has(self, *sets: frozenset[str] | Mapping[str, str]) -> bool:
        """Whether any of the words is in one of these sets."""
        return any(word in each for each in sets for word in self.words)

    def of(self, names: Mapping[str, str]) -> str:
        """What the first word that is in a table stands for."""
        return next((names[word] for word in self.words if word in names), "")

    @property
    def args(self) -> dict[str, Any]:
        """Days and what they are narrowed to."""
        return {**self.period, **self.narrowed}


def plan(question: str, reader: Reader) -> Plan:
    """Return what answers a question, or which words stand in the way."""
    text = " ".join(plainly(question).split())
    if len(text) > LONGEST:
        return Plan(unknown=("…",))
    if quoted := QUOTED.search(text):
        rest = _read(text.replace(quoted[0], " "), reader)
        unknown = _unknown(rest)
        return Plan(unknown=unknown) if unknown else Plan([("one_post", {"words": quoted[1].strip()})])
    read = _read(text, reader)
    if unknown := _unknown(read):
        return Plan(unknown=unknown)
    is_why = read.has(WHY)
    calls = _calls(read)
    if dropped := _dropped(read, calls):
        return Plan(unknown=dropped)
    if calls and calls[0][0] == "moved":
        calls = [*calls, ("anomalies", dict(read.args))]
    elif is_why and calls:
        calls = [*calls, ("anomalies", dict(read.args)), ("insights", dict(read.narrowed))]
    return Plan(calls, is_why=is_why)


def _read(text: str, reader: Reader) -> _Read:
    read = _Read(text.lower(), reader.today)
    _take_names(read, reader)
    _take_period(read)
    read.words = [match[0].replace("’", "'") for match in WORD.finditer(read.text)]
    return read


def _take_names(read: _Read, reader: Reader) -> None:
    """Take the names of accounts, clients and brands, then of platforms: the longest first."""
    names = [*(each.name for each in reader.clients), *(each.name for each in reader.brands)]
    others = {plainly(name).lower() for name in names}
    times = Counter(plainly(each.name).lower() for each in reader.accounts)
    shared = {name for name, count in times.items() if count > 1 and name in others}  # the client or the brand is meant
    named = [
        *(("account", each.name) for each in reader.accounts if plainly(each.name).lower() not in shared),
        *(("client", each.name) for each in reader.clients),
        *(("brand", each.name) for each in reader.brands),
    ]
    for kind, name in sorted(named, key=lambda pair: -len(pair[1])):
        if len(name) > 2 and kind not in read.narrowed and _take(read, plainly(name).lower()):
            read.narrowed[kind] = name
    for key in sorted(DOCUMENTS, key=lambda each: -len(each)):
        for name in {key.replace("_", " "), str(badge(key).name).lower()}:
            if _take(read, name):
                read.platforms.append(key)
    read.platforms += ["instagram"] if _take(read, "insta") else []
    if len(set(read.platforms)) == 1:
        read.narrowed["platform"] = read.platforms[0]


def _take(read: _Read, words: str) -> bool:
    pattern = rf"(?<![\p{{L}}\p{{M}}\p{{N}}]){regex.escape(words)}(?:['’]s)?(?![\p{{L}}\p{{M}}\p{{N}}])"
    read.text, count = regex.subn(pattern, " ", read.text, count=1)
    return bool(count)


Made = Callable[[regex.Match[str], dt.date], dict[str, Any]]
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))


def _days(count: int, today: dt.date) -> dict[str, Any]:
    if count in {7, 14, 28, 90, 180, 365}:
        return {"period": f"last_{count}_days"}
    last = today - dt.timedelta(days=1)
    return {
        "from_date": (last - dt.timedelta(days=min(max(count, 1), 731) - 1)).isoformat(),
        "to_date": last.isoformat(),
    }


def _of_month(match: regex.Match[str], today: dt.date) -> dict[str, Any]:
    month = MONTHS[match["month"]]
    year = int(match["year"] or (today.year if month <= today.month else today.year - 1))
    first = dt.date(year, month, 1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return {"from_date": first.isoformat(), "to_date": min(last, today).isoformat()}


def _one_day(match: regex.Match[str], today: dt.date) -> dict[str, Any]:
    month, day = MONTHS[match["month"]], int(match["day"])
    year = int(match["year"] or (today.year if (month, day) <= (today.month, today.day) else today.year - 1))
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return {}
    return {"from_date": date.isoformat(), "to_date": date.isoformat()}


def _span(match: regex.Match[str], today: dt.date) -> dict[str, Any]:  # noqa: ARG001 (all take the day it is)
    return {"from_date": match["first"], "to_date": match["second"]}


def _counted(match: regex.Match[str], today: dt.date) -> dict[str, Any]:
    length = {"d": 1, "w": 7, "f": 14, "m": 30, "y": 365}[match["unit"][0]]
    return _days(int(match["count"]) * length, today)


def _named(name: str) -> Made:
    return lambda _match, _today: {"period": name}


PERIODS: tuple[tuple[regex.Pattern[str], Made], ...] = (
    (regex.compile(r"(?:from )?(?P<first>\d{4}-\d\d-\d\d) (?:to|until|and) (?P<second>\d{4}-\d\d-\d\d)"), _span),
    (regex.compile(r"(?:in |over |during |of )?(?:the )?(?:last|past|previous) (?P<count>\d{1,3}) "
                   r"(?P<unit>days?|weeks?|months?|years?)"), _counted),
    (regex.compile(rf"(?:on )?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})\b"
                   r"(?: (?P<year>20\d\d))?"), _one_day),
    (regex.compile(rf"(?:on )?(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year>20\d\d))?"),
     _one_day),
    (regex.compile(rf"\b(?:in|of|during|for|since) (?P<month>{_MONTH})\b(?: (?P<year>20\d\d))?"), _of_month),
    (regex.compile(r"\byesterday\b|कल"), _named("yesterday")),
    (regex.compile(r"(?:the )?\b(?:last|past|previous) fortnight\b"), _named("last_14_days")),
    (regex.compile(r"(?:the )?\b(?:last|previous) week\b|पिछले हफ़्ते|पिछले हफ्ते"), _named("last_week")),
    (regex.compile(r"(?:the )?\bpast week\b"), _named("last_7_days")),
    (regex.compile(r"\bthis week\b|इस हफ़्ते|इस हफ्ते"), _named("this_week")),
    (regex.compile(r"(?:the )?\b(?:last|previous) month\b|पिछले महीने"), _named("last_month")),
    (regex.compile(r"(?:the )?\bpast month\b"), _named("last_28_days")),
    (regex.compile(r"\bthis month\b|इस महीने"), _named("this_month")),
    (regex.compile(r"(?:the )?\b(?:last|past|previous) (?:quarter|three months)\b"), _named("last_90_days")),
    (regex.compile(r"(?:the )?\b(?:last|past) (?:half a year|half year|six months)\b"), _named("last_180_days")),
    (regex.compile(r"(?:the )?\b(?:last|previous) year\b|पिछले साल"), _named("last_year")),
    (regex.compile(r"(?:the )?\bpast year\b"), _named("last_365_days")),
    (regex.compile(r"\bthis year\b|इस साल"), _named("this_year")),
)  # fmt: skip


def _take_period(read: _Read) -> None:
    for pattern, made in PERIODS:
        if match := pattern.search(read.text):
            read.period = made(match, read.today)
            read.text = f"{read.text[: match.start()]} {read.text[match.end() :]}"
            return


MORE = _words("rate rates usual average median beat above 3 5 10 three five seven ten social media")
KNOWN = frozenset().union(
    *SETS.values(), METRIC_WORDS, STEP_WORDS, AUDIENCE, WORKS, GROUPS, MORE
)  # fmt: skip
METRIC_NAMES = {key.replace("_", " "): key for key in METRICS} | {
    str(metric.name).lower(): key for key, metric in METRICS.items()
}


def _unknown(read: _Read) -> list[str]:
    """The telling words that are not understood; of a question about a metric by its name, none of the name's."""
    words = [word for word in read.words if word not in KNOWN and not _is_plural_of_known(word)]
    if words and read.has(MEANING) and _metric_named(read.text):
        return []
    return list(dict.fromkeys(words))


def _dropped(read: _Read, calls: Sequence[Call]) -> list[str]:
    """The weekdays and figures that were named and that no look takes: what answers another question is no answer."""
    days = [word for word in read.words if word in WEEKDAY_NAMES]
    figures = [word for word in read.words if word in METRIC_WORDS]
    if not calls:
        return []
    tool, asked = calls[0]
    is_by_day = tool == "works" and asked.get("by") == "weekday" and not figures
    left = [] if is_by_day or "weekday" in asked else days
    if tool == "compared" and figures and asked.get("metric", "views") != METRIC_WORDS[figures[0]]:
        left += figures
    return list(dict.fromkeys(left))


def _is_plural_of_known(word: str) -> bool:
    bare = word.removesuffix("'s").removesuffix("s")
    return len(bare) > 3 and bare in KNOWN


def _metric_named(text: str) -> str:
    """The metric whose name stands in a text, the longest name first."""
    for name in sorted(METRIC_NAMES, key=len, reverse=True):
        if regex.search(rf"\b{regex.escape(name)}\b", text):
            return METRIC_NAMES[name]
    return ""


def _calls(read: _Read) -> list[Call]:
    """Return the looks that answer it, by the first rule that fits; nothing where none does."""
    for rule in RULES:
        if found := rule(read):
            return found
    return []


def _meaning(read: _Read) -> list[Call]:
    metric = _metric_named(read.text) or read.of(METRIC_WORDS)
    return [("meaning", {"metric": metric})] if read.has(MEANING) and metric in METRICS else []


def _money(read: _Read) -> list[Call]:
    if read.has(MONEY):
        by = "channel" if read.has(_words("channel channels platform platforms")) else "post"
        by = "campaign" if read.has(_words("campaign campaigns")) else by
        asks_who = read.has(EARNERS) and not read.has(_words("how")) and not read.narrowed
        return [("earned", {**read.period, "by": by})] if asks_who else [("conversions", dict(read.args))]
    if read.has(RETURNS):
        return [("returns", dict(read.narrowed))]
    return []


def _advised(read: _Read) -> list[Call]:
    if read.has(_words("advice advised")) and read.has(ADVICE - {"advice", "advised"}):
        return [("back_test", dict(read.narrowed))]
    if read.has(_words("goal goals target targets लक्ष्य")):
        return [("goals", dict(read.narrowed))]
    if read.has(ODD):
        return [("anomalies", dict(read.args))]
    if read.has(FINDINGS - {"learn", "stand", "stands"}) or {"stands", "out"} <= set(read.words):
        return [("insights", dict(read.narrowed))]
    return []


def _found(read: _Read) -> list[Call]:
    if read.has(_words("google search searches searched searching keyword keywords ranking rankings rank seo")):
        of = "page" if read.has(_words("page pages")) else "query"
        return [("searched", {**read.args, "of": of})]
    if read.has(_words("stream streams streamed streaming plays songs song track tracks artist artists music")):
        return [("streams", dict(read.args))]
    if read.has(TAGS):
        return [("hashtags", dict(read.args))]
    return []


def _moved(read: _Read) -> list[Call]:
    """What a figure's rise or fall is made of."""
    asks = read.has(WHY) or {"how", "much"} <= set(read.words)
    metric = read.of(METRIC_WORDS) or "views"
    if not asks or not read.has(MOVES) or metric not in get_args(Moved.model_fields["metric"].annotation):
        return []
    return [("moved", {**read.args, "metric": metric})]


def _who(read: _Read) -> list[Call]:
    by = read.of(AUDIENCE)
    if by == "age" and not read.has(PEOPLE, _words("age ages followers")):
        by = "" if not read.has(_words("they")) else "age"
    if by or (read.has(_words("audience")) and not read.has(METRIC_WORDS)):
        return [("people", {**read.args, "by": by or "country"})]
    return []


def _when(read: _Read) -> list[Call]:
    if read.has(TIME_WORDS) and read.has(POST_NOUNS, BEST, NEXT) and not read.has(METRIC_WORDS):
        days = [WEEKDAY_NAMES[word] for word in read.words if WEEKDAY_NAMES.get(word) is not None]
        return [("best_times", {**read.narrowed, **({"weekday": days[0]} if len(days) == 1 else {})})]
    if read.has(WEEKDAYS) or ({"day", "week"} <= set(read.words) and read.has(WORKING, BEST)):
        return [("works", {**read.args, "by": "weekday"})]
    return []


def _working(read: _Read) -> list[Call]:
    if read.has(SHORTS) and read.has(_words("caption captions")):
        return [("works", {**read.args, "by": "caption"})]
    if read.has(SHORTS):
        return [("works", {**read.args, "by": "length"})]
    if by := read.of(WORKS):
        return [("works", {**read.args, "by": by})]
    if read.has(_words("should next recommend suggest suggestion suggestions advise idea ideas improve")):
        return [("suggestions", dict(read.narrowed)), ("best_times", dict(read.narrowed))]
    return []


def _of_posts(read: _Read) -> list[Call]:
    if not read.has(POST_NOUNS) or not read.has(BEST, WORST, NEWEST):
        return []
    named = _metric_named(read.text) if read.has(_words("rate")) else ""
    metric = named or read.of({**METRIC_WORDS, "usual": "lift_views"}) or "views"
    metric = {"followers": "follows"}.get(metric, metric)
    if "engagement rate" in read.text:
        metric = "engagement_rate_seen"
    is_worst = read.has(WORST - {"worse"}) and not read.has(_words("most best top highest"))
    order = "newest" if read.has(NEWEST) and not read.has(BEST) else "worst" if is_worst else "best"
    return [("posts", {**read.args, "metric": metric, "order": order})]


def _over_time(read: _Read) -> list[Call]:
    metric = {"virality": "", "quality": "", "relevance": "", "impressions": ""}.get(
        read.of(METRIC_WORDS), read.of(METRIC_WORDS)
    )
    step = read.of(STEP_WORDS)
    if metric and (step or read.has(SHAPE_WORDS) or {"over", "time"} <= set(read.words)):
        return [("by_day", {**read.args, "metric": metric, "step": step or "day"})]
    if step == "day" and read.has(BEST, WORST):
        return [("by_day", {**read.args, "metric": "views"})]
    return []


def _apart(read: _Read) -> list[Call]:
    by = "platform" if len(set(read.platforms)) > 1 else read.of(GROUPS)
    if not by or by in read.narrowed:
        return []
    metric = read.of(METRIC_WORDS)
    named = {"metric": metric} if metric in get_args(Compared.model_fields["metric"].annotation) else {}
    return [("compared", {**read.args, "by": by, **named})]


def _sums(read: _Read) -> list[Call]:
    plain = {"how", "go", "doing", "went", "overview", "summary", "report", "numbers", "figures", "stats", "total",
             "performance", "कैसा", "कैसे", "रहा"}  # fmt: skip
    if read.has(METRIC_WORDS) or read.has(frozenset(plain)) or read.has(POST_NOUNS) or read.narrowed:
        calls: list[Call] = [("totals", dict(read.args))]
        if "platform" in read.narrowed and not read.has(METRIC_WORDS, POST_NOUNS):
            calls.append(("of_platform", dict(read.args)))
        return calls
    return []


RULES: tuple[Callable[[_Read], list[Call]], ...] = (
    _meaning, _money, _advised, _found, _moved, _who, _when, _working, _of_posts, _apart, _over_time, _sums,
)  # fmt: skip
