"""What is not here yet is brought: files behind links, bytes into remote storage, words out of documents."""

import io
import random
import re
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts import tenancy
from content.intake import documents, fetching
from content.models import ContentAsset, PipelineStep, Upload
from content.pipeline.fetch import Fetch
from content.pipeline.work import Cancelled, StepFailed, Work
from tests.cast import Cast
from tests.content.files import announce, png, send, wav

WORDS = "Ceramides keep the barrier of the skin whole when the monsoon comes."


def pdf(text: str = WORDS) -> bytes:
    """A document of one page."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


def docx(body: str = f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>", *, head: str = "") -> bytes:
    """A word processor's document."""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"{head}<w:document {names}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (WORDS.encode(), "text/plain"),
        (b"\xef\xbb\xbf" + WORDS.encode(), "text/plain"),
        (docx(), DOCX),
        (pdf(), "application/pdf"),
    ],
)
def test_words_are_read_from_documents(tmp_path: Path, content: bytes, mime: str) -> None:
    (tmp_path / "d").write_bytes(content)
    assert documents.read(tmp_path / "d", mime) == WORDS


def test_words_in_an_older_encoding_are_read(tmp_path: Path) -> None:
    (tmp_path / "d").write_bytes("Crème brûlée à Lisbonne".encode("cp1252"))
    assert documents.read(tmp_path / "d", "text/plain") == "Crème brûlée à Lisbonne"


def test_long_text_is_cut_at_a_whole_letter(tmp_path: Path) -> None:
    (tmp_path / "d").write_bytes("दादी ".encode() * documents.LONGEST)
    assert set(documents.read(tmp_path / "d", "text/plain")) == set("दादी ")


ENTITIES = "<!DOCTYPE d [" + '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">' + "]>"
STOLEN = '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "mime", "told"),
    [
        (b"   ", "text/plain", "no words"),
        (docx(""), DOCX, "no words"),
        (docx("<w:p>"), DOCX, "damaged"),
        (b"PK\x03\x04 not an archive", DOCX, "damaged"),
        (docx("<w:p><w:r><w:t>&c;</w:t></w:r></w:p>", head=ENTITIES), DOCX, "damaged"),
        (docx("<w:p><w:r><w:t>&f;</w:t></w:r></w:p>", head=STOLEN), DOCX, "damaged"),
        (docx("<w:p/>" * 8_000_000), DOCX, "unpacks to more"),
        (b"%PDF-1.7 nothing more", "application/pdf", "damaged"),
        (pdf("") + b"%%EOF", "application/pdf", "no words"),
    ],
)
def test_documents_without_words_damaged_or_hostile_say_so(
    tmp_path: Path, content: bytes, mime: str, told: str
) -> None:
    (tmp_path / "d").write_bytes(content)
    with pytest.raises(documents.UnreadableDocument, match=told):
        documents.read(tmp_path / "d", mime)


@pytest.mark.parametrize(
    ("whole", "mime"), [(docx(f"<w:p><w:r><w:t>{WORDS * 9}</w:t></w:r></w:p>"), DOCX), (pdf(), "application/pdf")]
)
@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_document_is_read_as_far_as_it_goes_or_says_so(
    tmp_path: Path, whole: bytes, mime: str, seed: int
) -> None:
    rng, damaged = random.Random(seed), bytearray(whole)
    for _time in range(1 + seed % 5):
        damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    (tmp_path / "d").write_bytes(damaged[: rng.randrange(len(damaged)) if seed % 4 == 0 else None])
    try:
        told = documents.read(tmp_path / "d", mime) and "read"
    except documents.UnreadableDocument as error:
        told = str(error)
    assert re.search("^read$|damaged|no words|only signs|locked", told)


