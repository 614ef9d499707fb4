"""What the tools looked up, in sentences: the answer where no language model put it in words.

Every number in them is a cell or a fact of the look, written as the page writes it.
"""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.advisor.looked import Cell, Looked, Unit
from analytics.wording.words import cell, days_of, listed, name_of, of_whom, written
from trenddrop.core.catalogue import badge

HEADLINES = ("views", "reach", "engagement_rate", "followers_gained", "conversions", "streams")
UNEVEN = "uneven"
Tells = Callable[[Looked], list[str]]


def sentences(look: Looked) -> list[str]:
    """Return what a look says; where it found nothing, that."""
    teller = TELLERS.get(look.tool)
    said = teller(look) if teller and not look.is_empty else []
    if not said:
        return [_nothing(look), *notes(look)]
    return [*said, *notes(look)]


def _nothing(look: Looked) -> str:
    reasons = {
        "no_sites": _("No site tells of conversions yet."),
        "no_search": _("No site’s search numbers are known yet."),
    }
    found = next((reasons[note] for note in look.notes if note in reasons), "")
    if found:
        return found
    nothing = {
        "goals": _("No goal is set."),
        "insights": _("Nothing stands out that would stand a test."),
        "anomalies": _("No day was out of the ordinary, as far as is known."),
        "suggestions": _("There is no advice yet: too few posts have results."),
        "back_test": _("No week with advice is over yet."),
        "best_times": _("No hours are known yet: too few posts have results."),
        "streams": _("No artist is counted."),
        "earned": _("No conversion is credited to anything in these days."),
        "returns": _("No original has a return yet."),
        "people": _("No platform tells this of the people."),
    }
    if look.tool in nothing:
        return nothing[look.tool]
    days = days_of(look)
    return _("I can’t tell: nothing was counted from %(days)s.") % {"days": days} if days else _("I can’t tell.")


def notes(look: Looked) -> list[str]:
    """What must be said beside the numbers."""
    found = []
    if look.is_made_up:
        found.append(_("These are numbers of the practice network: a program makes them up."))
    if "thin" in look.notes:
        fewest = written(look.fact("fewest"), Unit.COUNT)
        found.append(_("Groups of fewer than %(n)s posts are not judged.") % {"n": fewest})
    if "followers_since" in look.notes:
        found.append(_("Some accounts are counted only since within these days."))
    if "gaps" in look.notes:
        found.append(_("Days without numbers are left out."))
    if "one_sided" in look.notes:
        found.append(_("An account without numbers for either of the two spans is in the sums of the other."))
    if UNEVEN in look.notes:
        found.append(_("The two spans do not have numbers for equally many days."))
    if "other_currencies" in look.notes:
        found.append(_("Amounts of several currencies are never added."))
    untold = [note.split(":")[2].split(",") for note in look.notes if note.startswith("untold:views:")]
    if untold and look.tool in {"totals", "by_day", "compared"}:
        names = listed([str(badge(each).name) for each in untold[0]])
        found.append(_("Views are not given by %(names)s.") % {"names": names})
    return found


def _days(look: Looked) -> str:
    whom = of_whom(look)
    days = days_of(look)
    return f"{days} ({whom})" if whom and days else days


def _totals(look: Looked) -> list[str]:
    rows = {str(row[0]): at for at, row in enumerate(look.rows)}
    told = [key for key in HEADLINES if key in rows and look.cell(rows[key], "now") is not None]
    if not told:
        at = rows.get("posts")
        return [] if at is None else [_one(look, at, lead=_days(look))]
    said = [_one(look, rows[told[0]], lead=_days(look)), *(_one(look, rows[key]) for key in told[1:])]
    posts = look.cell(rows["posts"], "now")
    if isinstance(posts, int):
        words = ngettext("%(n)s post went live.", "%(n)s posts went live.", posts) % {"n": written(posts, Unit.COUNT)}
        said.append(words)
    return [" ".join(said[:2]), " ".join(said[2:])] if len(said) > 2 else [" ".join(said)]


