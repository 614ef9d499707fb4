"""Voice samples: brought, kept once, made into vectors, held against a text."""

import json
import threading
from typing import Any

import numpy as np
import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts import tasks, tenancy, voice
from accounts.models import AuditEntry, BrandVoiceSample, Membership
from accounts.services import voice as commands
from tests.cast import Cast
from tests.voices import on_the_same_topics, posts
from trenddrop.core.embeddings import EmbeddingFailed

PAGE = "/brand/voice/"
PASTED = "\n---\n".join(posts("slowmiles"))
RAIN = on_the_same_topics("slowmiles")["rain"]


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def told(answer: Any) -> str:
    return " ".join(map(str, get_messages(answer.wsgi_request)))


def sampled(cast: Cast, brand: str = "slowmiles", count: int = 14) -> list[BrandVoiceSample]:
    """Kesar writes like one of the invented brands."""
    with tenancy.of_member(cast.asha):
        found = [commands.Found(post) for post in posts(brand)[:count]]
        return commands.add(cast.brand, found, by=cast.asha).samples


def kept(cast: Cast) -> list[BrandVoiceSample]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(BrandVoiceSample.objects.filter(brand=cast.brand).order_by("pk"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one\n---\ntwo", ["one", "two"]),
        ("one\n\nstill one\n\n\ntwo", ["one\n\nstill one", "two"]),
        ("---\none\n------\n\n---\n", ["one"]),
        ("one — two --- three", ["one — two --- three"]),
        ("a\r\n---\r\nb\0", ["a", "b"]),
        ("", []),
    ],
)
def test_texts_are_divided_at_lines_of_dashes_or_two_empty_lines(text: str, parts: list[str]) -> None:
    assert commands.divide(text) == parts


def test_pasted_texts_become_samples_with_language_and_vector(cast: Cast) -> None:
    answer = signed_in(cast.asha).post(PAGE, {"text": f"{PASTED}\n---\n{posts('glowgappa')[0]}"})
    assert answer.status_code == 302
    assert "15 added." in told(answer)
    samples = kept(cast)
    assert [sample.language for sample in samples].count("en") == 14
    assert samples[-1].language == "hi-Latn"
    assert {sample.embedded_by for sample in samples} == {"hashed-256-1"}
    with tenancy.operator():
        (entry,) = AuditEntry.objects.filter(action="voice.samples_added")
    assert (entry.metadata["count"], entry.metadata["sources"]) == (15, ["pasted"])


@pytest.mark.parametrize("name", ["posts.txt", "Posts.MD"])
def test_a_text_file_is_read_and_named(cast: Cast, name: str) -> None:
    file = SimpleUploadedFile(name, b"\xef\xbb\xbf" + PASTED.encode())
    assert signed_in(cast.asha).post(PAGE, {"file": file}).status_code == 302
    assert {(sample.source, sample.source_name) for sample in kept(cast)} == {("uploaded", name)}


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (SimpleUploadedFile("a.txt", b"\xff\xfe\x00bad"), "not text in UTF-8"),
        (SimpleUploadedFile("a.exe", b"words"), "Only .txt and .md"),
        (SimpleUploadedFile("a.txt", b"x" * 400_001), "larger than 400 kB"),
        (SimpleUploadedFile("a.txt", b""), "empty"),
        (None, "Paste a text or choose a file."),
    ],
)
def test_a_file_that_cannot_be_read_is_said(cast: Cast, file: Any, why: str) -> None:
    given = {"text": ""} if file is None else {"text": "", "file": file}
    answer = signed_in(cast.asha).post(PAGE, given)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert kept(cast) == []


def test_a_text_is_kept_once_whatever_its_spaces_and_capitals(cast: Cast) -> None:
    client, post = signed_in(cast.asha), posts("slowmiles")[0]
    client.post(PAGE, {"text": post})
    answer = client.post(PAGE, {"text": f"{post.upper()}\n---\n  {post.replace(' ', '  ')}\n---\nToo short"})
    assert told(answer).endswith(
        "0 added. 2 were among the samples already. 1 were too short or too long to show a voice."
    )
    assert len(kept(cast)) == 1


