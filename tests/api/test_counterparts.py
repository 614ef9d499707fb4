"""What the pages can do, programs can do too: by the same commands, with the same refusals."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_httpserver import HTTPServer

from accounts import tenancy
from accounts.models import AuditEntry, BrandProfile, BrandVoiceSample, ClientAccount, Organization
from analytics.models import ConversionSite
from publishing.models import ScheduledPost
from tests.api.asking import Api, as_member, key_of
from tests.cast import Cast
from tests.content.test_fetching import docx
from tests.world import World, furnish
from trends.models import WatchFollower

UNSEEN = "\u200b\u200b"
POSTS = [
    "Rain is here. Keep it simple, keep it kind, and keep your barrier calm tonight, whatever the clouds do.",
    "Three things in the evening: water, a little oil, and ten quiet minutes without any screen at all.",
]


@pytest.fixture
def world(cast: Cast) -> World:
    """Something of everything in Kesar."""
    return furnish(cast)


@pytest.fixture
def api(world: World) -> Api:
    """Asha's program."""
    return as_member(world.cast.asha)


def sent(cast: Cast, method: str, path: str, **files: Any) -> Any:
    """Send files, as forms do, with a key of Asha's."""
    client = Client(headers={"Authorization": f"Bearer {key_of(cast.asha)}"})
    if method == "post":
        return client.post(f"/api/v1/{path}", files)
    from_post = client.generic  # the test client writes forms for POST alone
    body, kind = _form(files)
    return from_post(method.upper(), f"/api/v1/{path}", body, kind)


def _form(files: dict[str, Any]) -> tuple[bytes, str]:
    lines = b""
    for name, file in files.items():
        head = f'--cut\r\nContent-Disposition: form-data; name="{name}"; filename="{file.name}"\r\n\r\n'
        lines += head.encode() + file.read() + b"\r\n"
    return lines + b"--cut--\r\n", "multipart/form-data; boundary=cut"


def picture() -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (900, 300), "#1d4ed8").save(made, "PNG")
    return SimpleUploadedFile("logo.png", made.getvalue(), "image/png")


def actions_of(cast: Cast) -> list[str]:
    with tenancy.operator():
        rows = AuditEntry.objects.filter(organization=cast.kesar).order_by("sequence")
        return list(rows.values_list("action", flat=True))


def fresh(row: Any) -> Any:
    with tenancy.operator():
        return type(row)._base_manager.get(pk=row.pk)


# Names, and what an owner sets


@pytest.mark.parametrize("name", [UNSEEN, "\u3164", "\u0301\u0301"])
def test_a_name_with_nothing_to_see_is_refused_everywhere(cast: Cast, name: str) -> None:
    api = as_member(cast.asha)
    for way, path in (
        (api.patch, "organizations/current"),
        (api.post, "clients"),
        (api.patch, f"clients/{cast.client.pk}"),
        (api.post, "brands"),
        (api.patch, f"brands/{cast.brand.pk}"),
    ):
        answer = way(path, {"name": name})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name"), path
    pages = Client()
    pages.force_login(cast.asha.user)
    for page in ("/organisation/settings/", "/organisation/clients/new/", "/brand/new/"):
        answer = pages.post(page, {"name": name})
        assert "name" in answer.context["form"].errors, page


def test_the_organisations_name_is_no_address_and_stands_in_one_line(cast: Cast) -> None:
    api = as_member(cast.asha)
    assert api.patch("organizations/current", {"name": "www.win.example"}).status_code == 422
    assert api.patch("organizations/current", {"name": "Kesar  &\tCo"}).json()["name"] == "Kesar & Co"


def test_an_owner_sets_by_program_what_the_page_lets_them_set(cast: Cast) -> None:
    given = {"slug": "Kesar-Co", "type": "enterprise", "requires_second_factor": True}
    told = as_member(cast.asha).patch("organizations/current", given).json()
    assert (told["slug"], told["type"], told["requires_second_factor"]) == ("kesar-co", "enterprise", True)
    with tenancy.operator():
        changes = AuditEntry.objects.get(action="organization.changed").metadata["changes"]
    assert changes["slug"] == ["kesar-naturals", "kesar-co"]


@pytest.mark.parametrize("slug", ["lisbon-rooftops", "LISBON-Rooftops", "admin", "has space", ""])
def test_a_short_name_that_is_taken_or_none_is_refused(cast: Cast, slug: str) -> None:
    answer = as_member(cast.asha).patch("organizations/current", {"slug": slug})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "slug")
    assert fresh(cast.kesar).slug == "kesar-naturals"


