"""Plans, jobs and files over the API, with their permissions and refusals."""

import pytest

from content.models import ContentAsset
from content.pipeline import repurposing
from tests.api.asking import Api, as_member
from tests.cast import Cast
from tests.content.making import bring


@pytest.fixture
def text(cast: Cast) -> ContentAsset:
    """A text that more can be made of."""
    return bring(cast)


@pytest.fixture
def api(cast: Cast) -> Api:
    """Ben's program."""
    return as_member(cast.ben)


def test_a_plan_becomes_jobs_and_they_become_pieces(api: Api, text: ContentAsset) -> None:
    plan = api.post("repurposing-strategies", {"asset": str(text.pk)})
    assert plan.status_code == 201
    lines = plan.json()["lines"]
    assert "social" in {line["kind"] for line in lines}
    assert all(line["reasons"] for line in lines)
    address = f"repurposing-strategies/{plan.json()['id']}/make"
    made = api.post(address, {"keys": ["social"]})
    assert (made.status_code, [job["kind"] for job in made.json()]) == (202, ["social"])
    assert api.post(address, {"keys": ["nothing"]}).status_code == 422
    repurposing.run_next()
    job = api.get(f"repurposing-jobs/{made.json()[0]['id']}").json()
    assert (job["status"], job["progress"], job["error"]) == ("completed", 100, "")
    assert job["pieces"]
    piece = api.get(f"pieces/{job['pieces'][0]}").json()
    assert piece["asset"] == str(text.pk)
    assert api.get("repurposing-jobs", asset=str(text.pk), status="completed").json()["results"][0]["id"] == job["id"]


def test_a_job_is_stopped_moved_and_tried_again(api: Api, text: ContentAsset) -> None:
    job = api.post("repurposing-jobs", {"asset": str(text.pk), "kind": "thread", "platforms": ["x"], "priority": 7})
    assert (job.status_code, job.json()["status"], job.json()["priority"]) == (202, "queued", 7)
    address = f"repurposing-jobs/{job.json()['id']}"
    assert api.post(f"{address}/prioritise", {"priority": 2}).json()["priority"] == 2
    assert api.post(f"{address}/retry").status_code == 409
    assert api.post(f"{address}/cancel").json()["status"] == "cancelled"
    assert api.post(f"{address}/cancel").status_code == 409
    assert (api.post(f"{address}/retry").status_code, api.get(address).json()["status"]) == (202, "queued")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "shorts", "platforms": ["tiktok"]},
        {"kind": "poem"},
        {"kind": "social", "platforms": ["myspace"]},
        {"kind": "social", "config": {"speed": 3}},
        {"kind": "social", "config": {"count": "many"}},
        {"kind": "social", "priority": 11},
    ],
)
def test_what_cannot_be_made_is_refused_in_words(api: Api, text: ContentAsset, wrong: dict[str, object]) -> None:
    answer = api.post("repurposing-jobs", {"asset": str(text.pk)} | wrong)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_who_may_only_look_makes_nothing_and_strangers_find_nothing(api: Api, cast: Cast, text: ContentAsset) -> None:
    job = api.post("repurposing-jobs", {"asset": str(text.pk), "kind": "social"}).json()
    looks = as_member(cast.chitra)
    assert looks.get(f"repurposing-jobs/{job['id']}").status_code == 200
    assert looks.post("repurposing-jobs", {"asset": str(text.pk), "kind": "social"}).status_code == 403
    assert looks.post(f"repurposing-jobs/{job['id']}/cancel").status_code == 403
    for member in (cast.dev, cast.esha):
        assert as_member(member).get(f"repurposing-jobs/{job['id']}").status_code == 404
        assert as_member(member).get("repurposing-jobs").json()["results"] == []
    assert as_member(cast.dev).post("repurposing-jobs", {"asset": str(text.pk), "kind": "social"}).status_code == 422
