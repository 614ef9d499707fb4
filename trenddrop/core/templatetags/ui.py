"""The look's parts as tags and filters. Each is a function of its arguments; markup is escaped by format_html."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from babel import Locale
from django import template
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from trenddrop.core import catalogue, charts, display, wording

register = template.Library()
_EMPTY = SafeString("")
MANY_TIMES = 9


def _language() -> str:
    return get_language() or "en"


# Signs: an icon and a word first, colour third


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; silent for screen readers unless it has a label. Size: "" or lg."""
    return _icon(name, size, str(label))


@lru_cache(maxsize=2000)
def _icon(name: str, size: str, label: str) -> SafeString:
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    look = f"i {size}".strip()
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', look, voice, static("icons.svg"), name)


@register.simple_tag
def mark(size: int = 22) -> SafeString:
    """The product's mark in one colour."""
    return format_html(
        '<svg class="mark" width="{0}" height="{0}" aria-hidden="true"><use href="{1}#mark"/></svg>',
        size,
        static("icons.svg"),
    )


@register.simple_tag
def state(value: object, label: str = "", look: str = "") -> SafeString:
    """A state by name; `label` overrides its word, `look` may be "pill"."""
    found = catalogue.state(value)
    return format_html(
        '<span class="{}"{}>{}{}</span>',
        f"st {look}".strip(),
        format_html(' data-state="{}"', found.look) if found.look else "",
        icon(found.icon),
        label or found.label,
    )


@register.filter
def state_look(value: object) -> str:
    """The colour of a state, for a `data-state` attribute."""
    return catalogue.state(value).look


@register.filter
def state_icon(value: object) -> str:
    """The icon's name of a state."""
    return catalogue.state(value).icon


@register.filter
def state_word(value: object) -> str:
    """The word of a state."""
    return str(catalogue.state(value).label)


@register.simple_tag
def platform(key: object) -> SafeString:
    """The letter badge of a platform or trend source, with its name for screen readers."""
    badge = catalogue.badge(key)
    return _badge(str(badge.name), badge.symbol)


@lru_cache(maxsize=500)
def _badge(name: str, symbol: str) -> SafeString:
    return format_html(
        '<svg class="pf" role="img" aria-label="{}"><use href="{}#{}"/></svg>', name, static("icons.svg"), symbol
    )


@register.simple_tag
def platforms(keys: Sequence[object]) -> SafeString:
    """Several badges in a row."""
    return format_html('<span class="pfs">{}</span>', format_html_join("", "{}", ((platform(key),) for key in keys)))


@register.filter
def platform_name(key: object) -> str:
    """The platform's or source's own name."""
    return str(catalogue.badge(key).name)


@register.simple_tag
def avatar(name: str, kind: str = "", size: str = "") -> SafeString:
    """Initials on a hue of their own; kind "brand" is a square."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[:1].isalnum()]
    initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"
    hue = sha256(name.encode()).digest()[0] * 360 // 256
    look = " ".join(part for part in ("av", kind, size) if part)
    return format_html(
        '<span class="{}" data-hue style="--h:{}" aria-hidden="true">{}</span>', look, str(hue), initials[:2]
    )


@register.simple_tag
def portrait(person: Any, size: str = "") -> SafeString:
    """A person's picture, or their initials. Size: "", lg or xl."""
    if not person.avatar:
        return avatar(person.full_name or person.email, "", size)
    place = reverse("picture", args=[person.pk])
    # A new picture has a new name, so that no old one is shown in its place.
    version = sha256(person.avatar.name.encode()).hexdigest()[:8]
    return format_html('<img class="{}" src="{}?{}" alt="">', f"av {size}".strip(), place, version)


# Numbers: tabular, grouped for the reader, never 0 for what is not known


@register.filter(name="number")
def number_filter(value: display.Number | None, places: int | None = None) -> str:
    """12,34,567 as the reader writes it; a dash when nothing is known."""
    return display.NOT_GIVEN if value is None else display.number(value, _language(), places=places)


@register.filter
def compact(value: display.Number | None) -> str:
    """59.7k."""
    return display.NOT_GIVEN if value is None else display.compact(value, _language())


@register.filter
def size(value: int | None) -> str:
    """2.04 GB."""
    return display.NOT_GIVEN if value is None else display.file_size(value, _language())


@register.filter
def plain(value: display.Number | None) -> str:
    """The bare number for an attribute: no grouping, a point."""
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


@register.filter(name="duration")
def duration_filter(seconds: display.Number | None) -> str:
    """6:48."""
    return display.NOT_GIVEN if seconds is None else display.duration(seconds)


