"""What the shared library of a new installation holds: the product's own items and templates, from two TOML files."""

import datetime as dt
import tomllib
import uuid
from pathlib import Path
from typing import Any

from content.libraries.rules import check_item
from content.looks import designs
from content.models import PublishedItem

FILE = Path(__file__).resolve().parent.parent / "library.toml"
TEMPLATES = FILE.with_name("templates.toml")
OURS = uuid.UUID("6d0c2a0e-64f0-4b52-9d6b-0c4e2f0a8f11")  # names the keys' space
SAID = ("kind", "name", "body", "hashtags", "call_kind", "platform", "category", "language")
EMPTY: dict[str, Any] = {"hashtags": [], "design": {}}


def load(*, now: dt.datetime) -> int:
    """Add the items that are not there, and bring those along that changed; returns how many of either.

    What operators took down stays down. Safe to run at every start.
    """
    wanted = [*entries(), *template_entries()]
    there = PublishedItem.objects.in_bulk([key_of(entry["key"]) for entry in wanted])
    return sum(_keep(entry, there.get(key_of(entry["key"])), now) for entry in wanted)


def entries() -> list[dict[str, Any]]:
    """Return the file's items, checked as members' are; raises ValidationError for one that could not be kept."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["item"]
    return [row | check_item(row) for row in rows]


def template_entries() -> list[dict[str, Any]]:
    """Return the templates of the other file, checked likewise."""
    rows = tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))["template"]
    return [row | {"design": designs.check(row["kind"], row["design"])} for row in rows]


def key_of(name: str) -> uuid.UUID:
    """Return the identifier an item has on every installation."""
    return uuid.uuid5(OURS, name)


def _keep(entry: dict[str, Any], found: PublishedItem | None, now: dt.datetime) -> bool:
    said = {name: entry.get(name, EMPTY.get(name, "")) for name in (*SAID, "design")}
    if found is None:
        approved = {"status": PublishedItem.Status.APPROVED, "reviewed_at": now}
        PublishedItem.objects.create(pk=key_of(entry["key"]), **said, **approved)
        return True
    changed = {name: value for name, value in said.items() if getattr(found, name) != value}
    if "design" in changed and found.preview:
        found.preview.storage.delete(str(found.preview.name))
        changed["preview"] = ""  # it is drawn again when somebody looks
    return bool(changed and PublishedItem.objects.filter(pk=found.pk).update(**changed, updated_at=now))
