"""Documents that are locked, scanned, huge or odd, and pages of videos that somebody owns."""

import io
import itertools
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from pytest_httpserver import HTTPServer
from werkzeug import Response

from accounts import actions, tenancy
from accounts.models import AuditEntry
from content.intake import documents, fetching, players
from content.models import ContentAsset
from content.pipeline.fetch import Fetch
from tests.cast import Cast
from tests.content.making import bring, fresh, process, stands
from tests.content.test_fetching import DOCX, WORDS, docx, pdf
from tests.content.test_library import ARTICLE, page, paste, reachable, signed_in, titles
from trenddrop.core.sniff import UnsupportedFile, sniff

__all__ = ["reachable"]
BOX = '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">{}</mc:AlternateContent>'


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def pages(*texts: str, password: str = "", algorithm: str = "AES-256") -> bytes:
    """A PDF of pages; an empty text is a page that holds no words, as scans do."""
    made, out = PdfWriter(), io.BytesIO()
    for text in texts:
        if text:
            made.append(PdfReader(io.BytesIO(pdf(text))))
        else:
            made.add_blank_page(200, 200)
    if password:
        made.encrypt(password, algorithm=algorithm)
    made.write(out)
    return out.getvalue()


def read(folder: Path, content: bytes, mime: str) -> documents.Reading:
    (folder / "d").write_bytes(content)
    return documents.read_whole(folder / "d", mime)


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_a_locked_pdf_says_how_to_bring_it(tmp_path: Path, algorithm: str) -> None:
    with pytest.raises(documents.UnreadableDocument, match="locked with a password"):
        read(tmp_path, pages(WORDS, password="kesar", algorithm=algorithm), "application/pdf")


def test_a_scanned_pdf_says_so_and_a_half_scanned_one_tells_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(documents.UnreadableDocument, match="only pictures of pages"):
        read(tmp_path, pages("", ""), "application/pdf")
    found = read(tmp_path, pages(WORDS, "", ""), "application/pdf")
    assert found.text == WORDS
    assert found.left_out == "2 of its pages are only pictures; what stands on them is not read."
    assert read(tmp_path, pages(WORDS), "application/pdf").left_out == ""


def test_of_a_very_long_pdf_the_first_pages_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "PAGES", 2)
    found = read(tmp_path, pages(WORDS, WORDS, WORDS), "application/pdf")
    assert found.text.count("Ceramides") == 2
    assert "Of 3 pages the first 2 are read." in found.left_out


def test_reading_stops_between_pages_when_somebody_asks(tmp_path: Path) -> None:
    (tmp_path / "d").write_bytes(pages(WORDS, WORDS))

    def stop() -> None:
        raise StopIteration

    with pytest.raises(StopIteration):
        documents.read_whole(tmp_path / "d", "application/pdf", check=stop)


def test_reading_pages_ends_with_its_time_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "d").write_bytes(pages(WORDS, WORDS, WORDS))

    def read_until(looks: int) -> documents.Reading:
        seconds = itertools.chain(range(looks), itertools.repeat(1000.0))
        return documents.read_whole(tmp_path / "d", "application/pdf", clock=lambda: float(next(seconds)))

    found = read_until(10)
    assert found.text == WORDS
    assert "Of 3 pages the first 1 are read." in found.left_out
    with pytest.raises(documents.UnreadableDocument, match="takes too long"):
        read_until(2)


