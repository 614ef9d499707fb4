"""Kill -9 of the worker at every step: the next one finishes, and everything is there once."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts import tenancy
from accounts.models import Notification
from content.models import ContentAnalysis, ContentAsset, PieceVersion, PosterFrame, Transcript
from content.pipeline import running
from tests.cast import Cast
from tests.content.making import ARTICLE, PORTRAIT, bring, pieces, process, stands, step

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

LEASE = 1.0
STEPS = ["fetch", "probe", "frames", "transcribe", "understand", "match", "generate"]


@pytest.fixture(scope="module")
def parent(django_db_setup: None) -> Iterator["subprocess.Popen[str]"]:
    """Whoever forks the workers that die."""
    database = str(connections["default"].settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.content.worker", database, str(LEASE)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def kill_at(parent: "subprocess.Popen[str]", asset: ContentAsset, name: str, when: str) -> None:
    """Let a worker come to the step, and kill it there."""
    assert parent.stdin is not None
    assert parent.stdout is not None
    media = settings.MEDIA_ROOT
    parent.stdin.write(f"{asset.pk} {asset.organization_id} {name} {when} {media}\n")
    parent.stdin.flush()
    told = [parent.stdout.readline().strip(), parent.stdout.readline().strip()]
    assert "here" in told, f"the worker never came to {name}"
    os.kill(int(next(word for word in told if word.isdigit())), signal.SIGKILL)


def material(cast: Cast, name: str, folder: Path) -> ContentAsset:
    """A video; for the first step, which a file on disk needs not, a document."""
    if name != "fetch":
        return bring(cast, PORTRAIT)
    (folder / "notes.txt").write_text(ARTICLE)
    return bring(cast, folder / "notes.txt", kind="document", mime_type="text/plain")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", STEPS)
def test_a_worker_killed_at_a_step_is_followed_by_one_that_finishes(
    cast: Cast, parent: "subprocess.Popen[str]", tmp_path: Path, name: str, when: str
) -> None:
    asset = material(cast, name, tmp_path)
    kill_at(parent, asset, name, when)
    assert step(asset, name).status == "running"
    process(asset)
    assert step(asset, name).status == "running", "the lease of the dead is respected"
    until = time.monotonic() + 10
    while not running.interrupted(now=timezone.now()) and time.monotonic() < until:
        time.sleep(0.1)
    asset = process(asset, lease=dt.timedelta(seconds=30))
    assert asset.status == "ready", asset.error
    assert set(stands(asset).values()) <= {"done", "skipped"}
    assert step(asset, name).attempts == 2
    with tenancy.of_organization(cast.kesar.pk):
        assert Transcript.objects.filter(asset=asset).count() == (1 if name != "fetch" else 0)
        assert ContentAnalysis.objects.filter(asset=asset).count() == 1
        assert PosterFrame.objects.filter(asset=asset).count() == (4 if name != "fetch" else 0)
        assert PieceVersion.objects.count() == len(pieces(asset)) == 6
        assert Notification.objects.filter(kind="content_ready").count() == 1
