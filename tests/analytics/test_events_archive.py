"""Old months go into verified files and out of the table, come back when asked, and go with their organisation."""

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, User
from accounts.rights.files import remove_files_of
from accounts.rights.registry import answer_of
from analytics.events import archiving, bounds, checking, keeping, restoring, rollup
from analytics.models import EngagementEvent, EngagementHour, EventBatch, EventKey
from analytics.services import events
from publishing.models import ScheduledPost
from tests.analytics.eventful import DAY, HOUR, hours, post_of, take, told
from tests.api.asking import as_member
from tests.cast import Cast

State = EventBatch.Status


@pytest.fixture
def post(cast: Cast) -> ScheduledPost:
    return post_of(cast)


@pytest.fixture
def old(cast: Cast, post: ScheduledPost, settings: Any) -> dt.date:
    """A month with ten events, summed, that is older than is kept from now on; and one of today."""
    now = timezone.now()
    month = bounds.month_of(now.date(), -6)
    start = bounds.start_of(month)
    keeping.add_partition(month)
    more: dict[str, Any] = {"metadata": '{"von": "Süd\\n\\t"}', "value": "1.5", "country": "IN", "person": -5}
    take(*[told(post, str(number), start + number * DAY, **more) for number in range(10)], told(post, "new", now))
    rollup.roll_up_due(now=now)
    settings.EVENTS_KEPT = dt.timedelta(days=100)
    return month


def count(cast: Cast) -> int:
    with tenancy.of_organization(cast.kesar.pk):
        return EngagementEvent.objects.count()


def batches(cast: Cast) -> list[EventBatch]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(EventBatch.objects.order_by("month", "part"))


def archive() -> tuple[int, tuple[int, int]]:
    now = timezone.now()
    connection.check_constraints()  # as each transaction's end would
    return archiving.archive_due(now=now), keeping.keep_partitions(now=now)


def test_an_old_month_is_in_a_file_and_its_sums_stay(cast: Cast, old: dt.date) -> None:
    before = hours(cast)
    made, (_added, dropped) = archive()
    assert (made, dropped, count(cast)) == (1, 1, 1)
    assert old not in keeping.months()
    [batch] = batches(cast)
    assert (batch.month, batch.rows, batch.status) == (old, 10, State.ARCHIVED)
    assert str(batch.file.name).startswith(f"events/{cast.kesar.pk}/{old:%Y-%m}-0-")
    with default_storage.open(str(batch.file.name)) as file:
        lines = gzip.decompress(file.read()).decode().splitlines()
    assert len(lines) == 10
    first = json.loads(lines[0])
    assert (first["type"], first["value"], first["metadata"]) == ("like", "1.5000", {"von": "Süd\n\t"})
    assert hours(cast) == before
    assert checking.check(cast.kesar.pk, now=timezone.now()).is_exact
    with tenancy.operator():
        assert EventKey.objects.count() == 1  # today's
    assert archive()[0] == 0


def test_nothing_of_an_archived_month_is_counted_anew_or_taken_in(cast: Cast, old: dt.date, settings: Any) -> None:
    before = hours(cast)
    archive()
    settings.EVENTS_KEPT = dt.timedelta(days=730)  # somebody wants more again: what is gone is gone
    now = timezone.now()
    assert rollup.make_again(cast.kesar.pk, now=now)
    assert hours(cast) == before
    with tenancy.of_member(cast.chitra):
        [post] = ScheduledPost.objects.all()
        late = {"id": "late", "post": str(post.pk), "type": "like", "happened_at": str(bounds.start_of(old) + DAY)}
        [outcome] = events.receive([late], by=cast.chitra, now=now)
    assert (outcome.state, "older than events are kept" in outcome.reason) == ("refused", True)


def test_a_month_that_is_in_no_file_is_not_dropped(cast: Cast, old: dt.date) -> None:
    assert keeping.keep_partitions(now=timezone.now())[1] == 0
    archiving.archive_due(now=timezone.now())
    with tenancy.of_organization(cast.kesar.pk):
        EventBatch.objects.update(rows=9)
    assert keeping.keep_partitions(now=timezone.now())[1] == 0
    assert count(cast) == 11


def test_a_large_month_has_several_files(cast: Cast, old: dt.date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiving, "PART_ROWS", 4)
    assert archive()[0] == 3
    assert [(each.part, each.rows) for each in batches(cast)] == [(0, 4), (1, 4), (2, 2)]
    with tenancy.of_organization(cast.kesar.pk):
        events.restore(batches(cast)[1], by=cast.asha)
    assert restoring.bring_due(now=timezone.now()) == 1
    assert count(cast) == 11


def test_a_worker_killed_after_the_file_was_stored_leaves_no_second_file(
    cast: Cast, old: dt.date, settings: Any
) -> None:
    archive()
    [batch] = batches(cast)
    folder = Path(settings.MEDIA_ROOT) / "events" / str(cast.kesar.pk)
    with tenancy.of_organization(cast.kesar.pk):
        events.restore(batch, by=cast.asha)
    restoring.bring_due(now=timezone.now())
    with tenancy.of_organization(cast.kesar.pk):
        EventBatch.objects.all().delete()  # as if the row had never been written
    assert archive()[0] == 1
    assert [each.name for each in folder.iterdir()] == [Path(str(batch.file.name)).name]


