"""What of a client's work is waiting. The work is known to the apps above; settings name whom to ask."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Waiting:
    """So many things in one state, in words; `needs` says that somebody must act."""

    state: str
    words: str
    needs: bool = False


class Asked(Protocol):
    """What an entry of CLIENT_WAITING is: at most two questions, whatever the number of clients."""

    def __call__(self, clients: Collection[uuid.UUID]) -> Mapping[uuid.UUID, list[Waiting]]: ...


def of_clients(clients: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Waiting]]:
    """Return what waits of each client, what needs somebody first."""
    found: dict[uuid.UUID, list[Waiting]] = {key: [] for key in clients}
    for path in settings.CLIENT_WAITING:
        asked: Asked = import_string(path)
        for key, rows in asked(clients).items():
            found[key] += rows
    return {key: sorted(rows, key=lambda row: not row.needs) for key, rows in found.items()}
