"""Kill -9 between every two steps of billing: begun, asked, paid, heard, applied, billed, drawn, mailed, given back."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connections

from tests.billing import paying
from tests.cast import gather
from tests.chaos.billing_lives import LIVES, recover

pytestmark = pytest.mark.chaos
ROOT = Path(__file__).parents[2]
KILLED = "-9"
DEATHS = [(life, step, when) for life, each in LIVES.items() for step in each.steps for when in ("before", "after")]
# One death of each life in every run; all of them in `make proofs`.
FIRST = [next(each for each in DEATHS if each[0] == life and each[2] == "after") for life in LIVES]


class Worker:
    """The process whose children are killed."""

    def __init__(self, **told: Any) -> None:
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "trenddrop.settings", "PYTHONWARNINGS": "ignore"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.billing_worker", json.dumps(told)],
            cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self.heard() == "ready"

    def heard(self) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith("ENDED "):
                return line.removeprefix("ENDED ").strip()
        raise AssertionError("the worker ended")

    def live(self, **told: str) -> str:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return self.heard()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("billing")


@pytest.fixture(scope="module")
def worker(django_db_setup: None, place: Path) -> Iterator[Worker]:
    made = Worker(
        database=connections["default"].settings_dict["NAME"],
        MEDIA_ROOT=str(place / "media"),
        EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
        EMAIL_FILE_PATH=str(place / "mail"),
        BILLING_SELLER=configured.BILLING_SELLER | paying.SELLER,  # tax is part of what is asked for
        BILLING_ENABLED=True,
        TEST_GATEWAY=True,
    )
    yield made
    made.process.kill()
    with made.process:  # waits, and closes what it was spoken to through
        pass


def killed(worker: Worker, settings: Any, place: Path, life: str, step: str, when: str) -> None:
    """Prepare, let a worker die, let the next passes come, and look."""
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = (
        "django.core.mail.backends.filebased.EmailBackend",
        place / "mail",
    )
    settings.STORAGES["default"]["OPTIONS"]["location"] = place / "media"
    for letter in (place / "mail").glob("*"):
        letter.unlink()
    paying.on_sale(gather(), settings)
    LIVES[life].prepare()
    assert worker.live(life=life, step=step, when=when) == KILLED
    recover()
    LIVES[life].check()


@pytest.mark.parametrize(("life", "step", "when"), FIRST, ids=[each[0] for each in FIRST])
def test_whoever_dies_leaves_nothing_lost_and_nothing_double(
    transactional_db: None, worker: Worker, settings: Any, place: Path, life: str, step: str, when: str
) -> None:
    killed(worker, settings, place, life, step, when)


@pytest.mark.long
@pytest.mark.parametrize(("life", "step", "when"), DEATHS)
def test_whoever_dies_at_any_step_leaves_nothing_lost_and_nothing_double(
    transactional_db: None, worker: Worker, settings: Any, place: Path, life: str, step: str, when: str
) -> None:
    killed(worker, settings, place, life, step, when)
