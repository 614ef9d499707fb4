"""The pages: ask, follow, fetch, bring; and who may not."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import DataRequest, Membership, Organization
from accounts.services import organizations, rights
from tests.accounts.opening import prove, sign_in
from tests.accounts.taking import Taken, exported, worked
from tests.cast import PASSWORD, Cast


def signed_in(member: Membership, *, organization: Organization | None = None) -> Client:
    """Sign in as people do, and give the password once more."""
    client = sign_in(member.user.email)
    prove(client)
    if organization is not None:
        client.post("/organisation/switch/", {"organization": str(organization.pk)})
    return client


def asked() -> DataRequest:
    with tenancy.operator():
        return DataRequest.objects.latest("created_at")


def fetch(client: Client, request: DataRequest, key: str | None = None) -> Any:
    place = "organisation" if request.subject == "organization" else "settings"
    key = rights.key_of(request) if key is None else key
    answer: Any = client.get(f"/{place}/data/{request.pk}/file/", {"key": key})
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for close in answer._resource_closers:  # `answer.close()` would end the test's own connection too
        close()
    return answer


def test_an_owner_asks_for_an_export_and_fetches_it(cast: Cast) -> None:
    client = signed_in(cast.asha)
    assert client.post("/organisation/data/export/")["Location"] == "/organisation/data/"
    request = worked(asked())
    page = client.get("/organisation/data/")
    assert f"/organisation/data/{request.pk}/file/?key=" in page.content.decode()
    answer = fetch(client, request)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert answer.body.startswith(b"PK")


def test_the_password_is_asked_for_again_and_then_the_export_goes_on(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.asha.user)
    answer = client.post("/organisation/data/export/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    with tenancy.operator():
        assert not DataRequest.objects.exists()
    client.post(answer["Location"], {"password": PASSWORD}, follow=True)
    assert (asked().kind, asked().user_id) == ("export", cast.asha.user_id)


@pytest.mark.parametrize("name", ["ben", "chitra", "esha", "dev"])
def test_who_may_not_export_gets_nothing(name: str, cast: Cast) -> None:
    request = exported(cast.asha)
    client = signed_in(getattr(cast, name))
    assert fetch(client, request).status_code in {403, 404}
    if name != "dev":
        assert client.get("/organisation/data/").status_code == 403
        assert client.post("/organisation/data/export/").status_code == 403


def test_a_clients_member_with_an_override_still_gets_nothing(cast: Cast) -> None:
    request = exported(cast.asha)
    with tenancy.operator():
        Membership.objects.filter(pk=cast.esha.pk).update(permission_overrides={"data.export": True})
    client = signed_in(cast.esha)
    client.post("/organisation/data/export/")
    assert fetch(client, request).status_code in {403, 404}
    with tenancy.operator():
        assert DataRequest.objects.count() == 1


def test_a_link_without_its_key_leads_back_to_the_page(cast: Cast) -> None:
    request = exported(cast.asha)
    assert fetch(signed_in(cast.asha), request, key="forged")["Location"] == "/organisation/data/"


def test_a_link_alone_is_not_enough(cast: Cast) -> None:
    assert fetch(Client(), exported(cast.asha))["Location"].startswith("/accounts/login/")


def test_one_fetches_ones_own_data_and_nobody_else_does(cast: Cast) -> None:
    esha = signed_in(cast.esha)
    assert esha.post("/settings/data/export/")["Location"] == "/settings/data/"
    request = worked(asked())
    assert fetch(esha, request).status_code == 200
    assert fetch(signed_in(cast.asha), request).status_code == 404
    assert "What they made for an organisation" in esha.get("/settings/data/").content.decode()


def test_somebody_without_any_organisation_still_gets_their_data(cast: Cast) -> None:
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).delete()
    ben = signed_in(cast.ben)
    ben.post("/settings/data/export/")
    assert fetch(ben, worked(asked())).status_code == 200


def test_an_owner_brings_an_archive(cast: Cast) -> None:
    archive = Taken(exported(cast.asha)).bytes
    goal = organizations.create(name="Restored", owner=cast.dev.user)
    client = signed_in(cast.dev, organization=goal.organization)
    sent = SimpleUploadedFile("kesar.zip", archive, "application/zip")
    assert client.post("/organisation/data/import/", {"archive": sent})["Location"] == "/organisation/data/"
    assert worked(asked()).status == "done"
    assert "wait to be invited" in client.get("/organisation/data/").content.decode()
    with tenancy.operator():
        assert Organization.objects.get(pk=goal.organization_id).name == "Kesar Naturals"


@pytest.mark.parametrize(("body", "says"), [(b"hello", "not a whole zip"), (b"", "empty")])
def test_what_is_no_archive_is_said_at_once(body: bytes, says: str, cast: Cast) -> None:
    client = signed_in(cast.dev)
    answer = client.post("/organisation/data/import/", {"archive": SimpleUploadedFile("a.zip", body)})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    with tenancy.operator():
        assert not DataRequest.objects.exists()


def test_too_large_an_archive_is_refused(cast: Cast, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 3
    answer = signed_in(cast.dev).post("/organisation/data/import/", {"archive": SimpleUploadedFile("a.zip", b"four")})
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()


@pytest.mark.parametrize("path", ["/organisation/data/", "/settings/data/"])
def test_the_questions_of_a_page_do_not_grow_with_its_rows(
    path: str, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.asha)
    counts = []
    for rows in (3, 30):
        for number in range(rows):
            row = DataRequest(kind="export", status="done", subject="organization", organization=cast.kesar)
            if path.startswith("/settings"):
                row.subject, row.organization = "person", None
            row.user, row.due_at = cast.asha.user, timezone.now()
            row.file.save(f"{number}.zip", ContentFile(b"x"), save=False)
            with tenancy.operator():
                row.save()
        with django_assert_max_num_queries(20) as asked_for:
            assert client.get(path).status_code == 200
        texts = [query["sql"] for query in asked_for.captured_queries]
        counts.append(sum(not text.startswith(("SAVEPOINT", "RELEASE")) for text in texts))
    assert counts[0] == counts[1] < 12


def test_operators_see_requests_and_try_failed_ones_again(cast: Cast) -> None:
    request = rights.export_organization(by=cast.asha)
    with tenancy.operator():
        DataRequest.objects.filter(pk=request.pk).update(status="failed", error="lost")
    type(cast.dev.user).objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = signed_in(cast.dev)
    place = "/admin/accounts/datarequest/"
    assert "lost" in client.get(place).content.decode()
    client.post(place, {"action": "try_again", "_selected_action": [str(request.pk)]})
    assert asked().status == "waiting"