def _one(look: Looked, row: int, *, lead: str = "") -> str:
    """A figure with its change: "Views: 10,13,565, +18 % from 8,57,500."."""
    name, now = name_of(str(look.rows[row][0])), cell(look, row, look.place("now"))
    start = f"{lead}: {name[:1].lower()}{name[1:]}" if lead else name
    before, change = look.cell(row, "before"), look.cell(row, "change")
    points = look.cell(row, "points")
    if change == 0:
        return _("%(name)s %(now)s, as before.") % {"name": start, "now": now}
    if change is not None:
        words = {"name": start, "now": now, "change": written(change, Unit.CHANGE)}
        return _("%(name)s %(now)s, %(change)s from %(before)s.") % {
            **words, "before": cell(look, row, look.place("before")),
        }  # fmt: skip
    if points is not None:
        moved = {"name": start, "now": now, "before": cell(look, row, look.place("before"))}
        return _("%(name)s %(now)s, before that %(before)s.") % moved
    if before is None:
        alone = _("%(name)s %(now)s; nothing earlier to hold it against.")
        return (_("%(name)s %(now)s.") if UNEVEN in look.notes else alone) % {"name": start, "now": now}
    return _("%(name)s %(now)s, before that %(before)s.") % {
        "name": start, "now": now, "before": cell(look, row, look.place("before")),
    }  # fmt: skip


def _by_day(look: Looked) -> list[str]:
    metric = name_of(str(look.asked.get("metric", "views")))
    said = [
        _("%(days)s: %(metric)s %(sum)s together, %(mean)s on average.") % {
            "days": _days(look), "metric": metric[:1].lower() + metric[1:],
            "sum": written(look.fact("sum"), Unit.COUNT), "mean": written(look.fact("mean"), Unit.COUNT),
        }
    ]  # fmt: skip
    best, worst = look.details.get("highest"), look.details.get("lowest")
    if best and worst and best != worst:
        said.append(
            _("The most was %(high)s on %(best)s, the least %(low)s on %(worst)s.") % {
                "high": written(look.fact("highest"), Unit.COUNT), "best": written(str(best), Unit.DATE),
                "low": written(look.fact("lowest"), Unit.COUNT), "worst": written(str(worst), Unit.DATE),
            }
        )  # fmt: skip
    step = str(look.asked.get("step", "day"))
    if step != "day":
        said.append({"week": _("Each date begins a week."), "month": _("Each date begins a month.")}[step])
    return said


def _ranked(look: Looked, key: str, *, most: int = 3, unit: Unit | None = None) -> list[str]:
    """Names with a number, as the look has them: "Instagram 10,13,565"."""
    place = look.place(key)
    found: list[str] = []
    for at, row in enumerate(look.rows):
        if row[place] is not None and len(found) < most:
            number = cell(look, at, place) if unit is None else written(row[place], unit)
            found.append(f"{_whose(look, at)} {number}")
    return found


def _whose(look: Looked, at: int) -> str:
    """A name; of accounts also where it is, for one name may stand on several platforms."""
    name = cell(look, at, look.place("name"))
    if (
        look.tool in {"compared", "streams", "moved"}
        and look.asked.get("by") != "platform"
        and look.cell(at, "platform")
    ):
        return f"{name} ({cell(look, at, look.place('platform'))})"
    return name


def _moved(look: Looked) -> list[str]:
    """By how much, on which accounts, and how many posts went live: what is counted, not a cause."""
    now, before, change = look.fact("now"), look.fact("before"), look.fact("change")
    if now is None:
        return []
    metric = str(look.asked["metric"])
    name = name_of("followers_gained" if metric == "followers" else metric)
    words = {
        "days": _days(look), "metric": name[:1].lower() + name[1:], "now": written(now, Unit.COUNT),
        "before": written(before, Unit.COUNT), "n": written(look.days, Unit.COUNT),
    }  # fmt: skip
    if before is None:
        alone = _("%(days)s: %(metric)s %(now)s; nothing earlier to hold it against.")
        return [(_("%(days)s: %(metric)s %(now)s.") if UNEVEN in look.notes else alone) % words]
    if not look.fact("difference"):
        return [_("%(days)s: %(metric)s %(now)s, as in the %(n)s days before.") % words]
    form = _("%(days)s: %(metric)s %(now)s, before that %(before)s in as many days (%(n)s).")
    if change is not None:
        words["change"] = written(change, Unit.CHANGE)
        form = _("%(days)s: %(metric)s %(now)s, %(change)s from %(before)s in the %(n)s days before.")
    return [form % words, *_shares_in(look), *_went_live(look)]


