"""The page made for a client, and its files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import ClientAccount
from analytics.models import AudienceSnapshot
from analytics.queries.client_report import Audience, ClientReport, Published
from analytics.screens import figures
from analytics.screens import overview as screen
from analytics.screens.figures import Figure
from analytics.tables import Table

Words = str | Promise
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
OUR_COLOURS = ("#0b6e78", "#d98e2b")
OF: Mapping[str, Words] = {
    "followers": gettext_lazy("followers"),
    "viewers": gettext_lazy("viewers"),
    "listeners": gettext_lazy("listeners"),
}
PEOPLE: Mapping[str, Words] = {
    "female": gettext_lazy("Women"),
    "male": gettext_lazy("Men"),
    "other": gettext_lazy("Others"),
}
Kind = AudienceSnapshot.Kind


@dataclass(frozen=True)
class People:
    """One way of parting an account's people: names with their shares in percent."""

    title: str
    note: str
    parts: Sequence[tuple[str, float, str]]


def colours(client: ClientAccount) -> tuple[str, str]:
    """The client's two colours; ours where it gave none that are colours."""
    given = [each for each in client.brand_colors if isinstance(each, str) and COLOUR.fullmatch(each)]
    first, second = (*given, *OUR_COLOURS[len(given) :])[:2]
    return first, second


def lead(found: ClientReport, told: Sequence[Figure]) -> str:
    """The days in a sentence or two, from the headlines alone."""
    posts, views = found.published_in_all, next(each for each in told if each.key == "views")
    words = ngettext("%(n)s post went live.", "%(n)s posts went live.", posts) % {"n": figures.written(posts)}
    if views.value is None:
        return words
    if views.change is None or not views.change.since:
        seen = _("They and those before were seen %(n)s times in these days.") % {"n": views.text}
        return f"{words} {seen}"
    moved = {
        "up": _("Views rose by %(change)s to %(n)s."),
        "down": _("Views fell by %(change)s to %(n)s."),
    }.get(views.change.look, _("Views stayed at %(n)s."))
    return f"{words} {moved % {'change': views.change.words.lstrip('+−'), 'n': views.text}}"


def people(found: ClientReport) -> list[People]:
    """Who they are, per account and kind."""
    return [_people(each) for each in found.audiences if each.shares]


def _people(each: Audience) -> People:
    title = f"{Kind(each.kind).label}: {each.account.name}"
    told = {"of": OF.get(each.of, each.of), "day": date_format(each.date, "j M Y")}
    note = _("%(of)s, as told on %(day)s") % told
    if each.counted:
        note = f"{note}; n = {figures.written(each.counted)}"
    parts = [(_named(each.kind, name), round(share * 100, 1), figures.part(share)) for name, share in each.shares]
    return People(title, note, parts)


def _named(kind: str, name: str) -> str:
    if kind == Kind.COUNTRY:
        return figures.country(name)
    return str(PEOPLE.get(name, name)) if kind == Kind.GENDER else name


def tables(found: ClientReport, told: Sequence[Figure]) -> list[Table]:
    """Everything on the page as files."""
    shares = [
        [each.account.name, each.account.platform, each.kind, each.of, each.date, name, share]
        for each in found.audiences
        for name, share in each.shares
    ]
    header = (_("Account"), _("Platform"), _("Parted by"), _("Of whom"), _("Day"), _("Who"), _("Share"))
    return [
        *screen.tables(found.overview, told),
        _published_table(found.published),
        Table("audience", _("Audience"), header, shares),
    ]


def _published_table(posts: Sequence[Published]) -> Table:
    header = [
        _("Post"), _("Platform"), _("Account"), _("Went live"), _("Views"), _("Likes"), _("Comments"), _("Shares"),
        _("Saves"),
    ]  # fmt: skip
    rows = [
        [
            each.title, each.platform, each.account, each.published_at.isoformat(), each.views, each.likes,
            each.comments, each.shares, each.saves,
        ]
        for each in posts
    ]  # fmt: skip
    return Table("published", _("Published"), header, rows)
