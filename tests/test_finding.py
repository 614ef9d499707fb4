"""Find anything: the palette finds assets, ideas, posts and topics by their words, of each person what they may see."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from content.models import Prompt
from publishing.models import ScheduledPost
from tests.analytics.posting import connection, published
from tests.cast import Cast
from tests.content.test_library import make, signed_in
from tests.trends.collecting import keyword, source_of, store


@pytest.fixture
def things(cast: Cast) -> Cast:
    """An asset, words said in another, an idea, a post and a topic that hold saffron."""
    make(cast, "Saffron at dawn")
    make(cast, "Night film", words="and then the saffron falls into the bowl")
    make(cast, "Rain")
    with tenancy.of_organization(cast.kesar.pk):
        Prompt.objects.create(organization=cast.kesar, text="Why saffron costs so much", created_by=cast.ben.user)
        row = published(cast, connection(cast, "instagram", handle="@kesar"), timezone.now())
        ScheduledPost.objects.filter(pk=row.post_id).update(title="", text="Three threads of saffron are enough.")
    store(source_of("google_news"), [keyword("saffron prices", 40)], now=timezone.now())
    return cast


def found(client: Client, words: str) -> str:
    answer = client.get("/find/", {"q": words})
    assert answer.status_code == 200
    return answer.content.decode()


def as_(member: Membership) -> Client:
    return signed_in(member)


def test_one_word_finds_each_kind_by_its_title_or_its_words(things: Cast) -> None:
    page = found(as_(things.asha), "saffron")
    for title in (
        "Saffron at dawn",
        "Night film",
        "Why saffron costs so much",
        "Three threads of saffron",
        "saffron prices",
    ):
        assert title in page, title
    assert "Rain" not in page
    assert page.count('href="/studio/') == 2
    assert all(f'href="/{place}/' in page for place in ("ideas", "posts", "trends"))


@pytest.mark.parametrize("words", ["saff", "SAFFRON", "threads saffron", "enough three"])
def test_the_beginning_of_a_word_any_case_and_any_order_will_do(words: str, things: Cast) -> None:
    assert "Three threads of saffron" in found(as_(things.asha), words)


@pytest.mark.parametrize("words", ["", " ", "s", "\x00", "%%", "'\"--", "zzz"])
def test_nothing_is_found_by_nothing(words: str, things: Cast) -> None:
    assert "<li>" not in found(as_(things.asha), words)


def test_a_client_finds_its_own_and_no_trends_and_a_stranger_signs_in(things: Cast) -> None:
    page = found(as_(things.esha), "saffron")
    assert "Saffron at dawn" not in page
    assert "/trends/" not in page
    assert found(as_(things.dev), "saffron").count("/studio/") == 0
    assert Client().get("/find/", {"q": "saffron"}).status_code == 302


def test_a_client_is_not_led_to_trends_it_may_not_see(things: Cast) -> None:
    page = as_(things.esha).get("/today/").content.decode()
    assert 'id="palette"' in page
    assert "data-trends" not in page
    assert "data-trends" in as_(things.asha).get("/today/").content.decode()


def test_few_of_each_are_shown_and_it_costs_the_same_for_more(
    things: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        make(things, f"Saffron {number}")
    client = as_(things.asha)
    found(client, "saffron")
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        assert found(client, "saffron").count("/studio/") == 4
