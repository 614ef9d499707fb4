"""Taking data along in tests: ask, let a worker do it, read the archive."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from accounts import tenancy
from accounts.models import DataRequest, Membership
from accounts.rights import work
from accounts.services import rights


def worked(request: DataRequest) -> DataRequest:
    """Let a worker do what was asked, and return the request as it stands then."""
    work.run(request.pk)
    with tenancy.operator():
        return DataRequest.objects.get(pk=request.pk)


def exported(by: Membership) -> DataRequest:
    """Export the member's organisation."""
    done = worked(rights.export_organization(by=by))
    assert (done.status, done.error) == ("done", "")
    return done


class Taken:
    """An archive, read back."""

    def __init__(self, request: DataRequest) -> None:
        with request.file.open("rb") as opened:
            self.bytes: bytes = opened.read()
        self.zip = zipfile.ZipFile(io.BytesIO(self.bytes))
        self.manifest = json.loads(self.zip.read("manifest.json"))

    def rows(self, label: str) -> list[dict[str, Any]]:
        """Return a model's rows."""
        return [json.loads(line) for line in self.zip.read(f"data/{label}.jsonl").splitlines()]

    def everything(self) -> bytes:
        """Return all that the archive says."""
        return b"\n".join(self.zip.read(name) for name in self.zip.namelist())

    def files(self) -> dict[str, str]:
        """Return the hash of each file by its name."""
        names = [name for name in self.zip.namelist() if name.startswith("files/")]
        return {name: hashlib.sha256(self.zip.read(name)).hexdigest() for name in names}


def remade(taken: Taken, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> bytes:
    """Return the archive with something changed, its manifest made true again."""
    contents = {name: taken.zip.read(name) for name in taken.zip.namelist() if name != "manifest.json"}
    manifest = dict(taken.manifest)
    change(contents, manifest)
    manifest["entries"] = [
        {"path": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in contents.items()
    ]
    return zipped(contents | {"manifest.json": json.dumps(manifest).encode()})


def zipped(contents: dict[str, bytes]) -> bytes:
    """Return a zip file of these."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return made.getvalue()