@register.simple_tag
def duration(seconds: display.Number | None, tenths: bool = False) -> str:
    """6:48, or 1:46.2 with tenths."""
    return display.NOT_GIVEN if seconds is None else display.duration(seconds, tenths=tenths)


@register.simple_tag
def drop(score: display.Number | None, size: str = "") -> SafeString:
    """A score 0–100 as a filling drop. Size: "" or lg."""
    if score is None:
        return format_html('<span class="dim">{}</span>', _("not scored"))
    whole = str(max(0, min(100, round(score))))
    return format_html('<span class="{}" style="--v:{}">{}</span>', f"drop {size}".strip(), whole, whole)


@register.simple_tag
def change(value: display.Number | None, unit: str = "percent", look: str = "") -> SafeString:
    """A change with its arrow. Unit "percent": 412 is +412 %; "times": 2.39 is 2.39×; "growth": 4.12 is +412 %.

    Growth of ten times and more is said in times: nobody reads +2,079 %.
    """
    if value is None:
        return format_html('<span class="dim">{}</span>', _("too new"))
    amount = float(value) * 100 if unit == "growth" else value
    words = display.times(amount, _language()) if unit == "times" else display.percent_change(amount, _language())
    if unit == "growth" and value >= MANY_TIMES:
        words = display.times(value + 1, _language())
    still = 1 if unit == "times" else 0
    direction, sign = ("up", "rise") if value > still else ("down", "fall") if value < still else ("flat-n", "level")
    return format_html('<span class="{}">{}{}</span>', f"{direction} {look}".strip(), icon(sign), words)


@register.simple_tag
def bar(value: display.Number | None, label: str = "", state: str = "") -> SafeString:
    """Progress 0–100 in its own place; with a label it is a progressbar for screen readers."""
    whole = str(max(0, min(100, round(value or 0))))
    voice = (
        format_html(
            'role="progressbar" aria-label="{}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{}"', label, whole
        )
        if label
        else SafeString('aria-hidden="true"')
    )
    colour = format_html(' data-state="{}"', state) if state else ""
    return format_html('<span class="bar" {}{} style="--v:{}"><span></span></span>', voice, colour, whole)


@register.simple_tag
def median(ratio: float | None) -> SafeString:
    """A bar from the account's own median (1.0) to the right or left; beside it stands the number."""
    if ratio is None:
        return SafeString('<span class="med" aria-hidden="true"></span>')
    length, under = charts.median_bar(ratio)
    look = SafeString(' class="lo"') if under else ""
    return format_html('<span class="med" aria-hidden="true"><span{} style="--x:{}"></span></span>', look, str(length))


# Time


@register.simple_tag(takes_context=True)
def when(context: Context, at: datetime | None, style: str = "auto") -> SafeString:
    """A `time` element in the reader's zone; style auto, full, day or time. `now` in the context is the clock."""
    if at is None:
        return format_html('<span class="dim">{}</span>', _("never"))
    now = context.get("now") or timezone.now()
    found = display.moment(at, now=now, zone=timezone.get_current_timezone(), style=style)
    return format_html('<time datetime="{}" title="{}">{}</time>', found.iso, found.title, found.text)


@register.filter
def age(since: datetime | timedelta | None) -> str:
    """28 h: how long ago, or how long."""
    if since is None:
        return display.NOT_GIVEN
    return display.span(since if isinstance(since, timedelta) else timezone.now() - since)


@register.filter
def ahead(length: timedelta) -> str:
    """1 h 58 min: how long until then, to the nearest minute."""
    minutes = round(length.total_seconds() / 60)
    return display.exactly(timedelta(minutes=minutes)) if minutes else display.span(length)


@register.simple_tag
def zone() -> str:
    """The short name of the reader's zone now."""
    return display.zone_name(timezone.localtime())


# Curves


@register.simple_tag
def spark(points: Sequence[float], look: str = "", label: str = "") -> SafeString:
    """A small curve; nothing to draw under two points is said in words."""
    found = charts.spark([float(point) for point in points])
    if found is None:
        return format_html('<span class="xs dim">{}</span>', _("too new"))
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 96 28" {}><path class="area" d="{}"/><path class="ln" d="{}"/>'
        '<circle class="pt" cx="{}" cy="{}" r="2.75"/></svg>',
        f"spark {look}".strip(),
        voice,
        found.area,
        found.line,
        str(found.last[0]),
        str(found.last[1]),
    )


@register.simple_tag
def waveform(levels: Sequence[int]) -> SafeString:
    """The sound's shape, twice: all of it, and what was played, cut off at --p percent."""
    strokes = charts.thinned(levels)
    return format_html(
        '<svg class="wave" viewBox="0 0 {0} 40" preserveAspectRatio="none" aria-hidden="true">'
        '<path d="{1}"/><path class="on" d="{1}"/></svg>',
        str(max(len(strokes), 1)),
        charts.waveform(strokes),
    )


