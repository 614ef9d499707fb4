"""What an organisation's own posts taught: recorded, held against each other, shown, left out."""

import datetime as dt
import math
import random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from content.learning.lessons import lessons
from content.models import Calibration, ContentAsset, FeedbackSignal, GeneratedContent, PieceVersion
from content.pipeline.foretelling import foretell, virality_of
from content.services import feedback
from content.services import pieces as commands
from tests.cast import Cast
from tests.content.making import bring, pieces, process

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
ASKS = "Is your saffron real? Put one strand in warm water and wait for ten minutes."
TELLS = "We are open on Monday. The shop has new shelves. See you there."
BUDGET = 12


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def taught(cast: Cast, count: int, *, platform: str = "x", client: Any = None, lift: float = 2.0) -> None:
    """Measured pieces of Kesar: those that ask did `lift` times as much as those that tell."""
    dice = random.Random(3)
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.create(
            organization=cast.kesar, client=client, kind="blog", title="Saffron", text=ASKS, status="ready",
            created_by=cast.ben.user,
        )  # fmt: skip
        for number in range(count):
            asks = number % 2 == 0
            piece = GeneratedContent.objects.create(
                organization=cast.kesar, client=client, asset=asset, platform=platform, made_by="test",
                text=ASKS if asks else TELLS, deleted_at=NOW, language="en",
            )  # fmt: skip
            PieceVersion.objects.create(organization=cast.kesar, piece=piece, number=1, text=piece.text, made_by="test")
            ratio = (lift if asks else 1.0) * math.exp(dice.gauss(0, 0.2))
            at = NOW - dt.timedelta(hours=count - number)
            feedback.record(piece, version=1, platform=platform, engagement=ratio, measured_at=at)
        feedback.relearn(cast.kesar.pk, now=NOW)


def written(cast: Cast, text: str, platform: str = "x") -> GeneratedContent:
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.create(
            organization=cast.kesar, kind="blog", title="Saffron", text=ASKS, status="ready", created_by=cast.ben.user
        )
        return GeneratedContent.objects.create(
            organization=cast.kesar, asset=asset, platform=platform, text=text, made_by="test", language="en"
        )


# Recording


def test_what_was_sent_is_what_teaches_not_what_was_written_later(cast: Cast) -> None:
    piece = written(cast, TELLS)
    with tenancy.of_organization(cast.kesar.pk):
        PieceVersion.objects.create(organization=cast.kesar, piece=piece, number=1, text=ASKS, made_by="test")
        found = feedback.record(piece, version=1, platform="x", engagement=1.5, measured_at=NOW)
    assert found.features["asks"]
    assert found.predicted is not None


def test_newer_numbers_take_the_place_of_older_ones(cast: Cast) -> None:
    piece = written(cast, ASKS)
    with tenancy.of_organization(cast.kesar.pk):
        for ratio in (1.5, 2.5):
            feedback.record(piece, version=1, platform="x", engagement=ratio, measured_at=NOW)
        assert [one.engagement for one in FeedbackSignal.objects.all()] == [2.5]


# Learning


def test_what_went_with_more_is_told_with_its_counts(cast: Cast) -> None:
    taught(cast, 24)
    with tenancy.of_organization(cast.kesar.pk):
        found = lessons(cast.kesar.pk, platform="x")
        signals = list(FeedbackSignal.objects.all())
    asks = next(one for one in found.items if one.feature == "asks")
    assert asks.helped
    assert asks.ratio == pytest.approx(2, rel=0.25)
    assert (asks.with_posts, asks.without_posts) == (12, 12)
    assert "Posts that ask a question did 2" in "".join(found.told())
    assert all(("asks" in one.helped) == one.features["asks"] for one in signals)


def test_a_clients_posts_teach_about_that_client_only(cast: Cast) -> None:
    taught(cast, 24, client=cast.client)
    with tenancy.of_organization(cast.kesar.pk):
        assert lessons(cast.kesar.pk, platform="x", client_id=cast.client.pk).posts == 24
        assert lessons(cast.kesar.pk, platform="x").posts == 0


