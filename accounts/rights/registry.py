"""What happens to every table when people take their data along, bring it, or have it erased.

Each app declares its answers in `<app>/rights.py` (settings.DATA_RIGHTS names them all). A test holds the registry
complete: a model without an answer fails, and so does a field that no answer names.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise

from accounts.models import User

Words = str | Promise
ALWAYS = ("id", "created_at", "updated_at")


class Fate(StrEnum):
    """What becomes of a row that points to a person when the person is erased."""

    DELETED = "deleted"
    POINTS_TO_NOBODY = "points to nobody"
    POINTS_TO_A_NAMELESS_ROW = "points to a row without a name"


@dataclass(frozen=True)
class Kept:
    """What stays after an erasure, and by what right."""

    what: Words
    why: Words
    ground: str
    term: Words


@dataclass(frozen=True)
class OneOfAKind:
    """A value nobody else of the installation has: what it looks like, and how another is made of it."""

    looks: re.Pattern[str]
    another: Callable[[str], str]


@dataclass(frozen=True)
class Answer:
    """The answers for one model. Names of fields stand in one string, separated by spaces."""

    model: str
    # Whose rows they are: paths of a query; neither means the installation's own.
    organization: str = ""
    person: str = ""
    # What an export holds, by field; secrets and what is made again are left out, each with its reason.
    exports: str = ""
    files: str = ""
    exports_to_organization: str = ""
    leaves_out: Mapping[str, str] = field(default_factory=dict)
    not_exported: str = ""
    # What an import takes; `on_import` says what a field becomes, whatever the archive says.
    not_imported: str = ""
    on_import: Mapping[str, Any] = field(default_factory=dict)
    # Kept where an operator brings the archive and nobody here has it; else another is made.
    one_of_a_kind: Mapping[str, OneOfAKind] = field(default_factory=dict)
    # What an erasure leaves.
    people: Mapping[str, Fate] = field(default_factory=dict)
    words: str = ""
    kept_of_organization: Kept | None = None
    # Of rows that are kept when their organisation is erased: what is emptied, since nobody has to keep it.
    forgets: str = ""
    kept_of_person: Kept | None = None
    also_delete: Callable[["models.QuerySet[Any]"], None] | None = None
    also_import: Callable[["models.QuerySet[Any]"], None] | None = None
    folder: str = ""

    @property
    def table(self) -> type[models.Model]:
        """The model itself."""
        return apps.get_model(self.model)

    @property
    def label(self) -> str:
        """The model's name in archives."""
        return self.model.lower()

    @property
    def is_exported(self) -> bool:
        """Whether archives hold it."""
        return not self.not_exported

    @property
    def is_imported(self) -> bool:
        """Whether an import of an organisation takes it."""
        return bool(self.organization) and self.is_exported and not self.not_imported

    def columns(self, *, of_person: bool) -> list["models.Field[Any, Any]"]:
        """Return the fields an archive holds, the times and the key among them."""
        chosen = self.exports if of_person or not self.exports_to_organization else self.exports_to_organization
        names = {*ALWAYS, *chosen.split(), *self.files.split()}
        if not of_person and self.exports_to_organization:
            names -= set(self.files.split())
        return [each for each in self.table._meta.concrete_fields if each.name in names or each.primary_key]

    def file_fields(self) -> list[models.FileField]:
        """Return the fields that name stored files."""
        return [each for each in self.table._meta.concrete_fields if isinstance(each, models.FileField)]

    def emptied(self) -> dict[str, Any]:
        """Return what an organisation's erasure writes into rows that are kept."""
        names = self.forgets.split()
        columns = (each for each in self.table._meta.concrete_fields if each.name in names)
        return {each.name: None if each.null else each.get_default() for each in columns}

    def rows_of_organization(self, organization_id: Any) -> "models.QuerySet[Any]":
        """Return an organisation's rows; call in its scope or the operator's."""
        return self.table._base_manager.filter(**{self.organization: organization_id})

    def rows_of_person(self, user_id: Any) -> "models.QuerySet[Any]":
        """Return the rows a person owns or wrote."""
        wanted = models.Q()
        for path in self.person.split():
            wanted |= models.Q(**{path: user_id})
        return self.table._base_manager.filter(wanted)


