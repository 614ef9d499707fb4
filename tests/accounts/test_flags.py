"""Reports: anybody who sees a thing can report it once; an operator decides, and whoever reported it hears."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import flagging, tenancy
from accounts.models import AuditEntry, Flag, Notification, User
from accounts.services import flags
from content.models import ContentAsset, GeneratedContent, PublishedItem
from content.services import published
from publishing.models import PracticePost
from tests.cast import Cast
from tests.test_doors import signed_in
from tests.world import World, furnish
from trends.models import TrendTopic

SPAM = {"reason": "spam", "note": "It sells watches."}
PAGES = {
    "flag_topic": "topic", "flag_asset": "asset", "flag_piece": "piece", "flag_practice_post": "practice_post",
    "flag_library_item": "shared_item",
}  # fmt: skip


@pytest.fixture
def world(cast: Cast) -> World:
    made = furnish(cast)
    with tenancy.operator():
        Flag.objects.all().delete()
    return made


@pytest.fixture
def operator(world: World) -> Client:
    User.objects.filter(pk=world.cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=world.cast.dev.user_id))
    return client


def page_of(world: World, name: str) -> str:
    return reverse(name, args=[world.ids[PAGES[name]]])


def reported(world: World, name: str = "flag_topic") -> Flag:
    signed_in(world.cast.ben).post(page_of(world, name), SPAM)
    with tenancy.operator():
        return Flag.objects.get()


@pytest.mark.parametrize("name", PAGES)
def test_what_one_sees_one_can_report(name: str, world: World) -> None:
    ben = signed_in(world.cast.ben)
    assert b"Report this" in ben.get(page_of(world, name)).content
    done = ben.post(page_of(world, name), SPAM, follow=True)
    assert b"Thank you" in done.content
    with tenancy.operator():
        flag = Flag.objects.get()
        assert AuditEntry.objects.get(action="flag.raised").resource_id == str(flag.pk)
    assert (flag.reason, flag.note, flag.status) == ("spam", "It sells watches.", "open")
    assert flag.reported_by_id == world.cast.ben.user_id


@pytest.mark.parametrize("name", [name for name in PAGES if name != "flag_topic"])
def test_what_another_organisation_has_cannot_be_reported(name: str, world: World) -> None:
    assert signed_in(world.cast.dev).post(page_of(world, name), SPAM).status_code == 404
    with tenancy.operator():
        assert not Flag.objects.exists()


def test_a_report_needs_a_reason(world: World) -> None:
    answer = signed_in(world.cast.ben).post(page_of(world, "flag_topic"), {"note": "hm"})
    assert answer.status_code == 422


def test_the_same_thing_is_reported_once_by_a_person(world: World) -> None:
    ben = signed_in(world.cast.ben)
    ben.post(page_of(world, "flag_topic"), SPAM)
    again = ben.post(page_of(world, "flag_topic"), SPAM, follow=True)
    assert b"reported this already" in again.content
    signed_in(world.cast.asha).post(page_of(world, "flag_topic"), SPAM)
    with tenancy.operator():
        assert Flag.objects.count() == 2


def test_nobody_reports_all_day(world: World) -> None:
    ben = signed_in(world.cast.ben)
    statuses = [ben.post(page_of(world, "flag_topic"), SPAM).status_code for _ in range(11)]
    assert statuses == [302] * 10 + [429]


def hidden(world: World) -> dict[str, Callable[[], bool]]:
    return {
        "flag_topic": lambda: TrendTopic.objects.get(pk=world.ids["topic"]).is_blocked,
        "flag_asset": lambda: ContentAsset.objects.get(pk=world.ids["asset"]).deleted_at is not None,
        "flag_piece": lambda: GeneratedContent.objects.get(pk=world.ids["piece"]).deleted_at is not None,
        "flag_library_item": lambda: PublishedItem.objects.get(pk=world.ids["shared_item"]).status == "rejected",
        "flag_practice_post": lambda: PracticePost.objects.get(pk=world.ids["practice_post"]).deleted_at is not None,
    }


@pytest.mark.parametrize("name", PAGES)
def test_what_is_upheld_is_out_of_sight_and_the_reporter_hears(name: str, world: World, operator: Client) -> None:
    flag = reported(world, name)
    with tenancy.operator():
        assert not hidden(world)[name]()
    address = reverse("admin:accounts_flag_change", args=[flag.pk])
    assert b"It sells watches." in operator.get(address).content
    operator.post(address, {"decision": "uphold", "decision_note": "Plainly an advertisement."})
    with tenancy.operator():
        flag.refresh_from_db()
        told = Notification.objects.get(user=world.cast.ben.user, kind="report")
        assert hidden(world)[name]()
        entry = AuditEntry.objects.get(action="flag.upheld")
    assert (flag.status, flag.decided_by_id) == ("upheld", world.cast.dev.user_id)
    assert "taken out of sight" in told.title
    assert told.message == "Plainly an advertisement."
    assert entry.actor_id == world.cast.dev.user_id


def mine_reported_by_another(world: World, name: str) -> Notification | None:
    """Uphold Ben's report of something that is Asha's; return what she hears."""
    with tenancy.operator():
        ContentAsset.objects.update(created_by=world.cast.asha.user)
        User.objects.filter(pk=world.cast.asha.user_id).update(language="hi")
    flag = reported(world, name)
    flags.decide(flag, uphold=True, note="It shows a stranger.", by=world.cast.dev.user, now=timezone.now())
    with tenancy.operator():
        return Notification.objects.filter(user=world.cast.asha.user, kind="report").first()


@pytest.mark.parametrize(
    ("name", "link"), [("flag_asset", "/library/deleted/"), ("flag_piece", "/studio/"), ("flag_practice_post", "")]
)
def test_whose_it_was_hears_that_it_is_gone_and_why_in_their_language(name: str, link: str, world: World) -> None:
    told = mine_reported_by_another(world, name)
    assert told is not None
    assert "शिकायत" in told.title
    assert "It shows a stranger." in told.message
    assert str(Flag.Reason.SPAM.label) not in told.message, "it is in the reader's language"
    assert "It sells watches." not in told.message, "the reporter's own words stay with the operators"
    assert told.organization_id == world.cast.kesar.pk
    assert link in told.link
    with tenancy.operator():
        others = Notification.objects.filter(kind="report").exclude(user=world.cast.asha.user)
        assert {row.user_id for row in others} >= {world.cast.ben.user_id}
        if name != "flag_practice_post":
            assert others.count() == 1, "the reporter hears once, and nobody else"


def test_whose_it_is_hears_nothing_of_a_report_that_is_dismissed(world: World) -> None:
    flag = reported(world, "flag_asset")
    flags.decide(flag, uphold=False, note="", by=world.cast.dev.user, now=timezone.now())
    with tenancy.operator():
        assert list(Notification.objects.filter(kind="report").values_list("user", flat=True)) == [
            world.cast.ben.user_id
        ]


def test_whoever_offered_a_shared_item_hears_that_it_is_out(world: World) -> None:
    with tenancy.operator():
        offer = PublishedItem.objects.get(pk=world.ids["shared_item"])
        item, _link = published.made_from(offer)
        if item is None:
            pytest.skip("the world's item came with the product")
        type(item)._base_manager.filter(pk=item.pk).update(created_by=world.cast.asha.user)
    told = mine_reported_by_another(world, "flag_library_item")
    assert told is not None
    assert told.link.startswith("/brand/")


def test_what_is_dismissed_stays_and_the_reporter_hears_that_too(world: World, operator: Client) -> None:
    flag = reported(world)
    action = {"action": "dismiss", "_selected_action": [str(flag.pk)]}
    operator.post(reverse("admin:accounts_flag_changelist"), action)
    with tenancy.operator():
        flag.refresh_from_db()
        assert "stays as it is" in Notification.objects.get(user=world.cast.ben.user, kind="report").title
        assert not TrendTopic.objects.get(pk=world.ids["topic"]).is_blocked
    assert flag.status == "dismissed"


def test_one_decision_settles_every_report_on_the_same_thing(world: World) -> None:
    flag = reported(world)
    signed_in(world.cast.chitra).post(page_of(world, "flag_topic"), SPAM)
    assert flags.decide(flag, uphold=True, note="", by=world.cast.dev.user, now=timezone.now()) == 2
    with tenancy.operator():
        assert Notification.objects.filter(kind="report").count() == 2
    with pytest.raises(flags.AlreadyDecided):
        flags.decide(flag, uphold=False, note="", by=world.cast.dev.user, now=timezone.now())


def test_a_blocked_topic_is_gone_from_its_page(world: World) -> None:
    flags.decide(reported(world), uphold=True, note="", by=world.cast.dev.user, now=timezone.now())
    assert signed_in(world.cast.asha).get(reverse("trend", args=[world.ids["topic"]])).status_code == 404
    assert signed_in(world.cast.asha).get(page_of(world, "flag_topic")).status_code == 404


def test_a_client_sees_neither_the_reports_of_the_house_nor_topics(world: World) -> None:
    assert signed_in(world.cast.esha).get(page_of(world, "flag_topic")).status_code == 403
    reported(world)
    with tenancy.of_member(world.cast.esha):
        assert not Flag.objects.visible_to(world.cast.esha).exists()


def test_the_queue_does_not_ask_more_for_more_reports(world: World, operator: Client) -> None:
    address = reverse("admin:accounts_flag_changelist")
    operator.get(address)
    counts = []
    for start in (0, 3):
        with tenancy.operator():
            for number in range(start, start + 3):
                topic = TrendTopic.objects.get(pk=world.ids["topic"])
                more: dict[str, Any] = {"resource_type": "trends.trendtopic", "resource_name": topic.title}
                Flag.objects.create(
                    organization=world.cast.kesar, resource_id=str(number), reported_by=world.cast.ben.user, **more
                )
        with CaptureQueriesContext(connection) as asked:
            assert operator.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_every_kind_has_its_adapter() -> None:
    for name in ("topic", "asset", "piece", "practice_post"):
        kind = flagging.kind(name)
        assert flagging.of_type(kind.model._meta.label_lower) is not None
    assert flagging.of_type("accounts.user") is None
