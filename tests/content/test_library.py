"""The library: what there is, found by its words."""

import threading
import time
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_httpserver import HTTPServer
from werkzeug import Response

from accounts import tenancy
from accounts.models import AuditEntry, BrandProfile, Membership
from content import queries, search
from content.models import ContentAsset, Transcript, Upload
from content.services import assets
from tests.cast import Cast
from tests.content.files import wav

ARTICLE = "Ceramides keep the barrier of the skin whole when the monsoon comes and the air is wet. " * 8


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


@pytest.fixture
def asha(cast: Cast) -> Client:
    return signed_in(cast.asha)


def make(cast: Cast, title: str, *, words: str = "", **given: Any) -> ContentAsset:
    """An asset of Kesar's; `words` are said one a second."""
    values = {"kind": "video", "status": "ready"} | given
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.create(organization=cast.kesar, title=title, **values)
        if words:
            said = [[float(at), at + 0.9, word, 0.9] for at, word in enumerate(words.split())]
            Transcript.objects.create(organization=cast.kesar, asset=asset, words=said, text=words, engine="test")
        search.index(asset)
    return asset


def titles(client: Client, **asked: str) -> list[str]:
    """What the library shows."""
    answer = client.get("/library/", asked)
    assert answer.status_code == 200
    return [card.asset.title for card in answer.context["cards"]]


def test_an_empty_library_says_what_to_do(ben: Client) -> None:
    answer = ben.get("/library/")
    assert b"Nothing here yet" in answer.content
    assert b"data-uploads" in answer.content


def test_an_analyst_sees_the_library_without_the_upload_box(cast: Cast) -> None:
    make(cast, "Kumkumadi")
    answer = signed_in(cast.chitra).get("/library/")
    assert b"Kumkumadi" in answer.content
    assert b"data-uploads" not in answer.content
    assert b"Delete what is ticked" not in answer.content


def test_assets_are_filtered_by_kind_state_and_brand(cast: Cast, ben: Client) -> None:
    make(cast, "Film", brand=cast.brand)
    make(cast, "Podcast", kind="audio", status="failed", error="No sound we can read.")
    assert titles(ben, kind="audio") == ["Podcast"]
    assert titles(ben, status="ready") == ["Film"]
    assert titles(ben, brand=str(cast.brand.pk)) == ["Film"]
    assert titles(ben, kind="nonsense", status="x", brand="y") == ["Podcast", "Film"]
    assert b"No sound we can read." in ben.get("/library/").content


def test_assets_are_put_in_order(cast: Cast, ben: Client) -> None:
    for title in ("banana", "Apple", "cherry"):
        make(cast, title)
    assert titles(ben) == ["cherry", "Apple", "banana"]
    assert titles(ben, sort="oldest") == ["banana", "Apple", "cherry"]
    assert titles(ben, sort="title") == ["Apple", "banana", "cherry"]
    assert titles(ben, sort="best") == ["cherry", "Apple", "banana"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "title"])
def test_every_asset_is_shown_once_however_the_pages_are_turned(cast: Cast, ben: Client, sort: str) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.bulk_create(
            ContentAsset(organization=cast.kesar, title=f"Asset {number % 7}", kind="video") for number in range(60)
        )
    seen, address = [], f"/library/?sort={sort}"
    while address:
        answer = ben.get(address)
        seen += [card.asset.pk for card in answer.context["cards"]]
        address = answer.context["next_url"]
    assert len(seen) == len(set(seen)) == 60


@pytest.mark.parametrize("after", ["x", "~", "01a1fc88-08fa-799f-93af-9b62386f80b7~never", "%00~%00", "~2026-01-01"])
def test_a_broken_page_address_shows_the_first_page(cast: Cast, ben: Client, after: str) -> None:
    make(cast, "Film")
    assert titles(ben, after=after) == ["Film"]


def test_pages_cost_the_same_for_few_assets_and_many(cast: Cast, ben: Client) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert ben.get(address).status_code == 200
        return len(seen)

    ben.get("/library/")
    for number in range(3):
        make(cast, f"Film {number}", words="ceramides", status="processing" if number else "ready")
    few = cost("/library/"), cost("/library/?q=ceramides"), cost("/library/?layout=list")
    for number in range(27):
        make(cast, f"More {number}", words="ceramides", status="processing" if number else "ready")
    many = cost("/library/"), cost("/library/?q=ceramides"), cost("/library/?layout=list")
    assert few[0] + 1 >= many[0]  # with more than a page, the whole is counted
    assert few[1] + 1 >= many[1]
    assert max(many) <= 12, many  # of which four are the transaction and its scope