def test_what_the_storage_spoils_stays_in_the_table(cast: Cast, old: dt.date, monkeypatch: pytest.MonkeyPatch) -> None:
    save: Any = vars(FileSystemStorage)["_save"]

    def spoiled(self: Any, name: str, _content: Any) -> str:
        return str(save(self, name, ContentFile(b"half")))

    monkeypatch.setattr(FileSystemStorage, "_save", spoiled)
    with pytest.raises(archiving.NotAsWritten):
        archiving.archive_due(now=timezone.now())
    assert (batches(cast), count(cast)) == ([], 11)
    assert keeping.keep_partitions(now=timezone.now())[1] == 0


def test_a_month_comes_back_for_a_week_as_it_was(cast: Cast, old: dt.date) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        before = list(EngagementEvent.objects.order_by("id").values())
    sums = hours(cast)
    archive()
    now = timezone.now()
    answer = as_member(cast.chitra).post(f"event-archives/{batches(cast)[0].pk}/restore")
    assert (answer.status_code, answer.json()["status"]) == (202, "wanted")
    assert restoring.bring_due(now=now) == 1
    with tenancy.of_organization(cast.kesar.pk):
        assert list(EngagementEvent.objects.order_by("id").values()) == before
        entry = AuditEntry.objects.filter(action="events.restored").get()
    assert entry.metadata["month"] == f"{old:%Y-%m}"
    [batch] = batches(cast)
    assert (batch.status, batch.restored_until) == (State.RESTORED, now + restoring.KEPT)
    assert as_member(cast.chitra).post(f"event-archives/{batch.pk}/restore").status_code == 409
    rollup.roll_up_due(now=now)
    archive()  # neither archived again nor dropped
    assert (len(batches(cast)), count(cast), hours(cast)) == (1, 11, sums)
    restoring.bring_due(now=now + restoring.KEPT + HOUR)
    assert (batches(cast)[0].status, count(cast), hours(cast)) == (State.ARCHIVED, 1, sums)
    assert archive() == (0, (0, 1))


def test_a_post_removed_since_stays_away_when_its_month_comes_back(cast: Cast, old: dt.date) -> None:
    archive()
    with tenancy.of_organization(cast.kesar.pk):
        ScheduledPost.objects.all().delete()
        events.restore(batches(cast)[0], by=cast.asha)
    assert restoring.bring_due(now=timezone.now()) == 1
    assert count(cast) == 0


def test_a_file_that_was_changed_is_not_brought_back(cast: Cast, old: dt.date, settings: Any) -> None:
    archive()
    [batch] = batches(cast)
    path = Path(settings.MEDIA_ROOT) / str(batch.file.name)
    path.write_bytes(path.read_bytes()[:-5] + b"wrong")
    with tenancy.of_organization(cast.kesar.pk):
        events.restore(batch, by=cast.asha)
    assert restoring.bring_due(now=timezone.now()) == 0
    assert count(cast) == 1


def test_archives_are_shown_to_their_organisation_alone(cast: Cast, old: dt.date) -> None:
    archive()
    [batch] = batches(cast)
    [shown] = as_member(cast.chitra).get("event-archives").json()["results"]
    assert (shown["month"], shown["rows"], shown["sha256"]) == (str(old), 10, batch.sha256)
    assert as_member(cast.chitra).get(f"event-archives/{batch.pk}").json() == shown
    for member in (cast.dev, cast.esha):
        assert as_member(member).get("event-archives").json()["results"] == []
        assert as_member(member).get(f"event-archives/{batch.pk}").status_code == 404
    assert as_member(cast.dev).post(f"event-archives/{batch.pk}/restore").status_code == 404
    assert as_member(cast.esha).post(f"event-archives/{batch.pk}/restore").status_code == 403


def test_operators_look_at_events_and_bring_a_month_back(cast: Cast, old: dt.date) -> None:
    archive()
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    for name in ("engagementevent", "engagementhour", "engagementday", "eventbatch", "eventkey", "touchedhour"):
        assert client.get(reverse(f"admin:analytics_{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:analytics_{name}_add")).status_code == 403
    [batch] = batches(cast)
    sent = {"action": "restore", "_selected_action": [str(batch.pk)]}
    client.post(reverse("admin:analytics_eventbatch_changelist"), sent)
    assert batches(cast)[0].status == State.WANTED


def test_an_erased_organisation_leaves_no_event_no_key_and_no_file(cast: Cast, old: dt.date, settings: Any) -> None:
    archive()
    folder = Path(settings.MEDIA_ROOT) / "events" / str(cast.kesar.pk)
    assert list(folder.iterdir())
    with tenancy.operator():
        for label in ("analytics.eventbatch", "analytics.engagementevent"):
            answer = answer_of(label)
            assert answer is not None
            remove_files_of(answer, answer.rows_of_organization(cast.kesar.pk))
        assert EventKey.objects.count() == 0
    assert list(folder.iterdir()) == []


def test_whole_parts_of_old_hours_stay_readable(cast: Cast, old: dt.date) -> None:
    archive()
    since = bounds.start_of(old).isoformat()
    with tenancy.of_organization(cast.kesar.pk):
        assert EngagementHour.objects.count() == 11
    shown = as_member(cast.chitra).get("engagement-hours", since=since, until=(timezone.now() - 90 * DAY).isoformat())
    assert len(shown.json()["results"]) == 10
