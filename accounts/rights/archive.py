"""Reading an archive that somebody brought: believed only after names, sizes and hashes were checked.

Nothing is ever unpacked to a path of the archive's choosing: entries are read as streams, by the names the manifest
gives, and never beyond the size it gives.
"""

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts.rights import format as form
from accounts.rights.format import Entry, RightsError
from accounts.rights.registry import answer_of

LONGEST_MANIFEST = 256 * 1024**2
LONGEST_LINE = 32 * 1024**2
MOST_ENTRIES = 1_000_000
MOST_GROWTH = 200  # times the archive's own size; text of ours packs to a tenth, never to a two-hundredth
SMALL = 100 * 1024**2  # under this nobody minds
DATA_NAME = re.compile(r"data/[a-z_]+\.[a-z_]+\.jsonl")
PACKING = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class NotAnArchive(RightsError):
    """The file is not one of ours, or was changed."""

    def __init__(self, what: str) -> None:
        said = _("This archive cannot be used: %(what)s. Export it again and bring the file as it is.")
        super().__init__(said % {"what": what})


class Archive:
    """An archive of which the manifest, the names and the sizes hold. Hashes are checked by `verify`."""

    def __init__(self, source: IO[bytes]) -> None:
        try:
            self.zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, OSError) as error:
            raise NotAnArchive(_("it is not a whole zip file")) from error
        self.manifest = self._read_manifest()
        self.entries = self._read_entries()
        self._check_names()
        self._check_sizes(packed=source.seek(0, 2))

    def _read_manifest(self) -> dict[str, Any]:
        try:
            info = self.zip.getinfo(form.MANIFEST)
        except KeyError as error:
            raise NotAnArchive(_("it has no manifest.json")) from error
        if info.file_size > LONGEST_MANIFEST:
            raise NotAnArchive(_("its manifest is too long"))
        try:
            manifest = json.loads(self._bytes_of(info, LONGEST_MANIFEST))
        except (ValueError, zipfile.BadZipFile) as error:
            raise NotAnArchive(_("its manifest cannot be read")) from error
        if not isinstance(manifest, dict) or manifest.get("product") != "TrendDrop":
            raise NotAnArchive(_("it was not made by TrendDrop"))
        if manifest.get("format") != form.FORMAT:
            said = {"theirs": manifest.get("format"), "ours": form.FORMAT}
            raise NotAnArchive(_("it has format %(theirs)s, and this installation reads format %(ours)s") % said)
        return manifest

    def _bytes_of(self, info: zipfile.ZipInfo, most: int) -> bytes:
        with self.zip.open(info) as opened:
            return opened.read(most)

    def _read_entries(self) -> dict[str, Entry]:
        try:
            found = [Entry(**each) for each in self.manifest["entries"]]
            assert all(isinstance(each.size, int) and isinstance(each.path, str) for each in found)  # noqa: S101
        except (KeyError, TypeError, AssertionError) as error:
            raise NotAnArchive(_("its manifest cannot be read")) from error
        if len(found) > MOST_ENTRIES:
            raise NotAnArchive(_("it has too many files"))
        return {each.path: each for each in found}

    def _check_names(self) -> None:
        infos = self.zip.infolist()
        if bad := next((info.filename for info in infos if not is_safe(info)), None):
            raise NotAnArchive(_("it has a file with a forbidden name or kind: %(name)s") % {"name": bad[:120]})
        names = [info.filename for info in infos]
        if len(set(names)) != len(names):
            raise NotAnArchive(_("it has two files of one name"))
        if set(names) != {form.MANIFEST, *self.entries}:
            raise NotAnArchive(_("its files are not those that its manifest names"))
        for name in names:
            if name.startswith(form.DATA) and not _is_known(name):
                said = name.removeprefix(form.DATA).removesuffix(".jsonl")
                raise NotAnArchive(_("it holds “%(what)s”, which this version does not know") % {"what": said})

    def _check_sizes(self, *, packed: int) -> None:
        infos = self.zip.infolist()
        if any(info.filename in self.entries and info.file_size != self.entries[info.filename].size for info in infos):
            raise NotAnArchive(_("a file's size is not what its manifest says"))
        if sum(info.file_size for info in infos) > max(SMALL, packed * MOST_GROWTH):
            raise NotAnArchive(_("it would grow beyond all measure when unpacked"))

    def verify(self) -> None:
        """Read everything once, and compare with the hashes of the manifest."""
        for entry in self.entries.values():
            digest = hashlib.sha256()
            try:
                for piece in self.pieces(entry.path):
                    digest.update(piece)
            except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
                raise NotAnArchive(_("%(name)s is damaged") % {"name": entry.path}) from error
            if digest.hexdigest() != entry.sha256:
                raise NotAnArchive(_("%(name)s was changed after the export") % {"name": entry.path})

    def pieces(self, path: str) -> Iterator[bytes]:
        """Read a file piece by piece, never beyond its size."""
        left = self.entries[path].size
        with self.zip.open(path) as opened:
            while left > 0 and (piece := opened.read(min(form.CHUNK, left))):
                left -= len(piece)
                yield piece

    def lines(self, label: str) -> Iterator[str]:
        """Read a model's rows as text, a line each."""
        path = form.data_path(label)
        if path not in self.entries:
            return
        with self.zip.open(path) as opened:
            while line := opened.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    raise NotAnArchive(_("a row of %(name)s is too long") % {"name": label})
                yield line.decode()

    def rows(self, label: str) -> Iterator[dict[str, Any]]:
        """Read a model's rows."""
        for line in self.lines(label):
            yield parsed(line, label)

    def has(self, path: str) -> bool:
        """Say whether the archive holds a file."""
        return path in self.entries


def parsed(line: str, label: str) -> dict[str, Any]:
    """Return a line as a row; a field this version does not know is named."""
    try:
        row = json.loads(line)
    except ValueError as error:
        raise NotAnArchive(_("a row of %(name)s cannot be read") % {"name": label}) from error
    answer = answer_of(label)
    if not isinstance(row, dict) or answer is None or "id" not in row:
        raise NotAnArchive(_("a row of %(name)s cannot be read") % {"name": label})
    known = {each.name for each in answer.columns(of_person=False)}
    if unknown := sorted(set(row) - known):
        said = {"name": label, "field": unknown[0]}
        raise NotAnArchive(_("%(name)s has “%(field)s”, which this version does not know") % said)
    return row


def is_safe(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry is a plain file under a name that an export gives."""
    name = info.filename
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.is_dir() or kind not in {0, stat.S_IFREG} or info.flag_bits & 1 or info.compress_type not in PACKING:
        return False
    if "\\" in name or "\x00" in name or any(part in {"", ".", ".."} for part in name.split("/")):
        return False
    if name in {form.MANIFEST, form.README}:
        return True
    return bool(DATA_NAME.fullmatch(name)) or name.startswith(form.FILES)


def _is_known(name: str) -> bool:
    answer = answer_of(name.removeprefix(form.DATA).removesuffix(".jsonl"))
    return answer is not None and answer.is_exported
