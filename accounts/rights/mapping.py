"""Which row of an archive becomes which row here: keys stay while they are free; where one is taken, all are new."""

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from accounts import tenancy
from accounts.rights.archive import Archive, NotAnArchive
from accounts.rights.registry import Answer, answers

_KEY = re.compile(r"\b[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}\b")
AT_ONCE = 5000


@dataclass
class Keys:
    """The keys of the archive's rows by model, and what they become."""

    seed: uuid.UUID
    organization: tuple[uuid.UUID, uuid.UUID]
    old: dict[str, set[uuid.UUID]] = field(default_factory=dict)
    anew: bool = False

    def new(self, key: uuid.UUID) -> uuid.UUID:
        """Return what a key of the archive becomes."""
        if key == self.organization[0]:
            return self.organization[1]
        is_ours = self.anew and any(key in keys for keys in self.old.values())
        return uuid.uuid5(self.seed, str(key)) if is_ours else key

    def rewrite(self, line: str) -> str:
        """Put the new keys into a row's text, wherever they stand: keys, links, lists."""
        return _KEY.sub(self._replaced, line)

    def _replaced(self, found: re.Match[str]) -> str:
        new = self.new(uuid.UUID(found.group(0)))
        return str(new) if found.group(1) else new.hex

    def settle(self) -> None:
        """Note the new keys, by which rows point to each other from now on."""
        self.present = {label: {self.new(key) for key in keys} for label, keys in self.old.items()}

    present: dict[str, set[uuid.UUID]] = field(default_factory=dict)


def imported() -> list[Answer]:
    """Return the answers that an import takes row by row (the organisation itself is there already)."""
    return [each for each in answers() if each.is_imported and each.label != "accounts.organization"]


def read(archive: Archive, *, seed: uuid.UUID, organization_id: Any) -> Keys:
    """Read every key; where one of them is taken here, all are made anew."""
    keys = Keys(seed, (as_key(archive.manifest["id"], "manifest"), organization_id))
    for answer in imported():
        found = [as_key(row["id"], answer.label) for row in archive.rows(answer.label)]
        keys.old[answer.label] = set(found)
        if len(keys.old[answer.label]) != len(found):
            raise NotAnArchive(f"{answer.label}: two rows of one key")
    with tenancy.operator():
        keys.anew = any(_is_taken(answer, keys.old[answer.label]) for answer in imported())
    keys.settle()
    return keys


def as_key(value: Any, where: str) -> uuid.UUID:
    """Read a key."""
    try:
        return uuid.UUID(str(value))
    except ValueError as error:
        raise NotAnArchive(f"{where}: {str(value)[:60]}") from error


def _is_taken(answer: Answer, keys: set[uuid.UUID]) -> bool:
    waiting = sorted(keys)
    return any(
        answer.table._base_manager.filter(pk__in=waiting[start : start + AT_ONCE]).exists()
        for start in range(0, len(waiting), AT_ONCE)
    )