@pytest.mark.parametrize("path", ["organizations/current", "clients/{client}"])
def test_a_logo_is_given_fetched_and_taken_away(cast: Cast, path: str) -> None:
    api, path = as_member(cast.asha), path.format(client=cast.client.pk)
    with tenancy.operator():
        Organization.objects.filter(pk=cast.kesar.pk).update(logo="")
        ClientAccount.objects.filter(pk=cast.client.pk).update(logo="")
    assert api.get(f"{path}/logo").status_code == 404
    assert api.get(path).json()["logo_url"] == ""
    evil = SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")
    assert sent(cast, "put", f"{path}/logo", logo=evil).status_code == 422
    told = sent(cast, "put", f"{path}/logo", logo=picture())
    assert told.status_code == 200, told.content
    assert told.json()["logo_url"] == f"http://testserver/api/v1/{path}/logo"
    with Image.open(io.BytesIO(api.get(f"{path}/logo").getvalue())) as kept:
        assert (kept.format, kept.size) == ("WEBP", (512, 171))
    assert as_member(cast.ben).delete(f"{path}/logo").status_code == 403
    assert api.delete(f"{path}/logo").status_code == 204
    assert api.get(f"{path}/logo").status_code == 404
    assert actions_of(cast).count("client.changed" if "clients" in path else "organization.changed") == 2


def test_a_brand_is_given_to_a_client_with_its_work_and_taken_back(world: World, api: Api) -> None:
    cast, address = world.cast, f"clients/{world.cast.client.pk}"
    assert api.post(f"{address}/take-brand", {"brand": str(cast.brand.pk)}).status_code == 422
    given = api.post(f"{address}/give-brand", {"brand": str(cast.brand.pk)})
    assert given.json()["client"] == str(cast.client.pk), given.content
    other = api.post(f"clients/{cast.metro.pk}/take-brand", {"brand": str(cast.brand.pk)})
    assert other.status_code == 404
    assert api.post(f"{address}/take-brand", {"brand": str(cast.brand.pk)}).json()["client"] is None
    assert actions_of(cast).count("brand.moved") == 2
    assert api.post(f"{address}/give-brand", {"name": "Chai Extra"}).json()["client"] == str(cast.client.pk)
    assert api.post(f"{address}/give-brand", {"name": "Chai Extra"}).status_code == 409
    assert api.post(f"{address}/give-brand", {}).status_code == 422


# Watches, calendars, websites


def test_a_watch_is_followed_and_left_and_tells_who_follows(world: World) -> None:
    api, address = as_member(world.cast.chitra), f"watches/{world.ids['watch']}"
    before = len(api.get(f"{address}/followers").json())
    assert api.put(f"{address}/follow", None).status_code == 204
    assert api.put(f"{address}/follow", None).status_code == 204
    told = api.get(f"{address}/followers").json()
    assert (len(told), told[-1]["member"], told[-1]["name"]) == (before + 1, str(world.cast.chitra.pk), "Chitra Iyer")
    assert api.delete(f"{address}/follow").status_code == 204
    assert len(api.get(f"{address}/followers").json()) == before
    with tenancy.operator():
        assert not WatchFollower.objects.filter(membership=world.cast.chitra).exists()
    assert {"watch.followed", "watch.unfollowed"} <= set(actions_of(world.cast))


def test_a_calendar_that_was_put_aside_is_found_and_brought_back(world: World, api: Api) -> None:
    gone, stands = str(world.ids["deleted_calendar"]), str(world.ids["plan_calendar"])

    def listed(**query: str) -> set[str]:
        return {each["id"] for each in api.get("content-calendars", **query).json()["results"]}

    assert (listed(), listed(deleted="false"), listed(deleted="true")) == ({stands}, {stands}, {gone})
    assert api.get("content-calendars", deleted="yes").status_code == 422
    assert api.get(f"content-calendars/{gone}").status_code == 404
    assert api.post(f"content-calendars/{stands}/restore").status_code == 404
    assert api.post(f"content-calendars/{gone}/restore").json()["deleted_at"] is None
    assert listed() == {stands, gone}
    assert "calendar.restored" in actions_of(world.cast)