def _shares_in(look: Looked) -> list[str]:
    """Which accounts it came from, and which went the other way."""
    is_up = (look.fact("difference") or 0) > 0
    place = look.place("difference")
    told = [(at, value) for at, row in enumerate(look.rows) if isinstance(value := row[place], int | float) and value]
    along, against = ([at for at, value in told if (value > 0) is side][:3] for side in (is_up, not is_up))
    said = []
    if along and len(look.rows) > 1:
        said.append(_("It comes from %(names)s.") % {"names": listed([_difference(look, at) for at in along])})
    if against:
        said.append(_("The other way went %(names)s.") % {"names": listed([_difference(look, at) for at in against])})
    return said


def _difference(look: Looked, at: int) -> str:
    """@kesar (Instagram) −300."""
    value = look.cell(at, "difference")
    sign = "+" if isinstance(value, int | float) and value > 0 else ""
    return f"{_whose(look, at)} {sign}{cell(look, at, look.place('difference'))}"


def _went_live(look: Looked) -> list[str]:
    now, before = look.fact("posts") or 0, look.fact("posts_before") or 0
    if not now and not before:
        return []
    said = ngettext("%(n)s post went live, %(before)s in the days before.",
                    "%(n)s posts went live, %(before)s in the days before.", int(now))  # fmt: skip
    said %= {"n": written(now, Unit.COUNT), "before": written(before, Unit.COUNT)}
    if (now - before) * (look.fact("difference") or 0) > 0:
        return [said, _("That goes along with it; it need not be the cause.")]
    return [said]


def _compared(look: Looked) -> list[str]:
    metric = str(look.asked.get("metric", "views"))
    if metric != "views" and (told := _ranked(look, metric, most=5)):
        words = {"days": _days(look), "metric": name_of(metric), "names": listed(told)}
        return [_("%(days)s, by %(metric)s: %(names)s.") % words]
    if not any(row[look.place("views")] is not None for row in look.rows):
        told = _ranked(look, "followers", most=5) or _ranked(look, "engagement", most=5)
        return [f"{_days(look)}: {listed(told)}."] if told else []
    said = [
        _("%(days)s, by views: %(names)s.") % {"days": _days(look), "names": listed(_ranked(look, "views", most=5))}
    ]
    first = next(at for at, row in enumerate(look.rows) if row[look.place("views")] is not None)
    if (change := look.cell(first, "change")) is not None:
        said.append(
            _("%(name)s moved by %(change)s against the days before.") % {
                "name": _whose(look, first), "change": written(change, Unit.CHANGE),
            }
        )  # fmt: skip
    rates = [(at, row[look.place("engagement_rate")]) for at, row in enumerate(look.rows)]
    known = [(at, float(rate)) for at, rate in rates if isinstance(rate, int | float)]
    if len(known) > 1:
        best = max(known, key=lambda pair: pair[1])
        said.append(
            _("The highest engagement rate is that of %(name)s: %(rate)s.") % {
                "name": _whose(look, best[0]), "rate": written(best[1], Unit.SHARE),
            }
        )  # fmt: skip
    return said


def _of_platform(look: Looked) -> list[str]:
    told = [_one(look, at) for at, row in enumerate(look.rows) if row[look.place("now")] is not None][:5]
    return [f"{_days(look)}:", *([" ".join(told)] if told else [])] if told else []


def _streams(look: Looked) -> list[str]:
    if look.fact("sum") is None:
        return []
    said = _("%(days)s: %(n)s streams.") % {"days": _days(look), "n": written(look.fact("sum"), Unit.COUNT)}
    if (change := look.fact("change")) is not None:
        before = {"change": written(change, Unit.CHANGE), "n": written(look.fact("before"), Unit.COUNT)}
        compared = _("That is %(change)s from %(n)s before.") % before
        said = f"{said} {compared}"
    return [said, f"{listed(_ranked(look, 'streams', most=5))}."]


def _posts(look: Looked) -> list[str]:
    metric = str(look.asked["metric"])
    order = str(look.asked.get("order", "best"))
    heads = {
        "best": _("%(days)s, the most by “%(metric)s”: %(posts)s."),
        "worst": _("%(days)s, the least by “%(metric)s”: %(posts)s."),
        "newest": _("The newest, with “%(metric)s”: %(posts)s."),
    }
    told = [
        f"“{cell(look, at, 0)}” ({cell(look, at, 1)}) {cell(look, at, look.place(metric))}"
        for at in range(min(3, len(look.rows)))
    ]
    count = written(look.fact("posts"), Unit.COUNT)
    among = _("Of %(n)s posts that went live.") % {"n": count}
    return [heads[order] % {"days": _days(look), "metric": name_of(metric), "posts": listed(told)}, among]