def test_what_is_not_ready_asks_for_itself_again_and_what_is_ready_does_not(cast: Cast, ben: Client) -> None:
    asset = make(cast, "Film", status="processing")
    address = f"/library/{asset.pk}/card/"
    assert address in ben.get("/library/").content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.update(status="ready")
    assert b"hx-trigger" not in ben.get(address, headers={"HX-Request": "true"}).content
    assert address not in ben.get("/library/").content.decode()


def test_htmx_gets_the_list_alone(cast: Cast, ben: Client) -> None:
    make(cast, "Film")
    answer = ben.get("/library/", headers={"HX-Request": "true", "HX-Target": "assets"})
    assert answer.content.decode().strip().startswith("<section")


def test_other_organisations_assets_are_neither_shown_nor_opened(cast: Cast) -> None:
    asset = make(cast, "Film", words="ceramides")
    dev = signed_in(cast.dev)
    assert titles(dev) == titles(dev, q="ceramides") == []
    assert dev.get(f"/library/{asset.pk}/card/").status_code == 404
    assert dev.get(f"/library/{asset.pk}/edit/").status_code == 404
    dev.post("/library/delete/", {"asset": str(asset.pk)})
    with tenancy.of_organization(cast.kesar.pk):
        assert ContentAsset.objects.get().deleted_at is None


def test_a_clients_member_sees_only_that_clients_assets(cast: Cast) -> None:
    make(cast, "Ours")
    make(cast, "Chai", client=cast.client)
    assert titles(signed_in(cast.esha)) == ["Chai"]


def test_deleted_assets_leave_the_library_and_come_back(cast: Cast, asha: Client) -> None:
    assets = [make(cast, "Film"), make(cast, "Podcast")]
    answer = asha.post("/library/delete/", {"asset": [str(asset.pk) for asset in assets]}, follow=True)
    assert b"2 assets deleted." in answer.content
    assert b'form="undo"' in answer.content
    assert titles(asha) == []
    assert asha.get("/library/deleted/").content.count(b"Bring back") == 2
    asha.post("/library/restore/", {"asset": [str(asset.pk) for asset in assets]})
    assert titles(asha) == ["Podcast", "Film"]
    with tenancy.of_organization(cast.kesar.pk):
        actions = AuditEntry.objects.filter(action__startswith="asset.").values_list("action", flat=True)
        assert sorted(actions) == ["asset.deleted"] * 2 + ["asset.restored"] * 2


def test_the_filter_stays_when_something_is_done_to_what_is_ticked(cast: Cast, asha: Client) -> None:
    assets = [make(cast, title) for title in ("Film one", "Film two", "Podcast")]
    part = asha.get("/library/", {"q": "film"}, headers={"HX-Target": "assets"}).content.decode()
    assert '<input type="hidden" name="next" form="bulk" value="/library/?q=film">' in part
    assert "Delete what is ticked" in part
    gone = {"asset": str(assets[0].pk), "next": "/library/?q=film"}
    shown = asha.post("/library/delete/", gone, follow=True)
    assert [card.asset.title for card in shown.context["cards"]] == ["Film two"]
    assert (shown.context["here"], b'form="undo"' in shown.content) == ("/library/?q=film", True)
    back = asha.post("/library/restore/", gone, follow=True)
    assert {card.asset.title for card in back.context["cards"]} == {"Film one", "Film two"}
    away = asha.post("/library/delete/", gone | {"next": "https://evil.example/"})
    assert away["Location"].startswith("/library/?undo=")


def test_a_creator_may_not_delete(cast: Cast, ben: Client) -> None:
    asset = make(cast, "Film")
    assert ben.post("/library/delete/", {"asset": str(asset.pk)}).status_code == 403


def test_deleting_nothing_or_nonsense_is_told(asha: Client) -> None:
    answer = asha.post("/library/delete/", {"asset": ["x", ""]}, follow=True)
    assert b"Nothing was ticked." in answer.content


def test_title_description_tags_and_brand_are_edited_and_found(cast: Cast, ben: Client) -> None:
    asset = make(cast, "IMG 0042")
    given = {"title": "Kumkumadi", "description": "pressed by hand", "tags": "oil, dawn, oil", "brand": cast.brand.pk}
    assert ben.post(f"/library/{asset.pk}/edit/", given)["Location"] == f"/studio/{asset.pk}/"
    assert titles(ben, q="kumkumadi") == titles(ben, q="pressed") == titles(ben, q="dawn") == ["Kumkumadi"]
    with tenancy.of_organization(cast.kesar.pk):
        assert ContentAsset.objects.get().tags == ["oil", "dawn"]
        assert ContentAsset.objects.get().brand_id == cast.brand.pk


