"""The Studio: what is shown of an asset, who may do what, and how words are corrected."""

import datetime as dt
import re
import uuid
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from content.models import (
    ContentAnalysis,
    ContentAsset,
    GeneratedContent,
    PieceVersion,
    PipelineStep,
    PosterFrame,
    Transcript,
    TrendMatch,
)
from content.screens import timeline, understood
from content.screens.studio import ShownMoment
from content.transcripts import correcting
from tests.cast import Cast
from tests.content.making import QUESTION, bring, fresh, pieces, process, stands, step, topic
from tests.core.recordings import draw
from trenddrop.core.speech import Word

SRT = (
    b"1\n00:00:01,000 --> 00:00:03,000\nYour skin barrier is losing water.\n\n"
    b"2\n00:00:03,500 --> 00:00:06,000\nUse ceramides.\n"
)
BUDGET = 11


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def opened(client: Client, asset: ContentAsset, **asked: str) -> str:
    answer = client.get(f"/studio/{asset.pk}/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def send_subtitles(client: Client, asset: ContentAsset, content: bytes, name: str = "skin.srt") -> Any:
    return client.post(f"/studio/{asset.pk}/subtitles/", {"file": SimpleUploadedFile(name, content)})


def said(asset: ContentAsset) -> Transcript:
    with tenancy.of_organization(asset.organization_id):
        return Transcript.objects.get(asset=asset)


# What is shown


def test_the_page_names_what_made_each_result_and_how_sure_it_is(cast: Cast, ben: Client) -> None:
    topic("Skin barrier", names=["skin barrier", "ceramides"])
    asset = process(bring(cast))
    page = opened(ben, asset)
    assert asset.analysis.made_by in page
    assert "% sure" in page
    assert "Skin barrier" in page
    assert "You say" in page
    assert "1 topic compared" in page


def test_evidence_of_a_match_names_the_words_and_their_second(cast: Cast, ben: Client) -> None:
    topic("Skin barrier", names=["skin barrier", "ceramides"])
    asset = bring(cast, QUESTION)
    send_subtitles(ben, asset, SRT)
    asset = process(asset)
    with tenancy.of_organization(cast.kesar.pk):
        (match,) = TrendMatch.objects.filter(asset=asset).select_related("topic")
    assert {evidence["words"].lower() for evidence in match.evidence} & {"skin barrier", "ceramides"}
    assert all(0 <= evidence["at"] <= 6 for evidence in match.evidence if evidence["at"] is not None)
    page = opened(ben, asset)
    assert 'data-seek="' in page
    assert re.search(r'<span [^>]*class="(?:\w+ )*hit[ "][^>]*>(?:skin|ceramides)', page, re.IGNORECASE)


def test_no_good_match_is_an_answer(cast: Cast, ben: Client) -> None:
    for title in ("Formula 1 Monza", "Python 3.15", "Oscars red carpet"):
        topic(title)
    asset = process(bring(cast))
    assert step(asset, "match").note == "No good match; 3 live topics considered"
    page = opened(ben, asset)
    assert "No good match." in page
    assert "None of 3 topics meets this" in page
    assert len(pieces(asset)) == 6


def test_topics_that_are_over_or_blocked_are_not_compared(cast: Cast) -> None:
    topic("Skin barrier", status="expired")
    topic("Ceramides", is_blocked=True)
    assert step(process(bring(cast)), "match").note == "No good match; 0 live topics considered"


def test_an_asset_on_its_way_refreshes_itself(cast: Cast, ben: Client) -> None:
    page = opened(ben, bring(cast))
    assert 'hx-trigger="every 2s"' in page
    assert "The pieces come last" in page


def test_a_failed_asset_says_why_and_offers_to_go_on(cast: Cast, ben: Client, tmp_path: Path) -> None:
    evil = tmp_path / "clip.mp4"
    evil.write_bytes(b"")
    page = opened(ben, process(bring(cast, evil)))
    assert "The file is empty" in page
    assert "The original and every step before are kept." in page
    assert "Try again from here" in page
    assert "Add words" not in page


def test_an_asset_without_words_asks_for_some(cast: Cast, ben: Client, tmp_path: Path) -> None:
    page = opened(ben, process(bring(cast, draw(tmp_path / "hush.wav", source="anullsrc=d=2"))))
    assert "There is no sound" in page
    assert "Add words, or bring subtitles" in page


def test_captions_come_as_vtt_and_srt(cast: Cast, ben: Client) -> None:
    asset = bring(cast, QUESTION)
    send_subtitles(ben, asset, SRT)
    vtt = ben.get(f"/studio/{asset.pk}/captions/")
    assert vtt["Content-Type"].startswith("text/vtt")
    assert vtt.content.startswith(b"WEBVTT\n\n00:00:01.000 --> ")
    srt = ben.get(f"/studio/{asset.pk}/captions/?as=srt")
    assert srt.content.startswith(b"1\n00:00:01,000 --> ")


# Subtitles and corrections


def test_subtitles_take_the_recognisers_place(cast: Cast, ben: Client) -> None:
    asset = bring(cast, QUESTION)
    assert send_subtitles(ben, asset, SRT).status_code == 302
    asset = process(asset)
    assert asset.transcript.engine == "subtitles (skin.srt)"
    assert asset.transcript.edited_at is not None
    assert stands(asset)["transcribe"] == "skipped"
    assert "ceramides" in str(asset.analysis.keywords)


def test_subtitles_brought_later_are_read_anew(cast: Cast, ben: Client, tmp_path: Path) -> None:
    asset = process(bring(cast, draw(tmp_path / "hush.wav", source="anullsrc=d=7")))
    assert pieces(asset) == {}
    assert send_subtitles(ben, asset, SRT).status_code == 302
    asset = process(asset)
    assert asset.status == "ready"
    assert len(pieces(asset)) == 6
    with tenancy.of_organization(cast.kesar.pk):
        assert AuditEntry.objects.filter(action="transcript.brought").count() == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"Dear diary, no times here.", "holds no subtitles"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "no subtitles|not text|cannot be read"),
        (b"1\n00:00:09,000 --> 00:00:03,000\nBackwards\n", "ends before it starts"),
        (b"1\n00:00:01,000 --> 00:00:03,000\n<i></i>\n", "no words|no subtitles"),
        (b"x" * (5 * 1024**2 + 1), "at most 5.0"),
    ],
)
def test_what_is_no_subtitles_is_told_and_changes_nothing(cast: Cast, ben: Client, content: bytes, told: str) -> None:
    asset = process(bring(cast, QUESTION, description="x"))
    before = said(asset).text
    answer = send_subtitles(ben, asset, content)
    assert answer.status_code == 422
    errors = " ".join(answer.context["subtitles_form"].errors["file"]).replace("\xa0", " ")
    assert any(part in errors for part in told.split("|")), errors
    assert said(asset).text == before
    assert fresh(asset).status == "ready"