@cache
def answers() -> tuple[Answer, ...]:
    """Return every answer, tables before those that point to them."""
    declared = {each.label: each for path in settings.DATA_RIGHTS for each in import_module(path).ANSWERS}
    return tuple(_sorted(declared))


def _sorted(declared: Mapping[str, Answer]) -> Iterator[Answer]:
    done: set[str] = set()
    waiting = list(declared)
    while waiting:
        ready = [label for label in waiting if _targets(declared[label]).isdisjoint(set(waiting) - {label})]
        for label in ready or waiting[:1]:  # a circle is cut anywhere: the database checks keys at the end
            done.add(label)
            yield declared[label]
        waiting = [label for label in waiting if label not in done]


def _targets(answer: Answer) -> set[str]:
    """Name the models a model points to."""
    return {each.related_model._meta.label_lower for each in foreign_keys(answer.table)}


def foreign_keys(table: type[models.Model]) -> "list[models.ForeignKey[Any, Any]]":
    """Return the columns that point to other rows."""
    return [each for each in table._meta.concrete_fields if isinstance(each, models.ForeignKey)]


def answer_of(label: str) -> Answer | None:
    """Return a model's answer by its name."""
    return next((each for each in answers() if each.label == label.lower()), None)


def kept_of_organization() -> list[Kept]:
    """Return what an organisation's erasure leaves."""
    return list(dict.fromkeys(each.kept_of_organization for each in answers() if each.kept_of_organization))


def kept_of_person() -> list[Kept]:
    """Return what a person's erasure leaves."""
    return list(dict.fromkeys(each.kept_of_person for each in answers() if each.kept_of_person))


def gaps() -> list[str]:
    """Say which model or field has no answer, or one that cannot be."""
    known = {each.label for each in answers()}
    found = [
        f"{table._meta.label} has no answer" for table in apps.get_models() if table._meta.label_lower not in known
    ]
    return found + [gap for each in answers() for gap in gaps_of(each)]


def gaps_of(answer: Answer) -> Iterator[str]:
    """Say what one answer leaves open."""
    columns = {each.name: each for each in answer.table._meta.concrete_fields}
    given = {*answer.exports.split(), *answer.files.split(), *answer.leaves_out}
    mentioned = given | {*answer.words.split(), *answer.exports_to_organization.split()}
    mentioned |= {*answer.on_import, *answer.one_of_a_kind, *answer.people, *answer.forgets.split()}
    yield from (f"{answer.model}.{name} does not exist" for name in sorted(mentioned - set(columns)))
    if answer.is_exported:
        implied = {*ALWAYS, answer.organization}
        yield from (f"{answer.model}.{name} has no answer" for name in columns if name not in given | implied)
    pointing = {each.name for each in foreign_keys(answer.table) if each.related_model is User}
    open_ones = pointing - set(answer.people)
    yield from (f"{answer.model}.{name}: what becomes of it when the person is erased?" for name in open_ones)
    for name, fate in answer.people.items():
        if fate == Fate.POINTS_TO_NOBODY and name in columns and not columns[name].null:
            yield f"{answer.model}.{name} cannot point to nobody"
    if answer.forgets and not answer.kept_of_organization:
        yield f"{answer.model} forgets words of rows that are not kept"
    if answer.organization and answer.is_imported:
        yield from _cannot_be_imported(answer, columns)


def _cannot_be_imported(answer: Answer, columns: Mapping[str, "models.Field[Any, Any]"]) -> Iterator[str]:
    for name in answer.leaves_out:
        column = columns.get(name)
        if column is not None and not (column.null or column.has_default() or column.blank or name in answer.on_import):
            yield f"{answer.model}.{name} is left out of archives, and an import would not know what to put there"
