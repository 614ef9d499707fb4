"""Voice samples from what was published: one from its page, chosen ones, or the last twenty."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import BrandProfile, BrandVoiceSample, Membership
from publishing.models import PlatformConnection, ScheduledPost
from tests.api.asking import as_member
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post
from tests.voices import posts

CHOOSE = "/brand/voice/posts/"


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def told(answer: Any) -> str:
    return " ".join(map(str, get_messages(answer.wsgi_request)))


def publish(cast: Cast, texts: list[str], **fields: Any) -> list[ScheduledPost]:
    """These texts went out, the last one latest."""
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        account = PlatformConnection.objects.first() or make_connection(cast.kesar)
        return [
            make_post(
                make_piece(cast.kesar, text=text, brand=fields.get("brand", cast.brand)),
                account,
                at=now + dt.timedelta(minutes=number),
                status=fields.get("status", "published"),
                published_at=now + dt.timedelta(minutes=number),
            )
            for number, text in enumerate(texts)
        ]


def kept(cast: Cast) -> list[BrandVoiceSample]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(BrandVoiceSample.objects.filter(brand=cast.brand).order_by("pk"))


def test_a_live_post_is_taken_from_its_own_page(cast: Cast) -> None:
    (post,) = publish(cast, [posts("slowmiles")[0]])
    client = signed_in(cast.asha)
    assert "Use as voice sample" in client.get(f"/posts/{post.pk}/").content.decode()
    assert client.post(f"/posts/{post.pk}/voice/").status_code == 302
    (sample,) = kept(cast)
    assert (sample.source, sample.source_id, sample.text) == ("post", post.pk, post.text)
    assert sample.source_name.endswith("@kesar")
    assert "were among the samples already" in told(client.post(f"/posts/{post.pk}/voice/"))


@pytest.mark.parametrize("status", ["scheduled", "failed", "cancelled"])
def test_what_never_went_out_is_no_sample(cast: Cast, status: str) -> None:
    (post,) = publish(cast, [posts("slowmiles")[0]], status=status)
    client = signed_in(cast.asha)
    assert "Use as voice sample" not in client.get(f"/posts/{post.pk}/").content.decode()
    assert client.post(f"/posts/{post.pk}/voice/").status_code == 404
    assert "Nothing is published yet" in client.get(CHOOSE).content.decode()


def test_the_chosen_posts_become_samples_and_are_marked_as_such(cast: Cast) -> None:
    sent = publish(cast, list(posts("slowmiles")[:4]))
    client = signed_in(cast.asha)
    answer = client.post(CHOOSE, {"post": [str(sent[0].pk), str(sent[2].pk), "no key"]})
    assert "2 added." in told(answer)
    assert {sample.source_id for sample in kept(cast)} == {sent[0].pk, sent[2].pk}
    assert client.get(CHOOSE).content.decode().count("a sample already") == 2
    assert "No post was chosen." in told(client.post(CHOOSE, {}))


def test_the_last_twenty_are_taken_at_once(cast: Cast) -> None:
    texts = [f"This is what we sent as number {number}, quite as it was." for number in range(23)]
    publish(cast, texts)
    signed_in(cast.asha).post(CHOOSE, {"last": "1"})
    assert {sample.text for sample in kept(cast)} == set(texts[3:])


def test_another_brands_posts_are_not_offered(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        other = BrandProfile.objects.create(organization=cast.kesar, name="Kesar Home")
    (post,) = publish(cast, [posts("slowmiles")[0]], brand=other)
    client = signed_in(cast.asha)
    assert post.text[:30] not in client.get(CHOOSE).content.decode()
    client.post(CHOOSE, {"post": [str(post.pk)]})
    assert kept(cast) == []
    client.post(f"/posts/{post.pk}/voice/")
    with tenancy.of_organization(cast.kesar.pk):
        assert BrandVoiceSample.objects.get().brand_id == other.pk


def test_who_may_not_edit_brands_takes_nothing(cast: Cast) -> None:
    (post,) = publish(cast, [posts("slowmiles")[0]])
    assert signed_in(cast.ben).post(f"/posts/{post.pk}/voice/").status_code == 403
    assert "Use as voice sample" not in signed_in(cast.ben).get(f"/posts/{post.pk}/").content.decode()
    assert signed_in(cast.dev).post(f"/posts/{post.pk}/voice/").status_code == 404


def test_the_choice_costs_the_same_however_many_posts_there_are(cast: Cast, django_assert_num_queries: Any) -> None:
    client, counts = signed_in(cast.asha), []
    client.get(CHOOSE)
    for count in (3, 30):
        publish(cast, [f"Text {count}-{number} as it went out to people." for number in range(count)])
        with django_assert_num_queries(12, exact=False) as captured:
            assert client.get(CHOOSE).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


# For programs


def many(cast: Cast, sent: list[ScheduledPost], **more: Any) -> Any:
    return as_member(cast.asha).post("posts/voice", {"posts": [str(post.pk) for post in sent], **more})


def test_a_program_gives_several_posts_at_once(cast: Cast) -> None:
    sent = publish(cast, list(posts("slowmiles")[:3]))
    answer = many(cast, [*sent, sent[0]])
    assert answer.status_code == 201, answer.content
    assert (len(answer.json()["samples"]), answer.json()["known"]) == (3, 0)
    assert {sample.source_id for sample in kept(cast)} == {post.pk for post in sent}
    assert many(cast, sent).json()["known"] == 3


def test_all_of_them_or_none(cast: Cast) -> None:
    sent = publish(cast, list(posts("slowmiles")[:2]))
    (planned,) = publish(cast, [posts("slowmiles")[3]], status="scheduled")
    assert many(cast, [*sent, planned]).json()["code"] == "not_published"
    strange = as_member(cast.asha).post("posts/voice", {"posts": [str(sent[0].pk), str(cast.asha.pk)]})
    assert (strange.status_code, strange.json()["errors"][0]["field"]) == (422, "posts")
    assert many(cast, []).status_code == 422
    assert kept(cast) == []


def test_posts_of_several_brands_need_one_to_be_named(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        other = BrandProfile.objects.create(organization=cast.kesar, name="Other")
    own, theirs = posts("slowmiles")[:2]
    sent = [*publish(cast, [own]), *publish(cast, [theirs], brand=other)]
    assert "several brands" in many(cast, sent).json()["errors"][0]["detail"]
    assert many(cast, sent, brand=str(cast.brand.pk)).status_code == 201
    assert len(kept(cast)) == 2
