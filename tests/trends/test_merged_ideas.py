"""Ideas for a topic that is merged into another one: its page is the one people see from then on."""

from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from tests.cast import Cast
from tests.content.making import topic
from trends import writing
from trends.collection import ideas, merging
from trends.models import IdeaRequest, TrendOpportunity, TrendTopic
from trends.services import opportunities

MODEL = "a model"


def written(about: TrendTopic, cast: Cast, *, by_model: tuple[str, ...] = ()) -> None:
    """Write ideas for Instagram, X and YouTube, some of them as a model would."""
    with tenancy.of_organization(cast.kesar.pk):
        ideas.write_templates(about, cast.brand)
        mine = TrendOpportunity.objects.filter(topic=about, platform__in=by_model)
        mine.update(made_by=MODEL, title="Written by a model")


def merged(loser: TrendTopic, winner: TrendTopic) -> None:
    with transaction.atomic():
        assert merging.merge([merging.Join(winner.pk, loser.pk)], now=timezone.now())
    ideas.follow_merged()


def kept(about: TrendTopic, cast: Cast) -> list[tuple[str, str]]:
    with tenancy.of_organization(cast.kesar.pk):
        rows = TrendOpportunity.objects.filter(topic=about).order_by("platform")
        return list(rows.values_list("platform", "made_by"))


def page(about: TrendTopic, cast: Cast) -> str:
    client = Client()
    client.force_login(cast.ben.user)
    return client.get(f"/trends/{about.pk}/opportunities/").content.decode()


def test_ideas_go_along_and_those_of_a_model_take_the_place_of_templates(cast: Cast) -> None:
    loser, winner, bare = topic("Monsoon skincare"), topic("Rainy season skincare"), topic("Skincare in the rain")
    written(winner, cast)
    written(loser, cast, by_model=("instagram", "x"))
    merged(loser, winner)
    assert kept(winner, cast) == [("instagram", MODEL), ("x", MODEL), ("youtube", writing.MADE_BY)]
    assert page(winner, cast).count("Written by a model") > 1
    merged(winner, bare)
    assert len(kept(bare, cast)) == 3
    assert "Written by a model" in page(bare, cast)


def test_an_idea_that_was_used_stays_with_its_topic(cast: Cast) -> None:
    loser, winner = topic("Monsoon skincare"), topic("Rainy season skincare")
    written(winner, cast)
    with tenancy.of_organization(cast.kesar.pk):
        TrendOpportunity.objects.filter(topic=winner, platform="x").update(status="used")
    written(loser, cast, by_model=("instagram", "x"))
    merged(loser, winner)
    assert kept(winner, cast) == [("instagram", MODEL), ("x", writing.MADE_BY), ("youtube", writing.MADE_BY)]


def test_what_is_asked_of_a_topic_that_is_merged_meanwhile_is_written_for_what_it_became(cast: Cast) -> None:
    loser, winner, now = topic("Monsoon skincare"), topic("Rainy season skincare"), timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        for about in (winner, loser):
            row = IdeaRequest.objects.create(organization=cast.kesar, topic=about, brand=cast.brand, asked_at=now)
        order = ideas.order_for(loser, cast.brand)
    merged(loser, winner)
    ideas._deliver(row, loser, cast.brand, order, writing.write(order), is_paid=False, failure="")
    assert (len(kept(winner, cast)), kept(loser, cast)) == (3, [])


def test_ideas_asked_for_on_a_page_from_before_the_merge_are_for_what_the_topic_became(cast: Cast) -> None:
    loser, winner = topic("Monsoon skincare"), topic("Rainy season skincare")
    merged(loser, winner)
    with tenancy.of_member(cast.ben):
        opportunities.generate(loser, cast.brand, by=cast.ben, now=timezone.now())
    assert (len(kept(winner, cast)), kept(loser, cast)) == (3, [])