def test_words_are_not_changed_under_a_workers_hands(cast: Cast, ben: Client) -> None:
    asset = bring(cast)
    with tenancy.of_organization(cast.kesar.pk):
        PipelineStep.objects.filter(asset=asset, name="understand").update(status="running")
    answer = ben.post(f"/studio/{asset.pk}/text/", {"text": "Something else."})
    assert answer.status_code == 422
    assert "Stop that first" in answer.content.decode()
    assert fresh(asset).text != "Something else."


def test_a_corrected_text_is_read_anew(cast: Cast, ben: Client) -> None:
    asset = process(bring(cast))
    corrected = "Our saffron soap is back. " * 5
    assert ben.post(f"/studio/{asset.pk}/text/", {"text": corrected}).status_code == 302
    asset = process(asset)
    assert "saffron" in str(asset.analysis.keywords)
    assert {piece.version for piece in pieces(asset).values()} == {2}


def test_corrected_speech_keeps_its_seconds(cast: Cast, ben: Client) -> None:
    asset = bring(cast, QUESTION)
    send_subtitles(ben, asset, SRT)
    asset = process(asset)
    ben.post(f"/studio/{asset.pk}/text/", {"text": "Your skin barrier is losing moisture. Use ceramides daily."})
    found = said(asset)
    assert found.text == "Your skin barrier is losing moisture. Use ceramides daily."
    assert found.note == "Corrected by Ben Thomas."
    starts = [start for start, _end, _text, _sure in found.words]
    assert starts == sorted(starts)
    assert found.words[0][0] == 1.0


