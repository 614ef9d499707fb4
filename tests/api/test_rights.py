"""Exports, imports and reports for programs."""

import datetime as dt
import zipfile
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import tenancy
from accounts.models import DataRequest, Flag, Organization
from tests.api.asking import as_member, key_of
from tests.api.test_people import send, signed_in
from tests.cast import Cast
from trends.models import TrendTopic


def a_topic() -> TrendTopic:
    now = timezone.now()
    return TrendTopic.objects.create(
        title="Monsoon skin", normalized="monsoon skin", kind="keyword", first_detected_at=now, last_seen_at=now
    )


def test_a_key_asks_for_an_export_once_at_a_time(cast: Cast) -> None:
    api = as_member(cast.asha)
    made = api.post("data-requests")
    assert (made.status_code, made.json()["kind"], made.json()["link"]) == (201, "export", None)
    assert api.post("data-requests").status_code == 409
    assert [each["id"] for each in api.get("data-requests").json()["results"]] == [made.json()["id"]]
    assert as_member(cast.ben).post("data-requests").status_code == 403


def test_a_session_signs_in_again_before_it_exports(cast: Cast) -> None:
    client = signed_in(cast.asha)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 1.0}]
    session.save()
    assert send(client, "post", "data-requests").status_code == 403
    with tenancy.operator():
        assert not DataRequest.objects.exists()


def test_the_archive_is_fetched_by_those_who_may(cast: Cast) -> None:
    with tenancy.operator():
        row = DataRequest(kind="export", status="done", subject="organization", organization=cast.kesar)
        row.due_at, row.file_expires_at = timezone.now(), timezone.now() + dt.timedelta(days=1)
        row.file.save("all.zip", ContentFile(b"the archive"), save=True)
    answer = as_member(cast.asha).get(f"data-requests/{row.pk}/file")
    assert b"".join(answer.streaming_content) == b"the archive"
    assert as_member(cast.dev).get(f"data-requests/{row.pk}/file").status_code == 404
    assert as_member(cast.ben).get(f"data-requests/{row.pk}/file").status_code == 403
    link = as_member(cast.asha).get(f"data-requests/{row.pk}").json()["link"].removeprefix("http://testserver")
    opened: Any = signed_in(cast.asha).get(link)
    assert b"".join(opened.streaming_content) == b"the archive"


def test_what_is_no_archive_is_refused_and_not_kept(cast: Cast) -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("hello.txt", "hello")
    for given in (b"no zip", content.getvalue()):
        answer = as_member(cast.asha).client.post(
            "/api/v1/data-requests/bring", {"archive": ContentFile(given, "a.zip")}
        )
        assert answer.status_code == 409, answer.content
    with tenancy.operator():
        assert not DataRequest.objects.exists()


def test_what_one_sees_can_be_reported_once(cast: Cast) -> None:
    body = {"kind": "topic", "id": str(a_topic().pk), "reason": "spam", "note": "Bots."}
    made = as_member(cast.ben).post("reports", body)
    assert (made.status_code, made.json()["status"], made.json()["resource_name"]) == (201, "open", "Monsoon skin")
    assert as_member(cast.ben).post("reports", body).status_code == 409
    assert as_member(cast.asha).get("reports").json()["results"] == []
    assert len(as_member(cast.ben).get("reports").json()["results"]) == 1


def test_what_one_may_not_see_cannot_be_reported(cast: Cast) -> None:
    body = {"kind": "topic", "id": str(a_topic().pk), "reason": "spam"}
    assert as_member(cast.esha).post("reports", body).status_code == 403
    assert as_member(cast.ben, "account.own").post("reports", body).status_code == 403
    nowhere = {"kind": "asset", "id": str(cast.kesar.pk), "reason": "spam"}
    assert as_member(cast.ben).post("reports", nowhere).status_code == 422
    with tenancy.operator():
        assert not Flag.objects.exists()


def test_a_session_creates_an_organisation_and_no_key_does(cast: Cast) -> None:
    made = send(signed_in(cast.ben), "post", "organizations", {"name": "Ben's kitchen", "type": "individual"})
    assert (made.status_code, made.json()["slug"]) == (201, "bens-kitchen")
    assert key_of(cast.ben)
    assert as_member(cast.ben).post("organizations", {"name": "More", "type": "individual"}).status_code == 403
    bad = send(signed_in(cast.ben), "post", "organizations", {"name": "see https://x.example", "type": "individual"})
    assert bad.status_code == 422
    with tenancy.operator():
        assert Organization.objects.filter(owner=cast.ben.user).count() == 1
