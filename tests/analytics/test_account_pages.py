"""The pages and the API of accounts' days."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from analytics.collection import asking
from analytics.models import MetricImport, TrackedAccount
from analytics.services import tracking
from tests.analytics.a_source import PATH
from tests.analytics.counting import account, tell
from tests.cast import Cast, gather

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.now().date() - dt.timedelta(days=2)  # over in every zone


@pytest.fixture
def people() -> Cast:
    return gather()


@pytest.fixture
def asha(people: Cast, client: Client) -> Client:
    client.force_login(people.asha.user)
    return client


@pytest.fixture
def source(settings: Any) -> Iterator[None]:
    settings.MUSIC_SOURCES = {"soundcloud": PATH}
    asking.close()
    yield
    asking.close()


@pytest.fixture
def artist(people: Cast) -> TrackedAccount:
    with tenancy.of_member(people.asha):
        row = tracking.add_by_hand("spotify", "Monsoon Trio", by=people.asha, whose=tracking.Whose(people.client))
        early = YESTERDAY - dt.timedelta(days=4)
        tell(row, {YESTERDAY: {"streams": 120450, "followers": 9}, early: {"streams": 80}}, "hand")
        return row


def test_the_list_says_how_each_account_stands(asha: Client, artist: TrackedAccount) -> None:
    page = asha.get(reverse("numbers_accounts")).content.decode()
    assert "Monsoon Trio" in page
    assert "By hand" in page


def test_an_accounts_page_shows_gaps_as_gaps_and_nulls_with_their_reason(asha: Client, artist: TrackedAccount) -> None:
    page = asha.get(reverse("numbers_account", args=[artist.pk])).content.decode()
    assert page.count(">missing<") == 3
    assert "not given" in page
    assert "Only its own dashboard shows it" in page


def test_its_file_holds_every_day_and_empty_cells_for_what_is_not_known(asha: Client, artist: TrackedAccount) -> None:
    answer = asha.get(reverse("numbers_account", args=[artist.pk]), {"csv": "days"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Date,followers,")
    assert len(lines) == 1 + 5
    assert set(lines[2].split(",")[1:]) == {""}


def test_its_file_holds_two_years_though_its_page_shows_fewer_days(
    asha: Client, people: Cast, artist: TrackedAccount
) -> None:
    first = YESTERDAY - dt.timedelta(days=699)
    with tenancy.of_member(people.asha):
        tell(artist, {first: {"streams": 1}}, "hand")
    place, span = reverse("numbers_account", args=[artist.pk]), {"from": str(first), "to": str(YESTERDAY)}
    lines = asha.get(place, span | {"csv": "days"}).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 700
    assert lines[1].startswith(str(first))
    page = asha.get(place, span)
    assert len(page.context["days"].shown) == 400
    assert "300 older days stand in the CSV alone." in page.content.decode()


def test_a_page_of_many_accounts_asks_no_more_questions(asha: Client, people: Cast, artist: TrackedAccount) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as captured:
            asha.get(reverse("numbers_accounts"))
        return len(captured)

    ask()
    one = ask()
    with tenancy.of_member(people.asha):
        for number in range(5):
            tell(tracking.add_by_hand("spill", f"@kesar{number}", by=people.asha), {YESTERDAY: {"followers": 3}})
    assert ask() == one


def test_an_account_is_found_by_its_link(asha: Client, people: Cast, source: None) -> None:
    form = {"way": "public", "public-platform": "soundcloud", "public-address": "https://soundcloud.com/monsoon-trio"}
    assert asha.post(reverse("numbers_account_new"), form).status_code == 302
    with tenancy.of_member(people.asha):
        row = TrackedAccount.objects.get()
    assert (row.external_id, row.way, row.client) == ("42", "public", None)
    again = asha.post(reverse("numbers_account_new"), form)
    assert again.status_code == 422
    assert "is counted here already" in again.content.decode()
    nobody = asha.post(reverse("numbers_account_new"), form | {"public-address": "https://example.com/x"})
    assert "has no account there" in nobody.content.decode()


def test_a_day_is_entered_as_people_write_numbers(asha: Client, people: Cast, artist: TrackedAccount) -> None:
    day = YESTERDAY - dt.timedelta(days=1)
    address = f"{reverse('numbers_day', args=[artist.pk])}?date={day}"
    given = {"streams": "1,20,450", "listeners": "", "top_cities": "Mumbai; 12 %\nPune; 1,200"}
    assert asha.post(address, given).status_code == 302
    with tenancy.of_member(people.asha):
        row = artist.days.get(date=day)
    assert row.document["streams"] == 120450
    assert row.document["top_cities"] == [{"name": "Mumbai", "share": 0.12}, {"name": "Pune", "count": 1200}]
    assert "listeners" not in row.document
    wrong = asha.post(address, {"streams": "a lot"})
    assert wrong.status_code == 422
    assert "Give a whole number" in wrong.content.decode()
    shown = asha.get(address).content.decode()
    assert 'value="120450"' in shown
    assert "Mumbai; 12 %" in shown


def test_a_file_is_brought_looked_over_taken_in_and_taken_back(
    asha: Client, people: Cast, artist: TrackedAccount
) -> None:
    data = f"date;streams\n{YESTERDAY:%d/%m/%Y};1,20,999\n{YESTERDAY - dt.timedelta(days=20):%d/%m/%Y};7\n".encode()
    upload = SimpleUploadedFile("streams.csv", data, "text/csv")
    answer = asha.post(reverse("numbers_import_new", args=[artist.pk]), {"file": upload})
    assert answer.status_code == 302
    page = asha.get(answer["Location"]).content.decode()
    assert "1 new, 1 changed, 0 as they are" in page
    with tenancy.of_member(people.asha):
        file = MetricImport.objects.get()
    asha.post(reverse("numbers_import_take_in", args=[file.pk]))
    with tenancy.of_member(people.asha):
        assert artist.days.get(date=YESTERDAY).document["streams"] == 120999
    asha.post(reverse("numbers_import_take_back", args=[file.pk]))
    with tenancy.of_member(people.asha):
        assert artist.days.get(date=YESTERDAY).document["streams"] == 120450
        assert artist.days.count() == 2


def test_a_file_that_cannot_be_read_says_why(asha: Client, artist: TrackedAccount) -> None:
    upload = SimpleUploadedFile("songs.csv", b"song,streams\nRain,4\n", "text/csv")
    answer = asha.post(reverse("numbers_import_new", args=[artist.pk]), {"file": upload})
    assert answer.status_code == 422
    assert "not days" in answer.content.decode()


def test_a_playlist_is_asked_for_with_its_place_and_a_city_with_its_number(
    asha: Client, artist: TrackedAccount
) -> None:
    page = asha.get(reverse("numbers_day", args=[artist.pk])).content.decode()
    assert page.count("its place behind a semicolon: Indie India; 21") == 1
    assert page.count("its number behind a semicolon: Mumbai; 1,200") == 2


def test_which_files_are_taken_is_a_whole_sentence_where_a_platform_has_no_export(asha: Client, people: Cast) -> None:
    with tenancy.of_member(people.asha):
        rows = [tracking.add_by_hand(key, "Monsoon Trio", by=people.asha) for key in ("soundcloud", "spotify")]
    pages = [asha.get(reverse("numbers_import_new", args=[row.pk])).content.decode() for row in rows]
    assert ["Or any table with" in page for page in pages] == [False, True]
    assert "Any table with" in pages[0]
    page = asha.get(reverse("numbers_accounts")).content.decode()
    assert "no earlier" not in page  # nothing is known of their followers at all


def test_who_only_sees_numbers_enters_none(client: Client, people: Cast, artist: TrackedAccount) -> None:
    client.force_login(people.esha.user)
    assert client.get(reverse("numbers_account", args=[artist.pk])).status_code == 200
    assert client.get(reverse("numbers_day", args=[artist.pk])).status_code == 403


def test_another_organisation_finds_nothing(client: Client, people: Cast, artist: TrackedAccount) -> None:
    client.force_login(people.dev.user)
    assert client.get(reverse("numbers_account", args=[artist.pk])).status_code == 404


# For programs


def test_programs_add_enter_bring_and_take_back(asha: Client, people: Cast, source: None) -> None:
    def call(path: str, data: Any, status: int) -> Any:
        answer = asha.post(f"/api/v1/{path}", data, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    call("tracked-accounts", {"platform": "soundcloud"}, 422)
    found = call("tracked-accounts", {"platform": "soundcloud", "address": "monsoon-trio"}, 201)
    assert (found["way"], found["external_id"]) == ("public", "42")
    call("tracked-accounts", {"platform": "soundcloud", "address": "nobody"}, 422)
    call("tracked-accounts", {"platform": "soundcloud", "address": "monsoon-trio"}, 409)
    artist = call("tracked-accounts", {"platform": "spotify", "name": "Monsoon Trio"}, 201)["id"]
    assert call(f"tracked-accounts/{found['id']}/pause", {}, 200)["is_active"] is False
    assert call(f"tracked-accounts/{found['id']}/resume", {}, 200)["is_active"] is True
    call(f"tracked-accounts/{found['id']}/backfill", {}, 202)
    call(f"tracked-accounts/{artist}/backfill", {}, 422)
    day = {"date": str(YESTERDAY), "figures": {"streams": 12}}
    assert call(f"tracked-accounts/{artist}/enter-day", day, 200)["document"]["streams"] == 12
    call(f"tracked-accounts/{artist}/enter-day", {**day, "figures": {"moods": 12}}, 422)
    csv = {"account": artist, "name": "a.csv", "content": f"date,streams\n{YESTERDAY},15\n"}
    file = call("metric-imports", csv, 201)["id"]
    look = asha.get(f"/api/v1/metric-imports/{file}/look").json()
    assert look[0]["figures"] == [{"figure": "streams", "before": 12, "after": 15}]
    assert call(f"metric-imports/{file}/take-in", {}, 200)["status"] == "done"
    days = asha.get("/api/v1/daily-metrics", {"account": artist, "since": str(YESTERDAY)}).json()["results"]
    assert [row["document"]["streams"] for row in days] == [15]
    assert call(f"metric-imports/{file}/take-back", {}, 200) == {"days": 1, "kept": 0}
    call(f"metric-imports/{file}/take-in", {}, 409)
    assert asha.delete(f"/api/v1/tracked-accounts/{artist}").status_code == 204


def test_a_program_of_somebody_who_only_looks_changes_nothing(
    client: Client, people: Cast, artist: TrackedAccount
) -> None:
    client.force_login(people.esha.user)
    assert client.get("/api/v1/tracked-accounts").status_code == 200
    answer = client.post(f"/api/v1/tracked-accounts/{artist.pk}/pause", {}, content_type="application/json")
    assert answer.status_code == 403


def test_a_paused_account_says_so(asha: Client, people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people, next_at=timezone.now())
    asha.post(reverse("numbers_account_pause", args=[row.pk]))
    assert "Paused" in asha.get(reverse("numbers_account", args=[row.pk])).content.decode()
    asha.post(reverse("numbers_account_resume", args=[row.pk]))
    asha.post(reverse("numbers_account_remove", args=[row.pk]))
    with tenancy.of_member(people.asha):
        assert not TrackedAccount.objects.exists()