def test_a_wrong_edit_shows_the_form_again_with_what_was_typed(cast: Cast, ben: Client) -> None:
    asset = make(cast, "Film")
    answer = ben.post(f"/library/{asset.pk}/edit/", {"title": "", "description": "kept words", "tags": "x" * 61})
    assert answer.status_code == 422
    assert b"kept words" in answer.content
    foreign = {"title": "Film", "brand": str(cast.lisbon_brand.pk)}
    assert ben.post(f"/library/{asset.pk}/edit/", foreign).status_code == 422


# Paste


def paste(client: Client, pasted: str, **more: str) -> Any:
    return client.post("/library/new/", {"pasted": pasted, "key": str(uuid.uuid4())} | more)


def test_a_pasted_text_becomes_an_asset(cast: Cast, ben: Client) -> None:
    answer = paste(ben, ARTICLE, title="Barrier")
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.get()
    assert answer["Location"] == f"/studio/{asset.pk}/"
    assert (asset.kind, asset.title, asset.text) == ("blog", "Barrier", ARTICLE.strip())
    assert titles(ben, q="monsoon") == ["Barrier"]


def test_a_double_click_makes_one_asset(cast: Cast, ben: Client) -> None:
    key = str(uuid.uuid4())
    first = ben.post("/library/new/", {"pasted": ARTICLE, "key": key})
    second = ben.post("/library/new/", {"pasted": ARTICLE, "key": key})
    assert first["Location"] == second["Location"]
    assert len(titles(ben)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_asset(cast: Cast) -> None:
    key, together, made = uuid.uuid4(), threading.Barrier(2), list[uuid.UUID]()

    def click() -> None:
        together.wait()
        try:
            with tenancy.of_member(cast.ben):
                made.append(assets.create_from_text(text=ARTICLE, title="", key=key, brand=None, by=cast.ben).pk)
                time.sleep(0.3)  # the other click comes before this one is through
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len(made) == 2
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("", "Paste a link or some text."),
        ("too short", "too short"),
        ("word " * 50_000, "up to 200,000"),
        ("😀 😍 🔥 ✨", "only signs and emoji"),
        ("你好", "too short"),
    ],
)
def test_a_paste_that_cannot_be_used_says_why_and_keeps_it(ben: Client, pasted: str, told: str) -> None:
    answer = paste(ben, pasted)
    assert answer.status_code == 422
    assert told in answer.content.decode().replace("200000", "200,000")


def test_a_text_without_spaces_is_a_text(cast: Cast, ben: Client) -> None:
    assert paste(ben, "梅雨の季節でも肌は水分を失っています。").status_code == 302


def page(server: HTTPServer, path: str, body: str | bytes, *, status: int = 200, kind: str = "text/html") -> str:
    server.expect_request(path).respond_with_response(Response(body, status=status, content_type=kind))
    return server.url_for(path)