@pytest.mark.parametrize("drawn", ["by itself", "in a form", "nowhere"])
def test_a_page_of_endless_drawing_is_passed_over_and_named(drawn: str, tmp_path: Path) -> None:
    made, drawing = PdfWriter(), DecodedStreamObject()
    for _n in range(2):
        made.append(PdfReader(io.BytesIO(pdf())))
    drawing.set_data(b"q Q\n" * (documents.PAGE_BYTES // 4 + 1))
    page = made.pages[0]
    if drawn != "by itself":
        drawing |= {NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")}
        within = DictionaryObject({NameObject("/Fm"): made._add_object(drawing.flate_encode())})
        resources = page[NameObject("/Resources")].get_object()
        assert isinstance(resources, DictionaryObject)
        resources[NameObject("/XObject")] = within
        contents, said = page.get_contents(), DecodedStreamObject()
        assert contents is not None
        said.set_data(contents.get_data() + (b"\n/Fm Do\n" if drawn == "in a form" else b""))
        page[NameObject("/Contents")] = made._add_object(said)
    else:
        page[NameObject("/Contents")] = made._add_object(drawing.flate_encode())
    out = io.BytesIO()
    made.write(out)
    assert len(out.getvalue()) < 50_000
    found = read(tmp_path, out.getvalue(), "application/pdf")
    if drawn == "nowhere":  # pages may share a list of forms
        assert (found.text, found.left_out) == (f"{WORDS}\n{WORDS}", "")
        return
    assert found.text == WORDS
    assert found.left_out == "1 of its pages holds more drawing than is read; what stands on it is left out."


def test_a_word_document_of_endless_parts_is_refused_and_takes_little_room(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(documents.UnreadableDocument, match="unpacks to more than it should"):
            read(tmp_path, docx("<w:p/>" * (documents.ELEMENTS + 1)), DOCX)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 60 * 1024**2


def test_of_a_long_word_document_nothing_is_read_behind_what_is_kept(tmp_path: Path) -> None:
    page = f"<w:p><w:r><w:t>{'Rain. ' * 1000}</w:t></w:r></w:p>"
    found = read(tmp_path, docx(page * (documents.LONGEST // 6000 + 2) + "</w:broken>"), DOCX)
    assert len(found.text) == documents.LONGEST
    assert found.left_out == documents.cut()


def test_an_article_of_two_hundred_megabytes_is_read_from_its_beginning(tmp_path: Path) -> None:
    with (tmp_path / "d").open("wb") as file:
        file.write(WORDS.encode() + b"\n")
        file.truncate(200 * 1024**2)
    found = documents.read_whole(tmp_path / "d", "text/plain")
    assert found.text == WORDS
    assert "Only the first 200000 characters are read." in found.left_out


def test_text_as_windows_saves_it_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, WORDS.encode("utf-16"), "text/plain").text == WORDS
    assert read(tmp_path, b"\xfe\xff" + WORDS.encode("utf-16-be"), "text/plain").text == WORDS


def test_emoji_alone_are_no_words(tmp_path: Path) -> None:
    with pytest.raises(documents.UnreadableDocument, match="only signs and emoji"):
        read(tmp_path, "😀 🔥 ✨ !!".encode(), "text/plain")


def test_tabs_breaks_and_text_boxes_of_a_word_document_are_read_once(tmp_path: Path) -> None:
    cell = "<w:p><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r></w:p>"
    boxed = "<w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent>"
    box = f"<mc:Choice>{boxed}</mc:Choice><mc:Fallback>{boxed}</mc:Fallback>"
    body = f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl><w:p><w:r>{BOX.format(box)}</w:r></w:p>"
    assert read(tmp_path, docx(body), DOCX).text == "one\ttwo\nthree\n\nin a box"


def test_a_locked_or_old_office_file_is_named_at_the_door() -> None:
    with pytest.raises(UnsupportedFile, match="older Office file, or one that is locked"):
        sniff(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "report.docx")


def test_what_was_left_out_is_told_in_the_studio(cast: Cast, ben: Client, tmp_path: Path) -> None:
    (tmp_path / "lab.pdf").write_bytes(pages(" ".join([WORDS] * 3), ""))
    asset = bring(cast, tmp_path / "lab.pdf", kind="document", mime_type="application/pdf")
    assert Fetch().skip(asset) is None
    process(asset)
    assert stands(asset)["fetch"] == "done"
    assert "1 of its pages is only a picture" in ben.get(f"/studio/{asset.pk}/").content.decode()
    assert fresh(asset).content_hash


def test_the_text_of_a_scan_is_pasted_on_its_own_page_and_the_file_is_kept(
    cast: Cast, ben: Client, tmp_path: Path
) -> None:
    (tmp_path / "scan.pdf").write_bytes(pages("", ""))
    asset = process(bring(cast, tmp_path / "scan.pdf", kind="document", mime_type="application/pdf", text=""))
    assert (asset.status, stands(asset)["fetch"]) == ("failed", "failed")
    page_of = ben.get(f"/studio/{asset.pk}/").content.decode()
    assert "only pictures of pages" in page_of
    assert f"/studio/{asset.pk}/text/" in page_of
    ben.post(f"/studio/{asset.pk}/text/", {"text": ARTICLE})
    stood = process(asset)
    assert (stood.status, stood.text, bool(stood.file)) == ("ready", ARTICLE.strip(), True)


# Pages behind a door, and pages with more than an article


def test_a_page_that_sends_strangers_to_its_door_is_not_taken_for_an_article(
    ben: Client, reachable: HTTPServer
) -> None:
    reachable.expect_request("/post").respond_with_response(
        Response("", 302, {"Location": "/account/login?next=/post"})
    )
    page(reachable, "/account/login", f"<html><body><article><p>{ARTICLE * 2}</p></article></body></html>")
    answer = paste(ben, reachable.url_for("/post"))
    assert answer.status_code == 422
    assert "asks people to sign in" in answer.content.decode()
    assert reachable.url_for("/post") in answer.content.decode()


def test_of_a_page_for_subscribers_the_beginning_is_read_and_it_is_said(
    cast: Cast, ben: Client, reachable: HTTPServer
) -> None:
    told = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    html = f"<html><head>{told}</head><body><article><p>{ARTICLE}</p></article></body></html>"
    answer = paste(ben, page(reachable, "/post", html))
    assert "only its public beginning is read" in ben.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    "body",
    [
        "<video src='/media/talk.mp4'></video>",
        "<video><source src='media/talk.mp4' type='video/mp4'></video>",
        "<meta property='og:video' content='{url}media/talk.mp4'>",
    ],
)
def test_the_recording_that_a_page_plays_itself_is_brought(
    cast: Cast, ben: Client, reachable: HTTPServer, body: str
) -> None:
    html = f"<html><head><title>My talk</title></head><body>{body.format(url=reachable.url_for('/'))}</body></html>"
    paste(ben, page(reachable, "/talk", html))
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.get()
    assert (asset.kind, asset.title, asset.source_url) == ("video", "My talk", reachable.url_for("/media/talk.mp4"))


@pytest.fixture
def player(reachable: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    """A player like the known ones, on the test's own server."""
    monkeypatch.setitem(players.HOSTS, "localhost", "ExampleTube")
    card = f"<link rel='alternate' type='application/json+oembed' href='{reachable.url_for('/card')}'>"
    told = "<meta property='og:title' content='Ceramides - ExampleTube'><meta property='og:description' content='{}'>"
    page(reachable, "/watch", f"<html><head>{told.format(ARTICLE)}{card}</head><body></body></html>")
    page(reachable, "/card", '{"title": "Ceramides before the monsoon"}', kind="application/json")
    return reachable


def test_a_players_page_is_taken_only_of_its_owner(cast: Cast, ben: Client, player: HTTPServer) -> None:
    refused = paste(ben, player.url_for("/watch"))
    assert refused.status_code == 422
    assert "A video on ExampleTube cannot be taken from its page." in refused.content.decode()
    answer = paste(ben, player.url_for("/watch"), mine="on")
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.get()
    assert (asset.kind, asset.title, asset.source_platform) == ("link", "Ceramides before the monsoon", "ExampleTube")
    assert asset.description == ARTICLE.strip()
    with tenancy.of_organization(cast.kesar.pk):
        claimed = AuditEntry.objects.get(action="asset.claimed")
    assert "said that this video is theirs" in actions.sentence(claimed)
    assert player.url_for("/watch") in actions.sentence(claimed)
    assert "bring the file or subtitles" in ben.get(answer["Location"]).content.decode()
    assert titles(ben, q="barrier monsoon") == ["Ceramides before the monsoon"]
    stood = process(asset)
    assert (stood.status, stood.analysis.summary != "") == ("ready", True)


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ("<html></html>", 200, "tells nothing of the video"),
        ("", 200, "tells nothing of the video"),
        ("gone", 404, "no page at this address"),
        ("no", 403, "only for people who are signed in"),
    ],
)
def test_a_players_page_that_tells_nothing_says_so(
    ben: Client, player: HTTPServer, body: str, status: int, told: str
) -> None:
    answer = paste(ben, page(player, "/other", body, status=status), mine="on")
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "checked" in answer.content.decode()


def test_a_card_that_is_nonsense_leaves_the_pages_own_title(player: HTTPServer) -> None:
    for nonsense in ("[]", "{", '{"title": 7}', '{"title": " "}'):
        assert players.About("Kept").completed(nonsense.encode()).title == "Kept"


def test_a_link_that_is_no_players_page_is_read_as_ever(player: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(players.HOSTS, "localhost")
    html = f"<html><head><title>Skin</title></head><body><article><p>{ARTICLE}</p></article></body></html>"
    found: Any = fetching.read_own_video(page(player, "/article", html))
    assert isinstance(found, fetching.Article)