def _one_post(look: Looked) -> list[str]:
    wanted = ("views", "reach", "likes", "comments", "shares", "saves", "lift_views", "virality")
    rows = {str(row[0]): at for at, row in enumerate(look.rows)}
    told = [f"{name_of(key)} {cell(look, rows[key], 1)}" for key in wanted if key in rows]
    return [f"“{look.of[0]}” ({badge(look.of[1]).name}): {listed(told)}."] if told else []


def _meaning(look: Looked) -> list[str]:
    key, formula = str(look.rows[0][0]), str(look.rows[0][1] or "")
    said = [f"{name_of(key)}: {look.of[0] if look.of else ''}"]
    return [*said, _("It is reckoned so: %(formula)s.") % {"formula": formula}] if formula else said


def _lifted(look: Looked) -> list[tuple[int, float]]:
    place = look.place("lift")
    told = [(at, row[place]) for at, row in enumerate(look.rows)]
    known = [(at, float(value)) for at, value in told if isinstance(value, int | float)]
    return sorted(known, key=lambda pair: -pair[1])


def _with_range(look: Looked, at: int) -> str:
    """1.9× (1.2× to 2.8×, 14 posts)."""
    words = {
        "lift": cell(look, at, look.place("lift")), "low": cell(look, at, look.place("lift_low")),
        "high": cell(look, at, look.place("lift_high")), "n": cell(look, at, look.place("posts")),
    }  # fmt: skip
    return _("%(lift)s (%(low)s to %(high)s, %(n)s posts)") % words


def _works(look: Looked) -> list[str]:
    known = _lifted(look)
    compared = written(look.fact("compared"), Unit.COUNT)
    if not known:
        return [_("Too few posts to hold groups against each other: %(n)s have a result.") % {"n": compared}]
    name = look.place("name")
    best, worst = known[0][0], known[-1][0]
    said = [
        _("Of %(n)s posts with a result, best went “%(name)s”: %(lift)s against all others.") % {
            "n": compared, "name": cell(look, best, name), "lift": _with_range(look, best),
        }
    ]  # fmt: skip
    if worst != best:
        said.append(
            _("Weakest was “%(name)s”: %(lift)s.") % {"name": cell(look, worst, name), "lift": _with_range(look, worst)}
        )
    return [*said, *_certain(look, best)]


def _certain(look: Looked, at: int) -> list[str]:
    low, high = look.cell(at, "lift_low"), look.cell(at, "lift_high")
    if isinstance(low, int | float) and isinstance(high, int | float) and low <= 1 <= high:
        return [_("The range holds the usual too, so that this could be chance.")]
    return [_("It goes along with better results; it need not be their cause.")]


def _tags(look: Looked) -> list[str]:
    known = _lifted(look)
    if not known:
        counts = _ranked(look, "posts", most=5)
        return [
            _("Too few posts with and without a hashtag to judge. Used most: %(names)s.") % {"names": listed(counts)}
        ]
    told = [f"{cell(look, at, 0)} {_with_range(look, at)}" for at, lift in known if lift > 1][:3]
    said = [_("Against posts without them: %(names)s.") % {"names": listed(told)}] if told else []
    down = [f"{cell(look, at, 0)} {_with_range(look, at)}" for at, lift in known[::-1] if lift < 1][:2]
    said += [_("Below the others: %(names)s.") % {"names": listed(down)}] if down else []
    return [*said, *_certain(look, known[0][0])]


def _best_times(look: Looked) -> list[str]:
    told = [
        _("%(day)s %(hour)s (%(times)s the usual)") % {
            "day": cell(look, at, 0), "hour": cell(look, at, 1), "times": cell(look, at, look.place("times")),
        }
        for at in range(min(3, len(look.rows)))
    ]  # fmt: skip
    posts = written(look.fact("posts"), Unit.COUNT)
    return [
        _("Best so far: %(hours)s.") % {"hours": listed(told)},
        _("From %(n)s posts; hours with few posts are drawn towards what is known around them.") % {"n": posts},
    ]


def _people(look: Looked) -> list[str]:
    said = [f"{listed(_ranked(look, 'share', most=4))}."]
    if (told := look.fact("people")) is not None:
        said.append(_("Of %(n)s people that platforms told of.") % {"n": written(told, Unit.COUNT)})
    return said