@pytest.mark.parametrize("text", ["", "   \n\x00 "])
def test_a_text_without_words_is_refused(cast: Cast, ben: Client, text: str) -> None:
    asset = process(bring(cast))
    assert ben.post(f"/studio/{asset.pk}/text/", {"text": text}).status_code == 422
    assert fresh(asset).text


def test_words_put_in_share_the_gap_and_words_taken_out_are_gone() -> None:
    words = [Word(0.0, 0.5, "wash"), Word(0.5, 1.0, "it"), Word(2.0, 2.5, "twice")]
    found = correcting.retimed(words, "Wash gently, twice")
    assert [word.text for word in found] == ["Wash", "gently,", "twice"]
    assert found[1].start == 0.5
    assert found[1].end == 1.0
    assert correcting.retimed(words, "wash it only twice")[2] == Word(1.0, 2.0, "only")
    assert correcting.retimed([], "new words") == [Word(0.0, 0.0, "new"), Word(0.0, 0.0, "words")]


# Stop, go on, match again


def test_stopping_and_going_on_from_the_page(cast: Cast, ben: Client) -> None:
    asset = bring(cast)
    ben.post(f"/studio/{asset.pk}/cancel/")
    assert "You cancelled the rest." in opened(ben, asset)
    ben.post(f"/studio/{asset.pk}/retry/")
    assert process(asset).status == "ready"
    assert "Nothing is running" in ben.post(f"/studio/{asset.pk}/cancel/", follow=True).content.decode()
    assert "There is nothing to try again" in ben.post(f"/studio/{asset.pk}/retry/", follow=True).content.decode()


def test_matching_again_after_new_trends(cast: Cast, ben: Client) -> None:
    asset = process(bring(cast))
    topic("Skin barrier", names=["skin barrier", "ceramides"])
    ben.post(f"/studio/{asset.pk}/match/")
    asset = process(asset)
    assert step(asset, "match").note == "1 fit, 1 live topics considered"
    assert step(asset, "understand").attempts == 1


# Who may


def test_nobody_else_sees_or_changes_it(cast: Cast) -> None:
    asset = process(bring(cast))
    dev = signed_in(cast.dev)
    for address in ("", "captions/"):
        assert dev.get(f"/studio/{asset.pk}/{address}").status_code == 404
    for address in ("cancel/", "retry/", "match/", "text/", "subtitles/"):
        assert dev.post(f"/studio/{asset.pk}/{address}", {"text": "x"}).status_code == 404
    assert signed_in(cast.esha).get(f"/studio/{asset.pk}/").status_code in {403, 404}


def test_an_analyst_reads_and_does_not_write(cast: Cast) -> None:
    asset = process(bring(cast))
    chitra = signed_in(cast.chitra)
    page = opened(chitra, asset)
    assert "Correct the words" not in page
    assert "Match again" not in page
    for address in ("cancel/", "retry/", "match/", "text/", "subtitles/"):
        assert chitra.post(f"/studio/{asset.pk}/{address}", {"text": "x"}).status_code == 403


def test_what_is_deleted_or_never_was_is_not_found(cast: Cast, ben: Client) -> None:
    asset = bring(cast)
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=asset.pk).update(deleted_at=timezone.now())
    assert ben.get(f"/studio/{asset.pk}/").status_code == 404
    assert ben.get(f"/studio/{uuid.uuid4()}/").status_code == 404