@register.inclusion_tag("partials/chart.html")
def chart(found: charts.LineChart, name: str = "chart") -> dict[str, Any]:
    """A line chart with its numbers in a table behind it; `name` makes its ids unique on the page."""
    drawing = charts.draw(found)
    words = display.axis([step for _y, step in drawing.grid], _language())
    axis = [(y, told) for (y, _step), told in zip(drawing.grid, words, strict=True)]
    told = {"chart": found, "drawing": drawing, "axis": axis, "rows": charts.rows(found)}
    return {**told, "name": name, "shape": charts}


# Forms and the way around


@register.inclusion_tag("partials/field.html")
def field(bound: BoundField, label: str = "", note: str = "") -> dict[str, Any]:
    """Label, control, help and errors, tied together for screen readers."""
    kind = getattr(bound.field.widget, "input_type", "")
    return {"field": bound, "label": label or bound.label, "note": note or bound.help_text, "kind": kind}


def _links(places: Sequence[catalogue.Place], context: Context) -> list[dict[str, Any]]:
    """Those of the places which exist in this release and which the reader may open."""
    here, may = _here(context), context.get("may")
    found = []
    for place in places:
        if may is not None and place.needs and not may.get(place.needs):
            continue
        try:
            address = reverse(place.url)
        except NoReverseMatch:
            continue
        found.append({"place": place, "url": address, "here": here in place.pages})
    return found


def _here(context: Context) -> str:
    match = getattr(context.get("request"), "resolver_match", None)
    return (match.url_name or "") if match else ""


@register.inclusion_tag("partials/nav.html", takes_context=True)
def navigation(context: Context, look: str = "side") -> dict[str, Any]:
    """The pages this release has, the current one marked. Look: side, dock, palette or more."""
    work, may = _links(catalogue.WORK, context), context.get("may")
    found = {"work": work, "ours": _links(catalogue.OURS, context), "look": look, "may": may}
    return found | _docked(work, may) if look == "dock" else found


def _docked(work: Sequence[dict[str, Any]], may: Mapping[str, bool] | None) -> dict[str, Any]:
    """A phone's dock: what a person comes for most, four places with New upload or without, the rest under More."""
    wanted = catalogue.DOCK if may is None or may.get("trends_view") else catalogue.DOCK_OF_CLIENTS
    by_name = {link["place"].url: link for link in work}
    most = catalogue.DOCKED - bool(may is None or may.get("content_edit"))
    chosen = [by_name[name] for name in wanted if name in by_name][:most]
    return {"first": chosen[:2], "second": chosen[2:], "rest": [link for link in work if link not in chosen]}


@register.inclusion_tag("partials/tabs.html", takes_context=True)
def organisation_tabs(context: Context) -> dict[str, Any]:
    """Members, audit log: the pages of the organisation."""
    return {"tabs": _links(catalogue.ORGANISATION, context), "label": _("Organisation")}


@register.inclusion_tag("partials/tabs.html", takes_context=True)
def numbers_tabs(context: Context) -> dict[str, Any]:
    """Overview, posts, conversions …: the pages of numbers."""
    return {"tabs": _links(catalogue.NUMBERS, context), "label": _("Analytics")}


@register.simple_tag
def script_words() -> SafeString:
    """The sentences the page's scripts need, as data."""
    return json_script(wording.script_words(), "words")


@register.filter
def percent(share: float | None) -> str:
    """97 % from 0.97: a share, not a change."""
    return (
        display.NOT_GIVEN if share is None else f"{display.number(share * 100, _language(), places=0)}{display.SPACE}%"
    )


@register.filter
def signed(value: display.Number | None) -> str:
    """+34 or −12."""
    if value is None:
        return display.NOT_GIVEN
    return f"{'+' if value > 0 else ''}{display.number(value, _language())}"


@register.filter
def language(code: str) -> str:
    """English, or the bare code where we have no name for it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@register.filter
def country(code: str) -> str:
    """India from IN, in the reader's language; the bare code where there is no name for it."""
    return str(Locale.parse(_language(), sep="-").territories.get(code.upper(), code)) if code else ""


@register.filter
def own_name(code: str) -> str:
    """हिन्दी: a language's name as its own readers write it."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


@register.filter
def spaced(name: str) -> str:
    """`resource_type` as words."""
    return name.replace("_", " ").replace(".", " ")


@register.filter
def thing(name: str) -> str:
    """`content.contentasset` as what it is, without the app it lives in."""
    return spaced(name.rpartition(".")[2])
