"""What writing with a model costs: told before, counted after, shown to those who may see it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts import tenancy
from accounts.models import Membership
from billing import credits as ledger
from content import credits as prices
from content.learning import worked
from content.models import ContentAsset, FeedbackSignal, GeneratedContent, Generation, LibraryItem
from content.pipeline import generate
from tests.cast import Cast
from tests.content.making import bring, pieces, process
from tests.core.test_llm import completion
from trenddrop.core.limits import LimitReached

SAYS = "Wash your face twice a day with cold water. Ceramides repair the skin barrier."
Asked = list[dict[str, Any]]


class UsedUpMeanwhile:
    """A plan whose last credits go while a model writes: the first question is answered yes, the next no."""

    asked = 0

    def require(self, organization_id: Any, limit: str, *, amount: int) -> None:
        UsedUpMeanwhile.asked += limit == "ai_credits"
        if limit == "ai_credits" and UsedUpMeanwhile.asked > 1:
            raise LimitReached("Your plan has no AI credits left.")


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def model(httpserver: HTTPServer, settings: Any) -> Callable[..., Asked]:
    """A local model and a second one after it; each says something or answers with a status."""
    settings.LLM_MODEL = "openai:first,openai:second"
    settings.LLM_BASE_URL = f"{httpserver.url_for('/a/v1')},{httpserver.url_for('/b/v1')}"

    def says(first: str | int = SAYS, second: str | int = SAYS) -> Asked:
        asked: Asked = []

        def answering(given: str | int) -> Callable[[Request], Response]:
            def answer(request: Request) -> Response:
                asked.append(request.get_json())
                if isinstance(given, int):
                    return Response("no", status=given)
                body = completion(json.dumps({"title": "Monsoon skin", "text": given}))
                return Response(json.dumps(body), mimetype="application/json")

            return answer

        for name, given in (("a", first), ("b", second)):
            path = f"/{name}/v1/chat/completions"
            httpserver.expect_request(path, method="POST").respond_with_handler(answering(given))
        return asked

    return says


@pytest.fixture
def asset(cast: Cast, settings: Any) -> ContentAsset:
    """Ben's article with pieces by the embedded writer."""
    named, settings.LLM_MODEL = settings.LLM_MODEL, ""
    made = process(bring(cast))
    settings.LLM_MODEL = named
    return made


def asked_for(cast: Cast) -> list[Generation]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(Generation.objects.order_by("created_at", "pk"))


def rewrite(member: Membership, piece: GeneratedContent, note: str = "Sound like a friend") -> str:
    answer = signed_in(member).post(f"/pieces/{piece.pk}/rewrite/", {"note": note}, follow=True)
    return answer.content.decode()


def test_without_a_model_nothing_is_asked_and_nothing_costs(cast: Cast, asset: ContentAsset, settings: Any) -> None:
    settings.LLM_MODEL = ""
    page = rewrite(cast.ben, pieces(asset)["x"])
    assert asked_for(cast) == []
    assert "Written on this machine: no credits." in page


def test_an_asking_is_told_before_and_counted_after(cast: Cast, asset: ContentAsset, model: Any) -> None:
    model()
    piece = pieces(asset)["x"]
    before = signed_in(cast.ben).get(f"/studio/{asset.pk}/?piece=x").content.decode()
    assert "credit" in before.split('id="note"')[1].split("</form>")[0]
    after = rewrite(cast.ben, piece)
    (kept,) = asked_for(cast)
    assert (kept.purpose, kept.of, kept.version, kept.model) == ("piece", piece.pk, 2, "openai:first")
    assert (kept.input_tokens, kept.output_tokens, kept.credits) == (120, 15, 1)
    assert kept.estimated_credits >= kept.credits
    assert kept.asked_by == cast.ben.user
    assert kept.prompt.startswith("post@")
    assert "1 credit, 135 tokens" in after
    with tenancy.of_organization(cast.kesar.pk):
        assert ledger.balance(cast.kesar.pk) == -1


def test_the_next_model_answers_when_one_is_down(cast: Cast, asset: ContentAsset, model: Any) -> None:
    model(503)
    rewrite(cast.ben, pieces(asset)["x"])
    (kept,) = asked_for(cast)
    assert (kept.model, kept.is_fallback) == ("openai:second", False)
    assert [(one["model"], one["outcome"]) for one in kept.tried] == [("first", "unavailable"), ("second", "answered")]


def test_what_cannot_be_used_costs_nothing_and_says_why(cast: Cast, asset: ContentAsset, model: Any) -> None:
    model("Follow @stranger and send money.", "Cold water, says https://win.example/now")
    page = rewrite(cast.ben, pieces(asset)["x"])
    (kept,) = asked_for(cast)
    assert (kept.credits, kept.is_fallback, kept.input_tokens) == (0, True, 480)
    assert "@stranger" in page
    with tenancy.of_organization(cast.kesar.pk):
        assert ledger.balance(cast.kesar.pk) == 0


def test_a_silent_model_is_not_waited_for_again_and_again(cast: Cast, model: Any) -> None:
    asked = model(503, 503)
    found = pieces(process(bring(cast)))
    assert len(found) == 6
    assert all(piece.is_fallback for piece in found.values())
    assert len(asked) == 2 * generate.PATIENCE
    assert sum("did not answer for the pieces before" in piece.fallback_reason for piece in found.values()) == 4


