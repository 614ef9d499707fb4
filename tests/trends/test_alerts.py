"""Pages and API of watches and alerts: who may, what they show, what they refuse, what they cost."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from accounts.models import AuditEntry, BrandProfile, Membership
from tests.api.asking import as_member
from tests.cast import Cast
from tests.test_doors import signed_in
from tests.trends.watched import MINUTE, again, fits, tell, titles, topic, watch_of
from trends.models import FiredAlert, TrendAlert
from trends.services import alerts

WATCHES = "/trends/watches/"


def filled(cast: Cast, **fields: Any) -> dict[str, Any]:
    """What the form sends."""
    given: dict[str, Any] = {"name": "Monsoon", "brand": str(cast.brand.pk), "keywords": "monsoon skincare, -cricket"}
    given |= {"minimum_relevance": "0", "minimum_score": "0", "statuses": ["emerging"], "channels": ["app"]}
    return given | fields


def the_watch() -> TrendAlert:
    with tenancy.operator():
        return TrendAlert.objects.select_related("brand").get()


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def test_the_empty_page_teaches_and_its_button_makes_a_watch(cast: Cast) -> None:
    client = signed_in(cast.asha)
    assert "Be told the moment your topic rises" in read(client, WATCHES)
    answer = client.post(f"{WATCHES}new/", filled(cast, people=[str(cast.chitra.pk)]))
    row = the_watch()
    assert answer["Location"] == f"{WATCHES}{row.pk}/"
    assert (row.name, row.keywords, row.statuses) == ("Monsoon", ["monsoon skincare", "-cricket"], ["emerging"])
    assert (row.created_by_id, row.is_active, row.webhook_secret.stored) == (cast.asha.user_id, True, "")
    page = read(client, WATCHES)
    assert "Monsoon" in page
    assert "1 of 50" in page
    assert "Asha Menon, Chitra Iyer" in read(client, f"{WATCHES}{row.pk}/")


def test_a_watch_begins_with_a_topic(cast: Cast) -> None:
    row = topic("Glass skin, again")
    page = read(signed_in(cast.ben), f"{WATCHES}new/?topic={row.pk}")
    assert 'value="Glass skin, again"' in page
    assert "Glass skin again</textarea>" in page
    assert "New watch" in read(signed_in(cast.ben), f"{WATCHES}new/?topic=nonsense")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"keywords": ""}, "Give at least one keyword"),
        ({"keywords": "-cricket"}, "Give at least one keyword"),
        ({"keywords": "…, !!!"}, None),
        ({"keywords": ", ".join(f"word{n}" for n in range(21))}, "At most 20 keywords"),
        ({"keywords": "x" * 101}, "At most 20 keywords"),
        ({"channels": []}, "This field is required"),
        ({"minimum_relevance": "101"}, "less than or equal to 100"),
        ({"channels": ["webhook"]}, "Give the address as"),
        ({"channels": ["webhook"], "webhook_url": "http://example.com/hook"}, "Give the address as"),
        ({"channels": ["webhook"], "webhook_url": "https://169.254.169.254/x"}, "private network"),
        ({"channels": ["webhook"], "webhook_url": "https://localhost/x"}, "private network"),
        ({"channels": ["webhook"], "webhook_url": "https://a:b@example.com/x"}, "Give the address as"),
        ({"brand": "0199c1f2-1111-7000-8000-000000000001"}, "valid choice"),
        ({"people": ["0199c1f2-1111-7000-8000-000000000001"]}, "valid choice"),
    ],
)
def test_what_makes_no_watch_is_refused_with_a_reason(given: dict[str, Any], said: str | None, cast: Cast) -> None:
    answer = signed_in(cast.asha).post(f"{WATCHES}new/", filled(cast, **given))
    if said is None:
        assert answer.status_code in {302, 422}
        return
    assert answer.status_code == 422
    assert said in answer.content.decode()
    with tenancy.operator():
        assert not TrendAlert.objects.exists()


def test_the_same_keyword_in_two_forms_is_kept_once(cast: Cast) -> None:
    signed_in(cast.asha).post(f"{WATCHES}new/", filled(cast, keywords="Monsoon skincare\n#MonsoonSkincare, rain"))
    assert the_watch().keywords == ["Monsoon skincare", "rain"]


def test_the_preview_says_what_would_have_fired_and_saves_nothing(cast: Cast) -> None:
    row = topic("#MonsoonSkincare", observed=50.0, expected=10.0)
    fits(cast.brand, row, 70)
    topic("Cricket monsoon skincare")
    client = signed_in(cast.asha)
    page = client.post(f"{WATCHES}preview/", filled(cast)).content.decode()
    assert "1 live topic meets it now" in page
    assert "says “monsoon skincare”; 5× its usual; fits Kesar Naturals 70" in page
    assert page.startswith('<section id="watch-preview"')
    assert "None of 2 live topics" in client.post(f"{WATCHES}preview/", filled(cast, keywords="x")).content.decode()
    assert "Give a keyword" in client.post(f"{WATCHES}preview/", filled(cast, keywords="")).content.decode()
    whole = client.post(f"{WATCHES}new/", filled(cast, preview="1")).content.decode()
    assert "1 live topic meets it now" in whole
    assert "monsoon skincare, -cricket</textarea>" in whole
    with tenancy.operator():
        assert not TrendAlert.objects.exists()


def test_changing_what_it_looks_for_looks_through_what_is_live_again(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon", name="Monsoon")
    client = signed_in(cast.asha)
    client.post(f"{WATCHES}{watch.pk}/edit/", filled(cast, name="Renamed", keywords="monsoon", statuses=[]))
    assert (the_watch().name, the_watch().armed_at is None) == ("Renamed", False)
    client.post(f"{WATCHES}{watch.pk}/edit/", filled(cast, keywords="rain"))
    assert (the_watch().keywords, the_watch().armed_at) == (["rain"], None)
    with tenancy.operator():
        entry = AuditEntry.objects.filter(action="watch.changed").order_by("-sequence")[0]
    assert entry.metadata["changes"]["keywords"] == [["monsoon"], ["rain"]]


def test_the_secret_is_shown_once_and_again_only_as_a_new_one(cast: Cast) -> None:
    client = signed_in(cast.asha)
    hook = {"channels": ["app", "webhook"], "webhook_url": "https://hooks.example/x"}
    answer = client.post(f"{WATCHES}new/", filled(cast, **hook))
    secret = the_watch().webhook_secret.open()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert secret in answer.content.decode()
    address = f"{WATCHES}{the_watch().pk}/"
    assert secret not in read(client, address) + read(client, f"{address}edit/") + read(client, WATCHES)
    again_shown = client.post(f"{address}secret/").content.decode()
    assert secret not in again_shown
    assert the_watch().webhook_secret.open() in again_shown


def test_buttons_switch_follow_resume_and_remove(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon")
    address, client = f"{WATCHES}{watch.pk}/", signed_in(cast.asha)
    assert client.post(f"{address}switch/", {"on": "0", "from": "list"})["Location"] == WATCHES
    assert not the_watch().is_active
    client.post(f"{address}switch/", {"on": "1"})
    assert the_watch().is_active
    chitra = signed_in(cast.chitra)
    assert "Tell me too" in read(chitra, address)
    chitra.post(f"{address}follow/", {"on": "1"})
    assert "Do not tell me" in read(chitra, address)
    assert chitra.post(f"{address}switch/", {"on": "0"}).status_code == 403
    client.post(f"{address}delete/")
    assert client.get(address).status_code == 404
    with tenancy.operator():
        entries = AuditEntry.objects.filter(action__startswith="watch.").order_by("sequence")
        said = list(entries.values_list("action", flat=True))
    assert said == [
        "watch.created", "watch.switched_off", "watch.switched_on", "watch.followed", "watch.deleted",
    ]  # fmt: skip


def test_what_fired_stands_with_how_the_topic_stands_now(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon")
    row = topic("monsoon rains")
    tell()
    row.status = "declining"
    row.save()
    client = signed_in(cast.chitra)
    for address in ("/trends/alerts/", f"/trends/alerts/?watch={watch.pk}", f"{WATCHES}{watch.pk}/"):
        page = read(client, address)
        assert "monsoon rains" in page, address
        assert "Declining" in page
        assert "says “monsoon”" in page
    assert "Nothing has fired yet" in read(client, "/trends/alerts/?watch=nonsense&page=x") or "monsoon" in page
    row.is_blocked = True
    row.save()
    assert "monsoon rains" not in read(client, "/trends/alerts/")
    assert "No watch, no alert" in read(signed_in(cast.dev), "/trends/alerts/")


def test_an_organisation_has_so_many_watches_and_no_more(cast: Cast) -> None:
    with tenancy.operator():
        TrendAlert.objects.bulk_create(
            TrendAlert(organization=cast.kesar, brand=cast.brand, name=f"W{n}", keywords=["a"], channels=["app"])
            for n in range(alerts.MOST)
        )
    answer = signed_in(cast.asha).post(f"{WATCHES}new/", filled(cast))
    assert answer.status_code == 422
    assert "at most 50 watches" in answer.content.decode()
    body = {"name": "W", "brand": str(cast.brand.pk), "keywords": ["a"], "channels": ["app"]}
    assert as_member(cast.asha).post("watches", body).status_code == 409


@pytest.mark.parametrize("address", [WATCHES, "/trends/alerts/", "watch", "edit", "new"])
def test_a_page_costs_the_same_however_much_it_shows(address: str, cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon", people=[cast.ben.pk])
    address = {"watch": f"{WATCHES}{watch.pk}/", "edit": f"{WATCHES}{watch.pk}/edit/", "new": f"{WATCHES}new/"}.get(
        address, address
    )
    client, costs = signed_in(cast.asha), []
    for round_ in range(2):
        read(client, address)
        with CaptureQueriesContext(connection) as asked:
            read(client, address)
        costs.append(len(asked))
        for number in range(6):
            watch_of(cast.asha, cast.brand, "monsoon", name=f"W{round_}{number}")
            topic(f"monsoon {round_} {number}")
        tell()
    assert costs[0] == costs[1] <= 12, costs


# The API


def test_a_program_makes_changes_switches_and_removes_watches(cast: Cast) -> None:
    api = as_member(cast.asha)
    body = {
        "name": "Rain", "brand": str(cast.brand.pk), "keywords": ["monsoon", "#Monsoon", "-cricket"],
        "channels": ["app", "webhook"], "webhook_url": "https://hooks.example/x", "people": [str(cast.ben.pk)],
    }  # fmt: skip
    made = api.post("watches", body)
    assert made.status_code == 201, made.content
    told = made.json()
    assert told["keywords"] == ["monsoon", "-cricket"]
    assert told["webhook_secret"].startswith("whsec_")
    address = f"watches/{told['id']}"
    assert "webhook_secret" not in api.get(address).json()
    assert api.patch(address, {"name": "Rains"}).json()["webhook_secret"] is None
    assert api.patch(address, {"is_active": False}).json()["is_active"] is False
    assert api.patch(address, {"is_active": True, "minimum_score": 5}).json()["minimum_score"] == 5
    moved = api.patch(address, {"webhook_url": "https://other.example/x"}).json()
    assert moved["webhook_secret"] not in {None, told["webhook_secret"]}
    assert api.post(f"{address}/secret").json()["webhook_secret"].startswith("whsec_")
    assert api.post(f"{address}/resume").status_code == 200
    assert api.get(f"{address}/deliveries").json() == []
    assert [one["name"] for one in api.get("watches", active="true").json()["results"]] == ["Rains"]
    assert api.get("watches", brand=str(cast.lisbon_brand.pk)).json()["results"] == []
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404


def test_a_repeated_request_does_not_tell_the_secret_again(cast: Cast) -> None:
    api, hook = as_member(cast.asha), {"channels": ["webhook"], "webhook_url": "https://hooks.example/x"}
    body = {"name": "Rain", "brand": str(cast.brand.pk), "keywords": ["a"], **hook}
    first = api.post("watches", body, Idempotency_Key="once").json()
    second = api.post("watches", body, Idempotency_Key="once").json()
    assert (second["id"], second["webhook_secret"]) == (first["id"], None)


@pytest.mark.parametrize(
    "changes",
    [
        {"keywords": []},
        {"keywords": ["-a"]},
        {"keywords": ["x" * 101]},
        {"keywords": [f"w{n}" for n in range(21)]},
        {"channels": []},
        {"channels": ["pigeon"]},
        {"channels": ["webhook"]},
        {"channels": ["webhook"], "webhook_url": "http://10.0.0.1/x"},
        {"minimum_score": 101},
        {"statuses": ["expired"]},
        {"regions": ["india"]},
        {"people": ["0199c1f2-1111-7000-8000-000000000001"]},
        {"brand": "0199c1f2-1111-7000-8000-000000000001"},
    ],
)
def test_what_makes_no_watch_is_refused_to_programs_too(changes: dict[str, Any], cast: Cast) -> None:
    body = {"name": "Rain", "brand": str(cast.brand.pk), "keywords": ["a"], "channels": ["app"]}
    answer = as_member(cast.asha).post("watches", body | changes)
    assert answer.status_code == 422, answer.content


def test_a_brand_or_a_person_of_another_organisation_does_not_exist(cast: Cast) -> None:
    body = {"name": "Rain", "brand": str(cast.brand.pk), "keywords": ["a"], "channels": ["app"]}
    for changes in ({"brand": str(cast.lisbon_brand.pk)}, {"people": [str(cast.dev.pk)]}):
        assert as_member(cast.asha).post("watches", body | changes).status_code == 422


def test_what_fired_is_read_and_narrowed(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon")
    watch_of(cast.asha, cast.brand, "rain", name="Other")
    row = topic("monsoon rain")
    tell()
    api = as_member(cast.chitra)
    assert len(api.get("alerts").json()["results"]) == 2
    (one,) = api.get("alerts", watch=str(watch.pk)).json()["results"]
    assert (one["title"], one["watch_name"], one["topic"]) == ("monsoon rain", "Our words", str(row.pk))
    assert api.get(f"alerts/{one['id']}").json()["reason"] == one["reason"]
    assert api.get("alerts", since="2099-01-01T00:00:00Z").json()["results"] == []
    assert len(api.get("alerts", brand=str(cast.brand.pk), topic=str(row.pk)).json()["results"]) == 2
    assert api.post("watches", {}).status_code == 403
    assert as_member(cast.dev).get("alerts").json()["results"] == []


def test_a_clients_member_sees_watches_of_their_own_brand_alone(cast: Cast) -> None:
    with tenancy.operator():
        brand = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai Point")
        Membership.objects.filter(pk=cast.esha.pk).update(permission_overrides={"trends.view": True})
    watch_of(cast.asha, cast.brand, "monsoon", name="Agency watch")
    watch_of(cast.asha, brand, "monsoon", name="Chai watch")
    topic("monsoon")
    tell()
    page = read(signed_in(cast.esha), WATCHES)
    assert "Chai watch" in page
    assert "Agency watch" not in page
    assert "Agency watch" not in read(signed_in(cast.esha), "/trends/alerts/")


def test_operators_switch_off_and_pause_but_see_no_secret(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon", channels=["webhook"], webhook_url="https://hooks.example/x")
    cast.dev.user.is_staff = cast.dev.user.is_superuser = True
    cast.dev.user.save()
    client, address = signed_in(cast.dev), "/admin/trends/trendalert/"
    secret = again(watch).webhook_secret
    page = read(client, address) + read(client, f"{address}{watch.pk}/change/")
    assert secret.open() not in page
    assert secret.stored not in page
    for action in ("switch_off", "pause_webhook"):
        client.post(address, {"action": action, "_selected_action": [str(watch.pk)]})
    row = again(watch)
    assert (row.is_active, row.webhook_paused_at is None) == (False, False)
    with tenancy.operator():
        said = set(AuditEntry.objects.filter(organization=cast.kesar).values_list("action", flat=True))
    assert {"watch.switched_off", "watch.webhook_paused"} <= said


def test_odd_words_are_shown_as_words(cast: Cast) -> None:
    keywords = ["<script>alert(1)</script>", "שלום עולם"]
    watch = watch_of(cast.asha, cast.brand, *keywords, name="<b>bold</b>")
    topic("שלום עולם")
    tell()
    page = read(signed_in(cast.asha), f"{WATCHES}{watch.pk}/")
    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert re.search(r"<bdi[^>]*>שלום עולם</bdi>", page)
    assert titles(watch) == ["שלום עולם"]


def test_known_topics_are_in_no_feed(cast: Cast) -> None:
    topic("monsoon")
    watch_of(cast.asha, cast.brand, "monsoon")
    tell(MINUTE)
    with tenancy.operator():
        assert FiredAlert.objects.get().how == "known"
    assert "Nothing has fired yet" in read(signed_in(cast.asha), "/trends/alerts/")
    assert as_member(cast.asha).get("alerts").json()["results"] == []
