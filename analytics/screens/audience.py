"""Who the people are, as its page, its files and the API tell it."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Membership
from analytics import span
from analytics.models import AudienceSnapshot, TrackedAccount
from analytics.queries import audience
from analytics.queries.audience import Engaged, Make, Part
from analytics.span import Span
from analytics.tables import Table
from publishing.platforms.counting import Missing

Words = str | Promise
SHOWN = 12
AGES = ("13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+")
GENDERS: Mapping[str, Words] = {
    "female": gettext_lazy("Women"),
    "male": gettext_lazy("Men"),
    "other": gettext_lazy("Others"),
    "unknown": gettext_lazy("Not said"),
}
OF: Mapping[str, Words] = {
    "followers": gettext_lazy("followers"),
    "viewers": gettext_lazy("viewers"),
    "listeners": gettext_lazy("listeners"),
}
WHY: Mapping[Missing, Words] = {
    Missing.NOT_OFFERED: gettext_lazy("its platform does not tell this to programs"),
    Missing.NO_ACCESS: gettext_lazy("the sign-in lacks a right, or the account is of another kind"),
    Missing.TOO_FEW: gettext_lazy("its platform keeps this back for so few people"),
    Missing.NOT_YET: gettext_lazy("its platform tells this some days late"),
    Missing.NO_ANSWER: gettext_lazy("it was asked for, and no answer came"),
    Missing.BY_HAND: gettext_lazy("it is kept by hand: what was entered of this stands on its own page"),
}


@dataclass(frozen=True)
class Asked:
    """Which days somebody asks for, and one account or all."""

    span: Span
    account: uuid.UUID | None = None
    made_up: bool | None = None


@dataclass(frozen=True)
class Section:
    """One kind: who follows, who did something, in words for each part."""

    kind: str
    title: Words
    make: Make
    engaged: Engaged | None
    shown: Sequence[tuple[str, Part]]
    shown_engaged: Sequence[tuple[str, Part]]


@dataclass(frozen=True)
class People:
    """Everything the page says."""

    asked: Asked
    accounts: Sequence[TrackedAccount]
    sections: Sequence[Section]
    is_made_up: bool
    has_both: bool

    @property
    def is_empty(self) -> bool:
        """Whether nobody tells anything."""
        return not any(each.shown or each.shown_engaged for each in self.sections)


def asked(params: Mapping[str, str], *, today: dt.date) -> Asked:
    """Return what an address asks for."""
    try:
        account = uuid.UUID(params.get("account", ""))
    except ValueError:
        account = None
    made_up = {"practice": True, "real": False}.get(params.get("numbers", ""))
    return Asked(span.asked(params, today=today), account, made_up)


def shown(member: Membership, wanted: Asked) -> People:
    """Return who the people are: four statements, however many accounts there are."""
    every = audience.accounts_of(member)
    chosen, made_up = _chosen(every, wanted)
    if wanted.account and not any(each.pk == wanted.account for each in chosen):
        wanted = Asked(wanted.span, None, wanted.made_up)
    mine = [each for each in chosen if wanted.account in {None, each.pk}]
    makes = audience.makes(member, mine, wanted.span)
    connections = {each.connection_id for each in mine if each.connection_id}
    told = audience.engaged(member, wanted.span, connections=connections)
    kinds = dict(AudienceSnapshot.Kind.choices)
    sections = [_section(kind, kinds[kind], makes[kind], told.get(kind)) for kind in audience.KINDS]
    return People(wanted, every, sections, made_up, len({each.is_simulated for each in every}) > 1)


def _chosen(every: Sequence[TrackedAccount], wanted: Asked) -> tuple[list[TrackedAccount], bool]:
    one = next((each for each in every if each.pk == wanted.account), None)
    made_up = one.is_simulated if one else wanted.made_up
    if made_up is None:
        made_up = bool(every) and all(each.is_simulated for each in every)
    return [each for each in every if each.is_simulated == made_up], made_up


def _section(kind: str, title: Words, make: Make, engaged: Engaged | None) -> Section:
    parts = engaged.parts if engaged else ()
    return Section(kind, title, make, engaged, _named(kind, make.parts), _named(kind, parts))


def _named(kind: str, parts: Sequence[Part]) -> list[tuple[str, Part]]:
    """Return the largest parts with their names; ages in their order."""
    if kind == AudienceSnapshot.Kind.AGE:
        places = {age: place for place, age in enumerate(AGES)}
        parts = sorted(parts, key=lambda each: (places.get(each.key, len(places)), each.key))
    return [(name_of(kind, each.key), each) for each in parts[:SHOWN]]


def name_of(kind: str, key: str) -> str:
    """Return what people call a country, a gender, an age."""
    if kind == AudienceSnapshot.Kind.COUNTRY:
        locale = Locale.parse(get_language() or "en", sep="-")
        return str(locale.territories.get(key.upper(), key))
    if kind == AudienceSnapshot.Kind.GENDER:
        return str(GENDERS.get(key.lower(), key))
    return key


def tables(page: People) -> dict[str, Table]:
    """Return every kind as a table, by the name `?csv=` takes."""
    found = [_table(each) for each in page.sections] + [_engaged(each) for each in page.sections if each.engaged]
    return {each.name: each for each in found}


def _table(section: Section) -> Table:
    header = [section.title, _("Code"), _("Share"), _("People"), _("Share before"), _("As of")]
    rows = [
        (name_of(section.kind, each.key), each.key, round(each.share, 4), each.people,
         None if each.before is None else round(each.before, 4), section.make.date)
        for each in section.make.parts
    ]  # fmt: skip
    return Table(section.kind, section.title, header, rows)


def _engaged(section: Section) -> Table:
    header = [section.title, _("Code"), _("Share"), _("Reactions")]
    parts = section.engaged.parts if section.engaged else ()
    rows = [(name_of(section.kind, each.key), each.key, round(each.share, 4), each.people) for each in parts]
    return Table(f"engaged-{section.kind}", _("Who reacted"), header, rows)