@pytest.fixture
def reachable(settings: Any, httpserver: HTTPServer) -> HTTPServer:
    """A web server of the test's own that counts as public."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["localhost"]
    return httpserver


def test_an_article_behind_a_link_is_read(cast: Cast, ben: Client, reachable: HTTPServer) -> None:
    text = f"<h1>Monsoon skin</h1><p>{ARTICLE}</p><p>{ARTICLE}</p>"
    head = "<head><title>Monsoon skin</title></head>"
    html = f"<html>{head}<body><nav>Menu</nav><article>{text}</article></body></html>"
    paste(ben, page(reachable, "/post", html))
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.get()
    assert (asset.kind, asset.title, asset.source_url) == ("link", "Monsoon skin", reachable.url_for("/post"))
    assert "Ceramides keep the barrier" in asset.text
    assert "Menu" not in asset.text


def test_a_link_to_a_media_file_is_brought_later(cast: Cast, ben: Client, reachable: HTTPServer) -> None:
    page(reachable, "/talks/Morning talk.wav", wav(), kind="audio/wav")
    paste(ben, reachable.url_for("/talks/Morning%20talk.wav"))
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.get()
    assert (asset.kind, asset.title, asset.status) == ("audio", "Morning talk", "pending")
    assert not asset.file


@pytest.mark.parametrize(
    ("body", "status", "kind", "told"),
    [
        ("<html><body><form><input type='password'></form></body></html>", 200, "text/html", "asks people to sign in"),
        ("<html><body><div id='root'></div></body></html>", 200, "text/html", "no article"),
        ("", 200, "text/html", "no article"),
        ("no", 403, "text/html", "only for people who are signed in"),
        ("no", 404, "text/html", "no page at this address"),
        ("no", 503, "text/html", "error (503)"),
        ("PK", 200, "application/zip", "application/zip"),
        (b"x" * 6_000_000, 200, "text/html", "more than 5"),
    ],
)
def test_a_page_with_nothing_to_read_says_why_and_keeps_the_link(
    cast: Cast, ben: Client, reachable: HTTPServer, body: str, status: int, kind: str, told: str
) -> None:
    link = page(reachable, "/post", body, status=status, kind=kind)
    answer = paste(ben, link)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert link in answer.content.decode()
    assert titles(ben) == []


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/", "http://localhost/admin", "http://[::ffff:127.0.0.1]/", "http://2130706433/",
        "http://169.254.169.254/latest/meta-data/", "http://user:pass@example.com/", "http://10.0.0.1:8080/x",
    ],
)  # fmt: skip
def test_a_link_to_a_private_address_is_refused(ben: Client, link: str) -> None:
    answer = paste(ben, link)
    assert answer.status_code == 422
    assert link in answer.content.decode()


def test_a_link_that_is_passed_on_to_a_private_address_is_refused(
    ben: Client, settings: Any, httpserver: HTTPServer
) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["localhost"]
    httpserver.expect_request("/go").respond_with_response(
        Response("", status=302, headers={"Location": f"http://127.0.0.1:{httpserver.port}/secret"})
    )
    httpserver.expect_request("/secret").respond_with_data(ARTICLE, content_type="text/plain")
    answer = paste(ben, httpserver.url_for("/go"))
    assert answer.status_code == 422
    assert b"private network" in answer.content or b"not allowed" in answer.content


def test_a_players_page_is_told_to_bring_the_file(ben: Client) -> None:
    answer = paste(ben, "https://www.youtube.com/watch?v=x")
    assert "A video on YouTube cannot be taken from its page." in answer.content.decode()


# The form without a script


def test_a_form_without_a_script_takes_several_files(cast: Cast, ben: Client, settings: Any, tmp_path: Any) -> None:
    for name in ("one.wav", "two.wav"):
        (tmp_path / name).write_bytes(wav())
    with (tmp_path / "one.wav").open("rb") as one, (tmp_path / "two.wav").open("rb") as two:
        answer = ben.post("/upload/", {"file": [one, two]})
    assert answer["Location"] == "/library/"
    assert titles(ben) == ["two", "one"]
    assert not list(settings.UPLOAD_ROOT.glob("*"))


def test_a_form_names_each_file_it_refuses(cast: Cast, ben: Client, tmp_path: Any) -> None:
    (tmp_path / "fake.mp4").write_bytes(b"<html></html>")
    (tmp_path / "empty.wav").write_bytes(b"")
    with (tmp_path / "fake.mp4").open("rb") as fake, (tmp_path / "empty.wav").open("rb") as empty:
        answer = ben.post("/upload/", {"file": [fake, empty]})
    assert answer.status_code == 422
    assert b"fake.mp4:" in answer.content
    assert b"empty.wav: The file is empty." in answer.content
    with tenancy.of_organization(cast.kesar.pk):
        assert not Upload.objects.exists()


def test_a_form_stops_at_a_file_that_is_too_large(ben: Client, settings: Any, tmp_path: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    (tmp_path / "big.wav").write_bytes(wav())
    with (tmp_path / "big.wav").open("rb") as big:
        answer = ben.post("/upload/", {"file": big})
    assert answer.status_code == 422
    assert b"too large" in answer.content


def test_a_form_is_for_members_with_its_token_only(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/upload/", {}).status_code == 302
    client.force_login(cast.ben.user)
    assert client.post("/upload/", {}).status_code == 403
    assert signed_in(cast.chitra).get("/upload/").status_code == 403


def test_brands_of_the_organisation_are_offered_when_pasting(cast: Cast, ben: Client) -> None:
    with tenancy.operator():
        BrandProfile.objects.create(organization=cast.lisbon, name="Sardine Street")
    answer = ben.get("/library/new/")
    assert b"Kesar Naturals" in answer.content
    assert b"Sardine Street" not in answer.content


def test_nonsense_in_the_address_means_no_filter() -> None:
    wish = queries.Wish.read({"q": "a\x00b", "kind": "x", "status": "y", "brand": "z", "sort": "w"})
    assert wish == queries.Wish(q="a b")
