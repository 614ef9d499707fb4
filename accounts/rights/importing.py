"""Bringing an archive into an empty organisation: all of it or nothing.

Files go into the storage first (outside any transaction), then every row in one transaction; when that fails, the
files are removed again. People are never signed up by an archive: whoever brings it stays the owner; an operator's
import (`manage.py import_organization`) finds the other members by their addresses; everybody else is left as an
invitation that was not sent, so that an archive cannot find out who has an account here.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, models
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.models import DataRequest, Organization, User
from accounts.rights import files, mapping
from accounts.rights.archive import Archive, NotAnArchive, parsed
from accounts.rights.bringing_people import People
from accounts.rights.format import FILES, RightsError
from accounts.rights.pieces import Pieces
from accounts.rights.registry import Answer, answer_of
from accounts.rights.values import NotAValue, value_of
from trenddrop.core import limits

Beat = Callable[[int], None]
ROWS_AT_ONCE = 500
OF_THE_FIRST_HOUR = {"accounts.membership", "accounts.notification"}


class NotEmpty(RightsError):
    """There is something in the organisation already."""

    def __init__(self, what: str, count: int) -> None:
        said = _("This organisation is not empty (%(n)s × %(what)s). Make a new one and bring the archive there.")
        super().__init__(said % {"n": count, "what": what})


def bring(request: DataRequest, *, beat: Beat) -> dict[str, Any]:
    """Bring the archive of a request into its organisation; return the report."""
    with request.file.open("rb") as source:
        archive = Archive(source)
        if archive.manifest.get("subject") != "organization":
            raise NotAnArchive(_("it holds a person's own data, not an organisation's"))
        archive.verify()
        beat(30)
        return Bringing(request, archive).run(beat)


class Bringing:
    """One import."""

    def __init__(self, request: DataRequest, archive: Archive) -> None:
        self.request = request
        self.archive = archive
        self.target: Any = request.organization_id
        self.keys = mapping.read(archive, seed=request.pk, organization_id=self.target)
        self.people = People(archive, bringer=request.user_id, is_trusted=bool(request.report.get("trusted")))
        self.stored: dict[tuple[str, str], str] = {}
        self.lost = 0
        self.behind: set[Any] = set()  # keys of rows that were left out: what hangs on them is, too

    def run(self, beat: Beat) -> dict[str, Any]:
        """Bring files, then rows; take the files away again where the rows cannot be brought."""
        with tenancy.of_organization(self.target):
            self._require_empty()
            self._require_room()
        self._clear_folders()
        try:
            self._bring_files(beat)
            with tenancy.of_organization(self.target):
                Organization.objects.select_for_update().get(pk=self.target)
                self._require_empty()
                rows = self._bring_rows()
        except (DataError, IntegrityError) as error:
            self._take_files_away()
            raise NotAnArchive(_("its rows contradict each other (%(what)s)") % {"what": _first_line(error)}) from error
        except BaseException:
            self._take_files_away()
            raise
        told = {"invited": len(self.people.invited), "left_out": self.lost, "new_keys": self.keys.anew}
        return {"rows": rows, "files": len(self.stored)} | told

    def _require_empty(self) -> None:
        for answer in mapping.imported():
            rows = answer.rows_of_organization(self.target)
            if answer.label in OF_THE_FIRST_HOUR:
                continue
            if answer.label == "accounts.brandprofile":
                rows = rows.exclude(keywords=[], description="", guidelines="", client=None)
            if count := rows.count():
                raise NotEmpty(str(answer.table._meta.verbose_name), count)

    def _require_room(self) -> None:
        """Ask the plan, as for anything else that is added; an operator's import is their own to allow."""
        if self.people.is_trusted:
            return
        entries = self.archive.entries.values()
        wanted = {
            "storage_bytes": sum(each.size for each in entries if each.path.startswith(FILES)),
            "clients": sum(not row.get("deleted_at") for row in self._rows("accounts.clientaccount")),
        }
        try:
            for limit, amount in wanted.items():
                if amount:
                    limits.ask(self.target, limit, amount=amount)
        except limits.LimitReached as error:
            raise RightsError(str(error)) from error

    def _clear_folders(self) -> None:
        """Remove what a run that was cut off may have left."""
        for answer in mapping.imported():
            if answer.folder:
                files.remove_folder(answer.folder.format(organization=self.target))

    # Files

    def _bring_files(self, beat: Beat) -> None:
        total = max(1, sum(path.startswith(FILES) for path in self.archive.entries))
        for answer in [*mapping.imported(), *filter(None, [answer_of("accounts.organization")])]:
            for row in self._file_rows(answer):
                self._bring_files_of(answer, row)
                if len(self.stored) % 20 == 0:
                    beat(30 + min(40, 40 * len(self.stored) // total))

    def _file_rows(self, answer: Answer) -> Iterator[dict[str, Any]]:
        if answer.file_fields():
            yield from self._rows(answer.label)

    def _bring_files_of(self, answer: Answer, row: dict[str, Any]) -> None:
        for column in answer.file_fields():
            name = row.get(column.name) or ""
            if not name or (name, column.name) in self.stored or not self.archive.has(f"{FILES}{name}"):
                continue
            places = {key.attname: row.get(key.name) for key in _keys_of(answer)}
            inside = {} if answer.organization == "pk" else {"organization_id": self.target}
            instance = answer.table(**places | inside)
            wanted = column.generate_filename(instance, name.rpartition("/")[2])
            source = Pieces(self.archive.pieces(f"{FILES}{name}"), self.archive.entries[f"{FILES}{name}"].size)
            self.stored[name, column.name] = default_storage.save(wanted, source, max_length=column.max_length)

    def _take_files_away(self) -> None:
        files.remove(self.stored.values())

    # Rows

    def _rows(self, label: str) -> Iterator[dict[str, Any]]:
        """Read a model's rows with the keys of here."""
        answer = answer_of(label)
        names = [each.name for each in answer.file_fields()] if answer else []
        for line in self.archive.lines(label):
            row = parsed(self.keys.rewrite(line), label)
            if names:  # a file is found under the name it has there
                there = parsed(line, label)
                row |= {name: there[name] for name in names if name in there}
            yield row

    def _bring_rows(self) -> dict[str, int]:
        """Write every row, parents first."""
        self._remove_first_brand()
        self._settle_organization()
        self.people.find_members(self._rows("accounts.membership"), self.target)
        counts = {}
        for answer in mapping.imported():
            if answer.label == "accounts.membership":
                counts[answer.label] = self.people.bring_members(self.target)
                continue
            counts[answer.label] = self._bring_rows_of(answer)
            if answer.also_import:
                answer.also_import(answer.rows_of_organization(self.target))
        return {label: count for label, count in counts.items() if count}

    def _remove_first_brand(self) -> None:
        """The brand every organisation begins with makes room."""
        brands = answer_of("accounts.brandprofile")
        if brands is not None:
            brands.rows_of_organization(self.target).delete()

    def _settle_organization(self) -> None:
        answer, row = answer_of("accounts.organization"), next(self._rows("accounts.organization"), None)
        if answer is None or row is None:
            raise NotAnArchive(_("it has no organisation"))
        organization = Organization.objects.get(pk=self.target)
        for column in answer.columns(of_person=False):
            if column.name not in {"id", "created_at", "updated_at", "owner", "slug"}:
                setattr(organization, column.attname, self._value(answer, column, row))
        organization.slug = self._free_slug(str(row.get("slug", "")), organization.slug)
        organization.save()

    def _free_slug(self, wanted: str, present: str) -> str:
        with tenancy.operator():
            taken = Organization.objects.filter(slug=wanted).exclude(pk=self.target).exists()
        return present if taken or not wanted else wanted

    def _bring_rows_of(self, answer: Answer) -> int:
        waiting = filter(None, (self._instance(answer, row) for row in self._rows(answer.label)))
        count = 0
        while batch := list(islice(waiting, ROWS_AT_ONCE)):
            rows: Any = answer.table._base_manager.all()
            columns = answer.table._meta.local_concrete_fields
            rows._insert(batch, fields=columns, using=rows.db, raw=True)  # noqa: SLF001 (`save` would write today's times)
            count += len(batch)
        return count

    def _instance(self, answer: Answer, row: dict[str, Any]) -> models.Model | None:
        """Make a row of here, or None where the person it belongs to, or the row it hangs on, is not brought."""
        values: dict[str, Any] = {"organization_id": self.target}
        for column in answer.columns(of_person=False):
            values[column.attname] = self._value(answer, column, row)
            if values[column.attname] is None and not column.null and isinstance(column, models.ForeignKey):
                self.lost += 1
                self.behind.add(mapping.as_key(row.get("id"), f"{answer.label}.id"))
                return None
        for name, becomes in answer.on_import.items():
            if name not in row:
                values[name] = becomes(None) if callable(becomes) else becomes
        return answer.table(**values)

    def _value(self, answer: Answer, column: "models.Field[Any, Any]", row: dict[str, Any]) -> Any:
        if column.name not in row:
            return column.get_default()
        value = row[column.name]
        if isinstance(column, models.ForeignKey):
            return self._key(answer, column, value)
        if isinstance(column, models.FileField):
            return self.stored.get((value, column.name), "") if value else ""
        if column.name in answer.on_import:
            becomes = answer.on_import[column.name]
            value = becomes(value) if callable(becomes) else becomes
        if column.name in answer.one_of_a_kind:
            value = self._one_of_a_kind(answer, column.name, str(value))
        try:
            return value_of(column, value)
        except (NotAValue, ValidationError, TypeError, ValueError, OverflowError) as error:
            said = {"name": f"{answer.label}.{column.name}", "value": str(value)[:60]}
            raise NotAnArchive(_("“%(value)s” cannot be %(name)s") % said) from error

    def _one_of_a_kind(self, answer: Answer, name: str, value: str) -> str:
        """Return the value where it may stay; else another."""
        kind = answer.one_of_a_kind[name]
        if self.people.is_trusted and kind.looks.fullmatch(value):
            with tenancy.operator():
                if not answer.table._base_manager.filter(**{name: value}).exists():
                    return value
        return kind.another(value)

    def _key(self, answer: Answer, column: "models.ForeignKey[Any, Any]", value: Any) -> Any:
        """Return the row pointed to: one of the archive's own, or a person found here; never another's."""
        if value is None or column.name in answer.on_import:
            return None
        key = mapping.as_key(value, f"{answer.label}.{column.name}")
        if column.related_model is User:
            return self.people.found.get(key)
        if column.related_model is Organization:
            return self.target
        label = column.related_model._meta.label_lower
        if key in self.behind:
            self.lost += column.null
            return None
        if key in self.keys.present.get(label, ()):
            return key
        if column.null:
            self.lost += 1
            return None
        what = f"{answer.label}.{column.name}"
        raise NotAnArchive(_("%(name)s points to something that is not in it") % {"name": what})


def _keys_of(answer: Answer) -> "list[models.Field[Any, Any]]":
    """Return the columns that a file's place is made of."""
    return [each for each in answer.table._meta.concrete_fields if each.primary_key or each.remote_field]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