def test_a_website_is_removed_when_its_name_is_sent_along(world: World, api: Api) -> None:
    with tenancy.operator():
        site = ConversionSite.objects.get(pk=world.ids["conversion_site"])
    address = f"conversion-sites/{site.pk}/remove"
    assert api.post(address, {}).status_code == 422
    answer = api.post(address, {"name": "Another"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name")
    assert as_member(world.cast.ben).post(address, {"name": site.name}).status_code == 403
    assert api.post(address, {"name": site.name}).status_code == 204
    assert api.get(f"conversion-sites/{site.pk}").status_code == 404
    assert "conversion_site.removed" in actions_of(world.cast)


def test_conversions_are_brought_as_a_file_all_or_none(world: World) -> None:
    path = f"conversion-sites/{world.ids['conversion_site']}/bring"
    wrong = SimpleUploadedFile("a.csv", b"id,at,value\nA-1,2026-11-01,10\nA-2,someday,10\n")
    answer = sent(world.cast, "post", path, file=wrong)
    assert (answer.status_code, "Line 3" in answer.json()["detail"]) == (422, True)
    for new in (2, 0):
        right = SimpleUploadedFile("a.csv", b"id,at,value\nA-1,2026-11-01,10\nA-2,2026-11-02,10\n")
        answer = sent(world.cast, "post", path, file=right)
        assert (answer.status_code, answer.json()) == (202, {"new": new}), answer.content
    assert actions_of(world.cast).count("conversions.imported") == 2


# How a brand sounds


def test_the_pages_of_a_profile_become_samples(cast: Cast, httpserver: HTTPServer, settings: Any) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["localhost"]
    words = " ".join(POSTS * 3)
    page = f"<html><head><title>Notes</title></head><body><article><h1>Notes</h1><p>{words}</p></article></body></html>"
    httpserver.expect_request("/notes").respond_with_data(page, content_type="text/html; charset=utf-8")
    good, bad = httpserver.url_for("/notes"), httpserver.url_for("/missing")
    api, body = as_member(cast.asha), {"brand": str(cast.brand.pk)}
    assert api.post("voice-samples/from-pages", body).json()["code"] == "no_pages"
    with tenancy.operator():
        BrandProfile.objects.filter(pk=cast.brand.pk).update(sample_urls=[good, bad])
    answer = api.post("voice-samples/from-pages", body)
    told = answer.json()
    assert answer.status_code == 201, told
    assert [(each["source"], each["source_name"]) for each in told["samples"]] == [("uploaded", good)]
    assert len(told["refused"]) == 1
    assert told["refused"][0].startswith(bad)
    assert as_member(cast.dev).post("voice-samples/from-pages", body).status_code == 422


def test_a_document_becomes_samples(cast: Cast) -> None:
    lines = [POSTS[0], "", "", POSTS[1]]
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    given = {"brand": str(cast.brand.pk), "document": SimpleUploadedFile("posts.docx", docx(body))}
    answer = sent(cast, "post", "voice-samples/from-document", **given)
    assert answer.status_code == 201, answer.content
    assert {each["text"] for each in answer.json()["samples"]} == set(POSTS)
    damaged = {"brand": str(cast.brand.pk), "document": SimpleUploadedFile("posts.pdf", b"%PDF-nope")}
    assert sent(cast, "post", "voice-samples/from-document", **damaged).status_code == 422


def test_a_published_post_becomes_a_sample_once(world: World, api: Api) -> None:
    address = f"posts/{world.ids['post']}/voice"
    with tenancy.operator():
        ScheduledPost.objects.filter(pk=world.ids["post"]).update(status="scheduled")
        BrandVoiceSample.objects.all().delete()
    assert api.post(address, {}).json()["code"] == "not_published"
    with tenancy.operator():
        rows = ScheduledPost.objects.filter(pk=world.ids["post"])
        rows.update(status="published", text=POSTS[0], platform_post_id="1")
    first, again = api.post(address, {}), api.post(address, {"brand": str(world.cast.brand.pk)})
    assert first.status_code == 201, first.content
    assert ([each["source"] for each in first.json()["samples"]], again.json()["known"]) == (["post"], 1)


# Addresses


def test_the_api_writes_its_addresses_with_hyphens(db: None) -> None:
    described = Client().get("/api/v1/schema/").json()["paths"]
    assert [path for path in described if "_" in re.sub(r"\{.*?\}", "", path)] == []


@pytest.mark.parametrize("sign", ["-", "_"])
def test_what_was_written_with_an_underscore_is_answered_still(world: World, api: Api, sign: str) -> None:
    assert api.post(f"assets/rename{sign}tag", {"tag": "nowhere", "to": "somewhere"}).json() == {"changed": []}
    moved = api.post(f"collections/take{sign}out", {"assets": [str(world.ids["asset"])]})
    assert moved.status_code == 200, moved.content


def test_a_year_of_53_weeks_can_be_asked_for_whole(api: Api) -> None:
    described = Client().get("/api/v1/schema/").json()["paths"]["/api/v1/trend-history"]["get"]["parameters"]
    pattern = next(each["schema"]["pattern"] for each in described if each["name"] == "week")
    for week, status in (("2026-W53", 200), ("2025-W53", 422)):
        assert re.fullmatch(pattern, week)
        assert api.get("trend-history", week=week).status_code == status
    assert not re.fullmatch(pattern, "2026-W54")