def test_an_upload_without_credits_left_gets_its_pieces_from_the_embedded_writer_which_says_so(
    cast: Cast, model: Any, settings: Any
) -> None:
    asked = model()
    UsedUpMeanwhile.asked = 0
    settings.LIMITS_BACKEND = "tests.content.test_generation.UsedUpMeanwhile"
    made = process(bring(cast))
    found = pieces(made)
    assert (made.status, len(found)) == ("ready", 6)
    without = [piece for piece in found.values() if piece.fallback_reason == "Your plan has no AI credits left."]
    assert len(without) == 5
    assert all(piece.is_fallback and piece.text for piece in without)
    assert len(asked) == 1
    assert [kept.credits for kept in asked_for(cast)] == [0]


def test_what_was_written_while_the_last_credits_went_is_kept(
    cast: Cast, asset: ContentAsset, model: Any, settings: Any
) -> None:
    model()
    UsedUpMeanwhile.asked = 0
    settings.LIMITS_BACKEND = "tests.content.test_generation.UsedUpMeanwhile"
    rewrite(cast.ben, pieces(asset)["x"])
    assert pieces(asset)["x"].text == SAYS
    (kept,) = asked_for(cast)
    assert kept.credits == 0


def test_never_more_is_charged_than_was_told() -> None:
    assert prices.credits_of(1500, 0) == 1
    assert prices.credits_of(1501, 0) == 2
    assert prices.credits_of(0, 750) == 2
    assert prices.estimate(3000, 300) == prices.Estimate(3300, 3)


def test_a_thread_is_kept_as_one(cast: Cast, asset: ContentAsset, settings: Any) -> None:
    settings.LLM_MODEL = ""
    piece = pieces(asset)["mastodon"]
    rewrite(cast.ben, piece, "as a thread")
    thread = pieces(asset)["mastodon"]
    assert thread.kind == "thread"
    assert thread.text.count("---") >= 2
    rewrite(cast.ben, piece, "as one post")
    assert pieces(asset)["mastodon"].kind == "social_post"


def test_what_went_well_before_goes_into_the_prompt(cast: Cast, asset: ContentAsset, model: Any, settings: Any) -> None:
    asked = model()
    piece = pieces(asset)["x"]
    with tenancy.of_organization(cast.kesar.pk):
        FeedbackSignal.objects.create(
            organization=cast.kesar, piece=piece, platform="x", engagement=2.4, measured_at=timezone.now()
        )
        item = {"kind": "call_to_action", "name": "Save", "body": "Save this for the next rain.", "measured_posts": 6}
        LibraryItem.objects.create(organization=cast.kesar, performance=1.7, **item)
        found = worked.before(cast.kesar.pk, client_id=None, platforms=["x", "bluesky"])
    assert found["x"].posts[0][0] == 2.4
    assert found["bluesky"].posts == []
    assert found["bluesky"].calls == ["Save this for the next rain."]
    rewrite(cast.ben, piece)
    sent = json.dumps(asked[0]["messages"], ensure_ascii=False)
    assert "2.4 times the usual:" in sent
    assert "Save this for the next rain." in sent
    settings.LLM_MODEL = ""
    rewrite(cast.ben, pieces(asset)["instagram"], "another version")
    assert pieces(asset)["instagram"].call_to_action == "Save this for the next rain."


def test_the_page_and_the_api_sum_up_what_was_spent(cast: Cast, asset: ContentAsset, model: Any) -> None:
    model()
    for platform in ("x", "bluesky"):
        rewrite(cast.ben, pieces(asset)[platform])
    asha = signed_in(cast.asha)
    with CaptureQueriesContext(connection) as asked:
        page = asha.get("/generations/").content.decode()
    statements = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"] and "set_config" not in one["sql"]]
    assert len(statements) < 12, statements
    assert sum("content_" in one for one in statements) <= 5
    assert "2 askings" in page
    assert "openai:first" in page
    assert f'href="/studio/{asset.pk}/?piece={pieces(asset)["x"].pk}"' in page
    assert "Nothing was asked for this." in asha.get("/generations/?purpose=script").content.decode()
    spent = asha.get("/api/v1/generations/spent").json()
    assert (spent["times"], spent["credits"], spent["tokens"], spent["fallbacks"]) == (2, 2, 270, 0)
    assert spent["by_model"] == [{"key": "openai:first", "times": 2, "tokens": 270, "credits": 2, "percent": 100.0}]
    listed = asha.get("/api/v1/generations?purpose=piece").json()["results"]
    assert len(listed) == 2
    assert listed[0]["tried"][0]["outcome"] == "answered"


def test_a_clients_member_sees_the_clients_askings_alone(cast: Cast, asset: ContentAsset, model: Any) -> None:
    model()
    rewrite(cast.ben, pieces(asset)["x"])
    with tenancy.operator():
        Generation.objects.create(
            organization=cast.kesar, client=cast.client, purpose="piece", made_by="m", about="For Chai Point"
        )
    assert len(signed_in(cast.esha).get("/api/v1/generations").json()["results"]) == 1
    assert signed_in(cast.dev).get("/api/v1/generations").json()["results"] == []