@pytest.fixture
def reachable(settings: Any, httpserver: HTTPServer) -> HTTPServer:
    """A web server of the test's own that counts as public."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["localhost"]
    return httpserver


def test_a_text_file_behind_a_link_is_read_in_its_own_letters(reachable: HTTPServer) -> None:
    said = "Кожа в сезон дождей. " * 20
    reachable.expect_request("/skin.txt").respond_with_data(
        said.encode("cp1251"), content_type="text/plain; charset=windows-1251"
    )
    found = fetching.read_link(reachable.url_for("/skin.txt"))
    assert isinstance(found, fetching.Article)
    assert (found.text, found.left_out) == (said, "")
    marked = b"\xef\xbb\xbf" + said.encode()
    reachable.expect_request("/marked.txt").respond_with_data(marked, content_type="text/plain; charset=utf-8")
    again = fetching.read_link(reachable.url_for("/marked.txt"))
    assert isinstance(again, fetching.Article)
    assert again.text == said


def test_of_a_very_long_text_file_behind_a_link_the_rest_is_told_to_be_left_out(reachable: HTTPServer) -> None:
    reachable.expect_request("/book.txt").respond_with_data("Rain again. " * 30_000, content_type="text/plain")
    found = fetching.read_link(reachable.url_for("/book.txt"))
    assert isinstance(found, fetching.Article)
    assert len(found.text) == fetching.LONGEST
    assert "Only the first 200000 characters" in found.left_out


@pytest.fixture
def linked(cast: Cast, reachable: HTTPServer) -> ContentAsset:
    """An asset that is a link to a recording."""
    reachable.expect_request("/talk.wav").respond_with_data(wav(3), content_type="audio/wav")
    return link_to(cast, reachable.url_for("/talk.wav"))


def link_to(cast: Cast, url: str) -> ContentAsset:
    with tenancy.of_organization(cast.kesar.pk):
        return ContentAsset.objects.create(
            organization=cast.kesar,
            title="Talk",
            kind="audio",
            mime_type="audio/wav",
            original_name="talk.wav",
            source_url=url,
        )


def work_on(asset: ContentAsset, folder: Path) -> Work:
    with tenancy.of_organization(asset.organization_id):
        step = PipelineStep.objects.create(
            organization_id=asset.organization_id, asset=asset, name="fetch", position=0, status="running"
        )
    return Work(asset, step, folder)


def again(asset: ContentAsset) -> ContentAsset:
    with tenancy.of_organization(asset.organization_id):
        return ContentAsset.objects.get(pk=asset.pk)


def test_a_recording_behind_a_link_is_brought(linked: ContentAsset, tmp_path: Path) -> None:
    assert Fetch().skip(linked) is None
    Fetch().run(work_on(linked, tmp_path))
    brought = again(linked)
    with brought.file.open("rb") as kept:
        assert kept.read() == wav(3)
    assert (brought.kind, brought.size, brought.mime_type) == ("audio", len(wav(3)), "audio/wav")
    assert Fetch().skip(brought) is not None


def test_a_link_that_became_something_else_is_refused(cast: Cast, reachable: HTTPServer, tmp_path: Path) -> None:
    reachable.expect_request("/talk.wav").respond_with_data(b"<html>moved</html>", content_type="audio/wav")
    asset = link_to(cast, reachable.url_for("/talk.wav"))
    with pytest.raises(StepFailed):
        Fetch().run(work_on(asset, tmp_path))
    assert not again(asset).file


def test_a_file_behind_a_link_may_not_be_larger_than_an_upload(
    linked: ContentAsset, settings: Any, tmp_path: Path
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    with pytest.raises(StepFailed, match="more than"):
        Fetch().run(work_on(linked, tmp_path))


def test_an_upload_received_on_another_machine_says_what_is_missing(cast: Cast, tmp_path: Path) -> None:
    uploaded = link_to(cast, "")
    with pytest.raises(StepFailed, match="same upload folder"):
        Fetch().run(work_on(uploaded, tmp_path))
    assert not again(uploaded).file


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x.wav", "http://localhost:1/x.wav"])
def test_a_link_that_turned_private_or_dead_is_refused(cast: Cast, url: str, tmp_path: Path) -> None:
    with pytest.raises(StepFailed):
        Fetch().run(work_on(link_to(cast, url), tmp_path))


def test_bringing_a_file_can_be_stopped(cast: Cast, reachable: HTTPServer, tmp_path: Path) -> None:
    def endless(_request: Request) -> Response:
        def pieces() -> Iterator[bytes]:
            yield wav()
            for _ in range(200):
                yield bytes(200_000)

        return Response(pieces(), content_type="audio/wav")

    reachable.expect_request("/endless.wav").respond_with_handler(endless)
    asset = link_to(cast, reachable.url_for("/endless.wav"))
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.update(cancel_requested=True)
    with pytest.raises(Cancelled):
        Fetch().run(work_on(asset, tmp_path))
    assert not again(asset).file


def test_a_fetch_tells_how_far_it_is(reachable: HTTPServer, tmp_path: Path) -> None:
    reachable.expect_request("/a.wav").respond_with_data(wav(10), content_type="audio/wav")
    seen: list[float] = []
    size = fetching.bring(
        reachable.url_for("/a.wav"), tmp_path / "a.wav", progress=seen.append, cancelled=lambda: False
    )
    assert size == len(wav(10))
    assert seen[-1] == pytest.approx(1.0)


def test_an_uploaded_document_is_read_and_found(cast: Cast, tmp_path: Path) -> None:
    client = Client()
    client.force_login(cast.ben.user)
    url = announce(client, len(pdf()), name="Lab sheet.pdf")["Location"]
    send(client, url, pdf(), at=0)
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.get()
        PipelineStep.objects.all().delete()
    assert Fetch().run(work_on(asset, tmp_path)).endswith("words")
    assert again(asset).text == WORDS
    assert [card.asset.title for card in client.get("/library/?q=ceramides").context["cards"]] == ["Lab sheet"]


def test_where_files_lie_elsewhere_the_pipeline_takes_the_upload_there(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage", "OPTIONS": {}}
    }
    client = Client()
    client.force_login(cast.ben.user)
    answer = send(client, announce(client, len(png()), name="dot.png")["Location"], png(), at=0)
    key = uuid.UUID(answer["TrendDrop-Asset"].split("/")[2])
    part = Upload(pk=key).path
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.get(pk=key)
        PipelineStep.objects.all().delete()
    assert not asset.file
    assert part.read_bytes() == png()
    assert Fetch().skip(asset) is None
    Fetch().run(work_on(asset, tmp_path))
    assert default_storage.open(str(again(asset).file.name)).read() == png()
    assert not part.exists()