def test_under_thirty_posts_there_is_no_correction(cast: Cast) -> None:
    taught(cast, 24)
    with tenancy.of_organization(cast.kesar.pk):
        assert not Calibration.objects.exists()


def test_a_correction_counts_its_posts_and_its_errors(cast: Cast) -> None:
    taught(cast, 40)
    with tenancy.of_organization(cast.kesar.pk):
        row = Calibration.objects.get(platform="x")
    assert row.posts == 40
    assert row.is_used
    assert row.error_after < row.error_before
    assert row.points


def test_the_practice_networks_numbers_teach_nothing_about_real_platforms(cast: Cast) -> None:
    taught(cast, 40, platform="practice")
    with tenancy.of_organization(cast.kesar.pk):
        assert [row.platform for row in Calibration.objects.all()] == ["practice"]


def test_results_that_are_gone_take_their_correction_along(cast: Cast) -> None:
    taught(cast, 40)
    with tenancy.of_organization(cast.kesar.pk):
        FeedbackSignal.objects.all().delete()
        assert feedback.relearn(cast.kesar.pk, now=NOW) == 0
        assert not Calibration.objects.exists()


# Predictions


def test_every_piece_that_is_written_gets_its_predictions_with_their_factors(cast: Cast) -> None:
    found = pieces(process(bring(cast)))
    for piece in found.values():
        assert piece.predicted_quality is not None
        assert piece.predicted_virality is not None
        made = piece.prediction["quality"]
        assert sum(one["points"] for one in made["factors"]) == pytest.approx(made["score"], abs=0.6)


def test_other_words_are_judged_anew(cast: Cast) -> None:
    piece = pieces(process(bring(cast)))["x"]
    with tenancy.of_member(cast.ben):
        edited = commands.edit(piece, by=cast.ben, text="We are open on Monday.").piece
    assert edited.predicted_virality is not None
    assert edited.predicted_virality < (piece.predicted_virality or 0)


def test_own_results_correct_a_prediction_and_it_says_how_well(cast: Cast) -> None:
    piece = written(cast, ASKS)
    with tenancy.of_organization(cast.kesar.pk):
        foretell(piece)
    bare = piece.predicted_virality
    taught(cast, 40)
    with tenancy.of_organization(cast.kesar.pk):
        foretell(piece)
        other = virality_of(piece, text=TELLS)
    made = piece.prediction["correction"]
    assert made["raw"] == bare
    assert made["posts"] == 40
    assert made["times"] == pytest.approx(1.8, abs=0.5)
    assert piece.predicted_virality is not None
    assert other is not None
    assert other < piece.predicted_virality


def test_a_platform_with_few_posts_borrows_from_all_but_the_practice_network_does_not(cast: Cast) -> None:
    taught(cast, 40)
    found = {}
    for platform in ("linkedin", "practice"):
        piece = written(cast, ASKS, platform)
        with tenancy.of_organization(cast.kesar.pk):
            foretell(piece)
        found[platform] = piece.prediction["correction"]["posts"]
    assert found == {"linkedin": 40, "practice": 0}


# Leaving out


def test_a_post_that_was_advertised_can_be_left_out_and_taken_in(cast: Cast) -> None:
    taught(cast, 30)
    ben = signed_in(cast.ben)
    with tenancy.of_organization(cast.kesar.pk):
        signal = FeedbackSignal.objects.order_by("pk")[0]
    ben.post(f"/brand/lessons/{signal.pk}/", {"left_out": "1"})
    with tenancy.of_organization(cast.kesar.pk):
        assert FeedbackSignal.objects.get(pk=signal.pk).is_left_out
        assert lessons(cast.kesar.pk, platform="x").posts == 29
        assert not Calibration.objects.exists()
        assert AuditEntry.objects.filter(action="lesson.left_out").count() == 1
    ben.post(f"/brand/lessons/{signal.pk}/", {"left_out": "0"})
    with tenancy.of_organization(cast.kesar.pk):
        assert lessons(cast.kesar.pk, platform="x").posts == 30
        assert Calibration.objects.count() == 2


# The pages