# What it costs


def crowd(cast: Cast, count: int) -> ContentAsset:
    """An asset with `count` of everything there can be many of."""
    asset = process(bring(cast))
    row: dict[str, Any] = {"organization_id": cast.kesar.pk, "asset": asset}
    moment = {
        "text": "Wash it twice.",
        "start": 1.0,
        "end": 2.0,
        "score": 70,
        "reasons": [{"factor": "x", "weight": 1}],
    }
    with tenancy.of_organization(cast.kesar.pk):
        Transcript.objects.create(**row, words=[[n * 0.9, n * 0.9 + 0.4, f"word{n}", 0.5] for n in range(count)])
        ContentAnalysis.objects.filter(asset=asset).update(hooks=[moment] * count)
        TrendMatch.objects.bulk_create(
            TrendMatch(**row, topic=topic(f"Topic {n}"), score=60, evidence=[{"words": "word1", "at": 0.9}])
            for n in range(count)
        )
        PosterFrame.objects.bulk_create(
            PosterFrame(**row, at=n, image=f"{n}.jpg", width=64, height=36) for n in range(count)
        )
        first = GeneratedContent.objects.filter(asset=asset).order_by("created_at").first()
        PieceVersion.objects.bulk_create(
            PieceVersion(organization_id=cast.kesar.pk, piece=first, number=n + 2, text="x", author=cast.ben.user)
            for n in range(count)
        )
        GeneratedContent.objects.bulk_create(
            GeneratedContent(**row, platform=f"platform{n}", text="x", deleted_at=timezone.now() + dt.timedelta(n))
            for n in range(count)
        )
    return asset


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_costs_the_same_few_queries_however_much_there_is(cast: Cast, ben: Client, count: int) -> None:
    asset = crowd(cast, count)
    opened(ben, asset)
    with CaptureQueriesContext(connection) as asked:
        opened(ben, asset)
    assert len(asked) == BUDGET


def test_marks_of_one_second_stand_together_and_neighbours_on_steps() -> None:
    def moment(kind: str, at: float | None, percent: float | None) -> ShownMoment:
        return ShownMoment(kind, at, "", 50, [], percent)

    row = [moment("Hook", 0.1, 0.2), moment("Quote", 3.5, 7.6), moment("Hook", 8, 16.8)]
    row += [moment("Hook", 14.2, 29.6), moment("Quote", 14.2, 29.6), moment("Insight", None, None)]
    found = timeline.marks(row)
    assert [mark.kind for mark in found] == ["Hook", "Quote", "Hook", "Hook, Quote"]
    for before, after in pairwise(found):  # no name begins before the one on its step has ended
        assert before.step != after.step or before.end <= after.percent
    crowd = timeline.marks([moment("Hook", second, second / 2) for second in range(9)])
    assert [mark.step for mark in crowd] == [None] * 6 + [2, 1, 0]


def test_names_of_marks_near_the_end_stand_before_them_and_touch_nothing() -> None:
    row = [ShownMoment("Emotional peak", at, "", 50, [], at) for at in (20, 60, 82, 90, 96, 99.5)]
    found = timeline.marks(row)
    assert [mark.is_turned for mark in found] == [False, False, True, True, True, True]
    named = [mark for mark in found if mark.step is not None]
    assert all(mark.begin >= 0 and mark.end <= 100 for mark in named)
    assert found[-1].step == 0
    for place, mark in enumerate(named):
        for other in named[place + 1 :]:
            assert mark.step != other.step or mark.end <= other.begin


def test_what_is_a_topic_and_a_keyword_is_named_once() -> None:
    read = ContentAnalysis(topics=[["Skin barrier", 3], ["ceramides", 2]], keywords=[["skin barrier", 3], ["rain", 1]])
    assert understood.names(read) == [("Skin barrier", True), ("ceramides", True), ("rain", False)]
    assert understood.names(None) == []
