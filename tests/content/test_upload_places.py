"""An upload that began within the plan keeps its place; what cannot be filed leaves no file behind."""

import errno
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from billing.models import PlanVersion, Subscription, UsagePeriod
from content.intake import receiving
from content.models import ContentAsset, Upload
from content.services import assets, handwritten
from tests.billing.living import T0, subscribe
from tests.cast import Cast
from tests.content.files import announce, send, wav
from tests.content.test_ideas import signed_in
from trenddrop.core.limits import LimitReached

WORDS = "Monsoon skin wants a light cream."


@pytest.fixture(autouse=True)
def sold(settings: Any) -> None:
    settings.BILLING_ENABLED = True


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def paste(by: Membership) -> ContentAsset:
    with tenancy.of_member(by):
        return assets.create_from_text(text=WORDS, title="", key=uuid.uuid4(), brand=None, by=by)


def used(cast: Cast) -> int:
    with tenancy.of_organization(cast.kesar.pk):
        return sum(UsagePeriod.objects.values_list("uploads", flat=True))


def originals(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_what_is_pasted_leaves_a_film_on_its_way_its_place(cast: Cast, ben: Client) -> None:
    subscribe(cast.kesar, timezone.now(), uploads=2)
    paste(cast.ben)
    url = announce(ben, len(wav()))["Location"]
    for by in (cast.ben, cast.esha):
        with pytest.raises(LimitReached, match="2 uploads a month"):
            paste(by)
    with tenancy.of_member(cast.ben), pytest.raises(LimitReached):
        handwritten.keep_original(text=WORDS, title="", client_id=None, brand=None, by=cast.ben)
    assert send(ben, url, wav(), at=0).status_code == 204
    assert used(cast) == 2
    assert announce(ben, len(wav())).status_code == 413


def test_a_place_that_is_given_up_is_free_again(cast: Cast, ben: Client) -> None:
    subscribe(cast.kesar, timezone.now(), uploads=1)
    url = announce(ben, len(wav()))["Location"]
    with pytest.raises(LimitReached):
        paste(cast.ben)
    ben.delete(url, headers={"Tus-Resumable": "1.0.0"})
    paste(cast.ben)


def test_a_film_whose_sending_began_within_the_plan_is_kept_after_a_downgrade(cast: Cast, ben: Client) -> None:
    row = subscribe(cast.kesar, timezone.now(), uploads=2)
    paste(cast.ben)
    url = announce(ben, len(wav()))["Location"]
    send(ben, url, wav()[:100], at=0)
    with tenancy.of_organization(cast.kesar.pk):
        less = {"uploads": {"limit": 1, "hard": True}}
        smaller = PlanVersion.objects.create(plan_id=row.version.plan_id, number=99, limits=less, sold_from=T0)
        Subscription.objects.filter(pk=row.pk).update(version=smaller)
    assert send(ben, url, wav()[100:], at=100).status_code == 204
    with tenancy.of_organization(cast.kesar.pk):
        assert ContentAsset.objects.exclude(file="").count() == 1
    assert used(cast) == 2
    assert announce(ben, len(wav())).status_code == 413


def test_a_file_whose_row_cannot_be_written_leaves_nothing_behind_and_what_arrived_is_kept(
    cast: Cast, ben: Client, settings: Any
) -> None:
    subscribe(cast.kesar, timezone.now(), uploads=2)
    url = announce(ben, len(wav()))["Location"]
    before = originals(settings)
    with tenancy.operator():
        upload = Upload.objects.get()
        taken = ContentAsset.objects.create(pk=upload.pk, organization=cast.lisbon, kind="blog", title="Taken")
    with pytest.raises(IntegrityError):
        send(ben, url, wav(), at=0)
    assert originals(settings) == before
    assert upload.path.read_bytes() == wav()
    assert used(cast) == 0
    with tenancy.operator():
        taken.delete()
    ben.head(url, headers={"Tus-Resumable": "1.0.0"})
    assert len(originals(settings)) > len(before)


def test_a_copy_that_ends_on_the_way_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part, target = tmp_path / "one.part", tmp_path / "assets" / "original.wav"
    part.write_bytes(wav())

    def elsewhere(*_paths: Any) -> None:
        raise OSError(errno.EXDEV, "another disk")

    def full(_part: Path, half: Path) -> None:
        half.write_bytes(b"RIFF")
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "link", elsewhere)
    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(OSError, match="no space"):
        receiving.place(part, target)
    assert list(target.parent.iterdir()) == []
