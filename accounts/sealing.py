"""Seals on what an audit entry says of people, so that it can be erased and the chain still proves.

The chain covers a seal of each such part: the hash of a random salt and the text. Erasing a part blanks the text and
drops its salt; the seal stays in its place, and without the salt nobody can guess the text back from it.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models.audit import AuditEntry

REDACTED = "audit.redacted"
COLUMNS = ("actor_name", "resource_name", "ip", "user_agent")
METADATA = "metadata."


def parts(entry: AuditEntry) -> dict[str, Any]:
    """Return each part that may name a person, with what it says; of the metadata, every key is one."""
    said = {name: getattr(entry, name) or "" for name in COLUMNS}
    return said | {f"{METADATA}{key}": value for key, value in entry.metadata.items()}


def seal(entry: AuditEntry) -> None:
    """Seal every part of a new entry."""
    said = parts(entry)
    entry.salts = {name: secrets.token_hex(16) for name in said}
    entry.seals = {name: seal_of(entry.salts[name], name, value) for name, value in said.items()}


def seal_of(salt: str, name: str, value: Any) -> str:
    """Return the hash that stands for a part in the chain."""
    text = json.dumps([salt, name, value], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def redacted(entry: AuditEntry) -> set[str]:
    """Name the parts that were erased."""
    return set(entry.seals) - set(entry.salts)


def fault(entry: AuditEntry, records: Mapping[int, Iterable[int]]) -> str | None:
    """Say what is wrong with an entry's parts; `records` are the redactions of its chain by their sequence."""
    said, erased = parts(entry), redacted(entry)
    if set(said) != set(entry.seals):
        return "was changed"
    if any(seal_of(entry.salts[name], name, said[name]) != entry.seals[name] for name in said if name not in erased):
        return "was changed"
    if any(said[name] not in ("", None) for name in erased):
        return "was changed after it was redacted"
    if erased and entry.sequence not in records.get(entry.redacted_by or 0, ()):
        return "was redacted without a record"
    return None