def test_a_brand_keeps_at_most_two_hundred(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        found = [commands.Found(f"This is the sample of number {number}, as it was written.") for number in range(203)]
        added = commands.add(cast.brand, found, by=cast.asha)
        again = commands.add(cast.brand, [commands.Found(posts("slowmiles")[0])], by=cast.asha)
    assert (len(added.samples), added.no_room) == (200, 3)
    assert (len(again.samples), again.no_room) == (0, 1)
    assert "at most 200" in again.told


@pytest.mark.django_db(transaction=True)
def test_two_who_paste_the_same_at_once_keep_it_once(cast: Cast) -> None:
    gate, refused = threading.Barrier(6), list[Exception]()

    def paste() -> None:
        gate.wait()
        try:
            sampled(cast, count=10)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test must see it)
            refused.append(error)
        finally:
            connections.close_all()

    together = [threading.Thread(target=paste) for _ in range(6)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    assert refused == []
    assert len(kept(cast)) == 10


def test_a_sample_is_left_out_and_the_log_says_which(cast: Cast) -> None:
    sample = sampled(cast)[0]
    assert signed_in(cast.ben).post(f"/brand/voice/{sample.pk}/remove/").status_code == 403
    assert signed_in(cast.dev).post(f"/brand/voice/{sample.pk}/remove/").status_code == 404
    assert signed_in(cast.asha).post(f"/brand/voice/{sample.pk}/remove/").status_code == 302
    assert len(kept(cast)) == 13
    with tenancy.operator():
        assert AuditEntry.objects.get(action="voice.sample_removed").metadata["text"] == sample.text[:80]


def test_a_text_like_ours_is_told_from_one_that_is_not_with_the_evidence(cast: Cast) -> None:
    sampled(cast)
    client = signed_in(cast.chitra)
    ours = client.post("/brand/voice/check/", {"text": RAIN}).content.decode()
    assert "Sounds like you" in ours
    assert "Held against 14 samples" in ours
    assert "TrendDrop voice measure 1, hashed-256-1" in ours
    foreign = client.post("/brand/voice/check/", {"text": on_the_same_topics("glowgappa")["rain"]}).content.decode()
    assert "Not like you" in foreign
    assert "No sample has an emoji; this has" in foreign


def test_htmx_gets_the_verdict_alone_and_a_reader_without_script_the_page(cast: Cast) -> None:
    sampled(cast)
    client = signed_in(cast.asha)
    part = client.post("/brand/voice/check/", {"text": RAIN}, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div class="verdict"')
    page = client.post("/brand/voice/check/", {"text": RAIN}).content.decode()
    assert "<!doctype html>" in page
    assert RAIN[:40] in page
    assert client.post("/brand/voice/check/", {"text": " "}).status_code == 422


def test_with_two_samples_nothing_is_claimed(cast: Cast) -> None:
    sampled(cast, count=2)
    answer = signed_in(cast.asha).post("/brand/voice/check/", {"text": RAIN}, headers={"HX-Request": "true"})
    assert "Too few samples: 2 of at least 3" in answer.content.decode()


def test_an_outlier_among_the_samples_is_pointed_at(cast: Cast) -> None:
    sampled(cast)
    with tenancy.of_member(cast.asha):
        commands.add(cast.brand, [commands.Found(posts("glowgappa")[0])], by=cast.asha)
    page = signed_in(cast.asha).get(PAGE).content.decode()
    assert page.count("unlike the others") == 1
    assert page.index("Arre suno na") < page.index("unlike the others") < page.index("The overnight bus")


def test_the_page_costs_the_same_however_many_samples_there_are(cast: Cast, django_assert_num_queries: Any) -> None:
    client, counts = signed_in(cast.asha), []
    client.get(PAGE)
    for count in (3, 14):
        sampled(cast, count=count)
        with django_assert_num_queries(12, exact=False) as captured:
            assert client.get(PAGE).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


# An embedder elsewhere


@pytest.fixture
def elsewhere(httpserver: HTTPServer, settings: Any) -> HTTPServer:
    """An embedding server: each text becomes (its letters, its spaces, 1)."""
    settings.EMBEDDER = "trenddrop.core.embeddings.OpenAICompatible"
    settings.EMBEDDING_API_URL = httpserver.url_for("/v1")
    settings.EMBEDDING_MODEL = "meaning"

    def answer(request: Request) -> Response:
        texts = request.get_json()["input"]
        rows = [{"index": n, "embedding": [len(t), t.count(" "), 1.0]} for n, t in enumerate(texts)]
        return Response(json.dumps({"data": rows}), mimetype="application/json")

    httpserver.expect_request("/v1/embeddings").respond_with_handler(answer)
    return httpserver


@pytest.mark.django_db(transaction=True)
def test_vectors_from_elsewhere_are_made_after_the_transaction_and_never_mixed(
    cast: Cast, elsewhere: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.embed_voice, "apply_async", lambda args, kwargs, **_more: rung.append(kwargs))
    sampled(cast)
    assert {sample.embedded_by for sample in kept(cast)} == {""}
    assert elsewhere.log == []
    assert "14 samples wait to be read by meaning-256" in signed_in(cast.asha).get(PAGE).content.decode()
    early = voice.check(RAIN, brand_id=cast.brand.pk, organization_id=cast.kesar.pk)
    assert early.verdict.made_by == "TrendDrop voice measure 1"
    assert rung == [{"brand_id": str(cast.brand.pk), "organization_id": str(cast.kesar.pk)}]
    tasks.embed_voice(**rung[0])
    assert {sample.embedded_by for sample in kept(cast)} == {"meaning-256"}
    late = voice.check(RAIN, brand_id=cast.brand.pk, organization_id=cast.kesar.pk)
    assert late.verdict.made_by == "TrendDrop voice measure 1, meaning-256"


@pytest.mark.django_db(transaction=True)
def test_another_embedder_means_reading_everything_again(cast: Cast, elsewhere: HTTPServer, settings: Any) -> None:
    settings.EMBEDDER = "trenddrop.core.embeddings.HashedEmbedder"
    sampled(cast)
    assert voice.brands_waiting() == []
    settings.EMBEDDER = "trenddrop.core.embeddings.OpenAICompatible"
    assert voice.brands_waiting() == [(cast.brand.pk, cast.kesar.pk)]
    assert voice.embed_waiting(brand_id=cast.brand.pk, organization_id=cast.kesar.pk) == 14
    assert voice.embed_waiting(brand_id=cast.brand.pk, organization_id=cast.kesar.pk) == 0
    assert voice.brands_waiting() == []


@pytest.mark.django_db(transaction=True)
def test_an_embedder_that_is_away_leaves_the_judgement_to_the_style_and_says_so(
    cast: Cast, elsewhere: HTTPServer, settings: Any
) -> None:
    settings.EMBEDDER = "trenddrop.core.embeddings.HashedEmbedder"
    sampled(cast)
    settings.EMBEDDER = "trenddrop.core.embeddings.OpenAICompatible"
    voice.embed_waiting(brand_id=cast.brand.pk, organization_id=cast.kesar.pk)
    settings.EMBEDDING_API_URL = "http://127.0.0.1:9/v1"
    found = voice.check(RAIN, brand_id=cast.brand.pk, organization_id=cast.kesar.pk)
    assert found.verdict.words == "Sounds like you"
    assert "could not be reached" in found.note
    near = voice.nearest("rain", brand_id=cast.brand.pk, organization_id=cast.kesar.pk)
    assert len(near) == voice.STEERING
    with tenancy.of_organization(cast.kesar.pk):
        BrandVoiceSample.objects.update(embedded_by="old")
    with pytest.raises(EmbeddingFailed):
        voice.embed_waiting(brand_id=cast.brand.pk, organization_id=cast.kesar.pk)


def test_the_nearest_samples_are_those_about_the_subject(cast: Cast) -> None:
    sampled(cast)
    near = voice.nearest("a ferry and a goat", brand_id=cast.brand.pk, organization_id=cast.kesar.pk)
    assert "ferry" in near[0].text
    vectors = {sample.pk: np.asarray(sample.embedding) for sample in kept(cast)}
    assert all(abs(float(np.linalg.norm(row)) - 1) < 1e-5 for row in vectors.values())


def test_another_brands_samples_never_answer(cast: Cast) -> None:
    sampled(cast)
    assert voice.nearest("ferry", brand_id=cast.lisbon_brand.pk, organization_id=cast.lisbon.pk) == []
    assert voice.nearest("ferry", brand_id=cast.brand.pk, organization_id=cast.lisbon.pk) == []