def test_the_page_tells_lessons_errors_and_every_measured_post(cast: Cast) -> None:
    taught(cast, 40)
    page = signed_in(cast.chitra).get("/brand/lessons/").content.decode()
    assert "Posts that ask a question" in page
    assert "20 with, 20 without" in page
    assert "Learned from" in page
    assert "Error corrected" in page
    assert "page 1 of 2" in page
    assert "Leave out" not in page  # an analyst looks


def test_too_few_posts_are_counted_out(cast: Cast) -> None:
    taught(cast, 8)
    page = signed_in(cast.ben).get("/brand/lessons/").content.decode()
    assert "Not enough data." in page
    assert "8 measured posts of 30" in page
    assert "Nothing is certain yet." in page


def test_before_anything_was_measured_the_page_says_when_it_will_be(cast: Cast) -> None:
    page = signed_in(cast.ben).get("/brand/lessons/").content.decode()
    assert "Nothing was measured yet" in page


def test_a_clients_member_sees_their_own_results_and_no_correction_of_the_house(cast: Cast) -> None:
    taught(cast, 40)
    page = signed_in(cast.esha).get("/brand/lessons/?platform=x").content.decode()
    assert "Is your saffron real" not in page
    assert "Error corrected" not in page


def test_a_pieces_prediction_is_a_part_of_the_studio_and_a_page(cast: Cast) -> None:
    piece = pieces(process(bring(cast)))["x"]
    ben = signed_in(cast.ben)
    part = ben.get(f"/pieces/{piece.pk}/prediction/", headers={"HX-Request": "true"}).content.decode()
    assert "Says what the material says" in part
    assert "<html" not in part
    assert "How will it do?" in ben.get(f"/pieces/{piece.pk}/prediction/").content.decode()


def test_a_piece_of_an_earlier_time_is_judged_when_it_is_looked_at(cast: Cast) -> None:
    piece = written(cast, ASKS)
    part = signed_in(cast.ben).get(f"/pieces/{piece.pk}/prediction/", headers={"HX-Request": "true"})
    assert "The opening stops a thumb" in part.content.decode()


def test_the_page_asks_no_more_with_more_posts(cast: Cast) -> None:
    ben = signed_in(cast.ben)
    counts = []
    for more in (6, 30):
        taught(cast, more)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert ben.get("/brand/lessons/").status_code == 200
        counts.append(len([one for one in asked.captured_queries if one["sql"].startswith("SELECT")]))
    assert counts[1] <= counts[0]
    assert counts[1] <= BUDGET + 3  # three of them set the scope


# The API


def test_programs_read_results_lessons_and_corrections(cast: Cast) -> None:
    taught(cast, 40)
    chitra = signed_in(cast.chitra)
    rows = chitra.get("/api/v1/feedback-signals", {"platform": "x"}).json()["results"]
    assert rows[0]["features"]["asks"] in {True, False}
    (told,) = chitra.get("/api/v1/feedback-signals/lessons").json()
    assert told["platform"] == "x"
    assert "asks" in [one["feature"] for one in told["items"]]
    assert told["posts"] == 40
    corrections = chitra.get("/api/v1/calibrations").json()["results"]
    assert {one["platform"] for one in corrections} == {"x", ""}
    assert all(len(point) == 2 for point in corrections[0]["points"])


def test_programs_leave_posts_out_and_learn_again(cast: Cast) -> None:
    taught(cast, 30)
    ben = signed_in(cast.ben)
    row = ben.get("/api/v1/feedback-signals").json()["results"][0]
    answer = ben.patch(f"/api/v1/feedback-signals/{row['id']}", {"is_left_out": True}, content_type="application/json")
    assert answer.json()["is_left_out"]
    assert ben.post("/api/v1/calibrations/renew").json() == {"corrections": 0}


def test_programs_read_a_pieces_prediction(cast: Cast) -> None:
    piece = pieces(process(bring(cast)))["x"]
    chitra = signed_in(cast.chitra)
    made = chitra.get(f"/api/v1/pieces/{piece.pk}/prediction").json()
    assert made["quality"]["score"] == piece.predicted_quality
    assert made["correction"]["posts"] == 0
    assert chitra.get(f"/api/v1/pieces/{piece.pk}").json()["predicted_virality"] == piece.predicted_virality
