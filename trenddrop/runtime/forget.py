"""Throwing one set of services' data away."""

import shutil

from trenddrop.runtime.console import say
from trenddrop.runtime.places import MAIN, Places
from trenddrop.runtime.services import end_orphans, only_once, throw_away

UPLOADED = ("media", "uploads")


def forget(places: Places) -> None:
    """Delete databases, queues, uploads and keys. Raises AlreadyRunning while somebody uses them."""
    places.prepare()
    with only_once(places):
        end_orphans(places)
        throw_away(places)
        if places.name == MAIN:
            for name in UPLOADED:
                shutil.rmtree(places.base / name, ignore_errors=True)
        for path in (places.keys, places.ports, places.embedded_env):
            path.unlink(missing_ok=True)
    say(f"The data in {places.base} is gone.")