def _conversions(look: Looked) -> list[str]:
    count = look.fact("conversions")
    said = _("%(days)s: %(n)s conversions, %(before)s in the days before.") % {
        "days": _days(look), "n": written(count, Unit.COUNT), "before": written(look.fact("before"), Unit.COUNT),
    }  # fmt: skip
    told = [f"{cell(look, at, 0)} {cell(look, at, 1)}" + _valued(look, at) for at in range(len(look.rows))]
    steps = [f"{name_of(key)} {written(value, Unit.COUNT)}" for key in ("views", "clicks", "visits")
             if (value := look.fact(key)) is not None]  # fmt: skip
    return [said, *([f"{listed(told)}."] if told else []), *([f"{listed(steps)}."] if steps else [])]


def _valued(look: Looked, at: int) -> str:
    worth, currency = look.cell(at, "worth"), str(look.cell(at, "currency") or "")
    return f" ({written(worth, Unit.MONEY, currency=currency)})" if worth is not None and currency else ""


def _earned(look: Looked) -> list[str]:
    told = [
        f"“{cell(look, at, 0)}” {cell(look, at, look.place('conversions'))}" for at in range(min(4, len(look.rows)))
    ]
    return [
        _("%(days)s: %(names)s.") % {"days": _days(look), "names": listed(told)},
        _("Credited to the first touch."),
    ]


def _returns(look: Looked) -> list[str]:
    said = []
    if look.fact("cost") is not None and look.fact("value") is not None:
        said.append(
            _("Together they cost %(cost)s and brought %(value)s.") % {
                "cost": written(look.fact("cost"), Unit.MONEY, currency=look.currency),
                "value": written(look.fact("value"), Unit.MONEY, currency=look.currency),
            }
        )  # fmt: skip
    told = [f"“{cell(look, at, 0)}” {cell(look, at, 1)}" for at, row in enumerate(look.rows) if row[1] is not None][:3]
    return [*said, _("Highest by score: %(names)s.") % {"names": listed(told)}] if told else said


def _searched(look: Looked) -> list[str]:
    told = [f"“{cell(look, at, 0)}” {cell(look, at, 1)}" for at, row in enumerate(look.rows) if row[1]][:4]
    clicks, shown = written(look.fact("clicks"), Unit.COUNT), written(look.fact("impressions"), Unit.COUNT)
    said = [_("%(days)s: %(clicks)s clicks of %(shown)s times shown.") % {
        "days": _days(look), "clicks": clicks, "shown": shown,
    }]  # fmt: skip
    return [*said, _("Most clicks: %(names)s.") % {"names": listed(told)}] if told else said


def _said(look: Looked) -> list[str]:
    return [cell(look, at, 0) for at in range(min(4, len(look.rows)))]


def _goals(look: Looked) -> list[str]:
    return [
        _("%(name)s: %(now)s of %(target)s until %(day)s: %(outlook)s.") % {
            "name": cell(look, at, 0), "now": cell(look, at, 2), "target": cell(look, at, 3),
            "day": cell(look, at, 4),
            "outlook": cell(look, at, look.place("outlook" if look.cell(at, "status") == "open" else "status")),
        }
        for at in range(min(4, len(look.rows)))
    ]  # fmt: skip


def _back_test(look: Looked) -> list[str]:
    at = 0
    told: Mapping[str, Cell] = {"week": cell(look, at, 0), "verdict": cell(look, at, 1)}
    said = [_("The week from %(week)s: %(verdict)s.") % told]
    if look.cell(at, "ratio") is not None:
        said.append(
            _("%(n)s posts as advised did %(ratio)s of the other %(own)s (%(low)s to %(high)s).") % {
                "n": cell(look, at, look.place("advised")), "own": cell(look, at, look.place("own")),
                **{key: cell(look, at, look.place(key)) for key in ("ratio", "low", "high")},
            }
        )  # fmt: skip
    return said


TELLERS: Mapping[str, Tells] = {
    "totals": _totals, "by_day": _by_day, "moved": _moved, "compared": _compared, "of_platform": _of_platform,
    "streams": _streams,
    "posts": _posts, "one_post": _one_post, "meaning": _meaning, "works": _works, "hashtags": _tags,
    "best_times": _best_times, "people": _people, "conversions": _conversions, "earned": _earned, "returns": _returns,
    "searched": _searched, "insights": _said, "anomalies": _said, "goals": _goals, "suggestions": _said,
    "back_test": _back_test,
}  # fmt: skip


def together(looks: Sequence[Looked]) -> list[str]:
    """Return what several looks say, one paragraph each."""
    return [" ".join(sentences(look)) for look in looks if look.tool != "calculate"]
