"""Making an archive: rows of one moment of the database, files streamed from the storage, nothing whole in memory."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import tenancy
from accounts.models import DataRequest, Membership, Organization, User
from accounts.rights import format as form
from accounts.rights.format import Entry
from accounts.rights.registry import Answer, answers

Beat = Callable[[int], None]
ROWS_AT_ONCE = 2000
ROWS_DONE, FILES_DONE = 20, 95


def make(request: DataRequest, *, beat: Beat) -> dict[str, Any]:
    """Make the archive and put it into the storage; return the report. `beat` is told the progress, in per cent."""
    with tempfile.TemporaryDirectory(prefix="trenddrop-export-") as folder:
        path = Path(folder, "export.zip")
        writer = _write(path, request, names=Path(folder, "files"), beat=beat)
        with path.open("rb") as made:
            request.file.save(f"{name_of(request)}.zip", File(made), save=False)
    return {"rows": writer.rows, "files": writer.files, "bytes": request.file.size, "missing_files": writer.missing}


def _write(path: Path, request: DataRequest, *, names: Path, beat: Beat) -> "Writer":
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive, names.open("w+") as spool:
        writer = Writer(archive, spool)
        with snapshot(request):
            for answer, rows in rows_of(request):
                writer.write_rows(answer, rows, of_person=request.subject == "person")
            about = _about(request)
        beat(ROWS_DONE)
        writer.write_files(beat)
        writer.write_text(form.README, render_to_string("accounts/rights/readme.txt", about | {"writer": writer}))
        writer.write_manifest(about)
        beat(FILES_DONE)
    return writer


@contextmanager
def snapshot(request: DataRequest) -> Iterator[None]:
    """See one moment of the database, in the scope of the organisation, or over all for a person's own rows."""
    scope = (
        tenancy.Scope(organization_id=request.organization_id)
        if request.subject == "organization"
        else tenancy.Scope(is_operator=True)
    )
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with tenancy.enter(scope):
            yield


def rows_of(request: DataRequest) -> Iterator[tuple[Answer, "models.QuerySet[Any]"]]:
    """Return what belongs into the archive, model by model."""
    for answer in answers():
        if not answer.is_exported:
            continue
        if request.subject == "organization" and answer.organization:
            yield answer, answer.rows_of_organization(request.organization_id)
        elif request.subject == "person" and answer.person:
            yield answer, _of_person(answer, request)


def _of_person(answer: Answer, request: DataRequest) -> "models.QuerySet[Any]":
    """Return a person's rows; what they wrote for organisations, only of those they still work in."""
    rows = answer.rows_of_person(request.user_id)
    if not answer.words:
        return rows
    mine = Membership.objects.filter(user=request.user, status=Membership.Status.ACTIVE).values("organization")
    return rows.filter(**{f"{answer.organization}__in": mine})


def _about(request: DataRequest) -> dict[str, Any]:
    whose: models.Model = (
        Organization.objects.get(pk=request.organization_id or "")
        if request.subject == "organization"
        else User.objects.get(pk=request.user_id or "")
    )
    return {"subject": request.subject, "id": str(whose.pk), "name": str(whose), "made_at": timezone.now()}


def name_of(request: DataRequest) -> str:
    """Return the archive's file name; it says nothing of whose it is."""
    return f"trenddrop-{request.subject}-{request.created_at:%Y-%m-%d}-{request.pk.hex[-12:]}"


class Writer:
    """Writes into the archive, and remembers what the manifest has to say."""

    def __init__(self, archive: zipfile.ZipFile, spool: IO[str]) -> None:
        self.archive = archive
        self.spool = spool
        self.entries: list[Entry] = []
        self.missing: list[str] = []
        self.rows = self.files = 0

    def write_rows(self, answer: Answer, rows: "models.QuerySet[Any]", *, of_person: bool) -> None:
        """Write a model's rows, one a line, and note the files they name."""
        columns = answer.columns(of_person=of_person)
        names = [each.name for each in columns]
        with_files = not of_person or not answer.organization or answer.table is User
        files = [each.name for each in columns if isinstance(each, models.FileField) and with_files]
        with self._into(form.data_path(answer.label)) as put:
            found = rows.order_by("pk").values_list(*(each.attname for each in columns))
            count = 0
            for values in found.iterator(chunk_size=ROWS_AT_ONCE):
                row = dict(zip(names, values, strict=True))
                put(form.line(row))
                self.spool.writelines(f"{json.dumps(str(row[name]))}\n" for name in files if row[name])
                count += 1
        self.rows += count
        self.entries[-1] = Entry(**vars(self.entries[-1]) | {"rows": count})

    def write_files(self, beat: Beat) -> None:
        """Stream the noted files out of the storage."""
        self.spool.seek(0)
        names = dict.fromkeys(json.loads(each) for each in self.spool)
        for done, name in enumerate(names, start=1):
            self._write_file(name)
            if done % 20 == 0 or done == len(names):
                beat(ROWS_DONE + (FILES_DONE - ROWS_DONE) * done // len(names))

    def _write_file(self, name: str) -> None:
        try:
            stored = default_storage.open(name)
        except FileNotFoundError:
            self.missing.append(name)
            return
        with stored, self._into(f"{form.FILES}{name}") as put:
            for piece in stored.chunks(form.CHUNK):
                put(piece)
        self.files += 1

    def write_text(self, path: str, text: str) -> None:
        """Write a short text."""
        with self._into(path) as put:
            put(text.encode())

    def write_manifest(self, about: dict[str, Any]) -> None:
        """Write what the archive holds, each file with its hash."""
        manifest = about | {
            "product": "TrendDrop",
            "product_version": settings.PRODUCT_VERSION,
            "format": form.FORMAT,
            "counts": {"rows": self.rows, "files": self.files},
            "missing_files": self.missing,
            "entries": [each.as_json() for each in self.entries],
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False, default=form.plain)
        self.archive.writestr(form.MANIFEST, text)

    @contextmanager
    def _into(self, path: str) -> Iterator[Callable[[bytes], None]]:
        digest, size = hashlib.sha256(), 0
        with self.archive.open(path, "w", force_zip64=True) as target:

            def put(piece: bytes) -> None:
                nonlocal size
                target.write(piece)
                digest.update(piece)
                size += len(piece)

            yield put
        self.entries.append(Entry(path, digest.hexdigest(), size))
