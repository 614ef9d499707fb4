"""Named calendars: made by hand or proposed from what there is with reasons, and their entries that become posts."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from accounts import tenancy
from accounts.models import BrandProfile, Membership
from content.models import ContentAsset, GeneratedContent, RepurposingStrategy
from content.services import assets
from publishing import proposing
from publishing.models import CalendarEntry, ContentCalendar, PlatformConnection, PostingSlot, ScheduledPost
from publishing.services import calendars, posts, proposals
from publishing.services.calendars import CannotKeep, HasPost, NoAccount
from publishing.walltime import UnknownZone
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post
from tests.publishing.test_racing import at_once
from trends.models import TrendOpportunity, TrendTopic

NOW = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)
ZONE = "Asia/Kolkata"
FIRST, LAST = dt.date(2026, 12, 1), dt.date(2026, 12, 14)


@dataclass
class Desk:
    """Ben with an account on the practice network."""

    cast: Cast
    ben: Membership
    account: PlatformConnection

    def calendar(self, **given: Any) -> ContentCalendar:
        """An empty one for December."""
        usual: dict[str, Any] = {"name": "December", "starts_on": FIRST, "ends_on": LAST, "by": self.ben}
        return calendars.create(**(usual | given))

    def entry(self, calendar: ContentCalendar | None = None, **given: Any) -> CalendarEntry:
        """Something to say on the 3rd."""
        usual = {
            "date": dt.date(2026, 12, 3), "at": dt.time(9, 30), "timezone": ZONE, "connection": self.account,
            "title": "Rain and skin", "notes": "", "tags": [],
        }  # fmt: skip
        return calendars.add(calendar or self.calendar(), by=self.ben, fields=usual | given)

    def propose(self, **given: Any) -> ContentCalendar:
        """What is there, on two weeks of December, three times a week."""
        wish: dict[str, Any] = {"first": FIRST, "last": LAST, "accounts": [self.account], "a_week": 3, "zone": ZONE}
        return proposals.make(proposals.Wish(**(wish | given)), name="December", by=self.ben, now=NOW)


@pytest.fixture
def desk(kesar: Cast, settings: Any) -> Desk:
    """In Kesar's scope."""
    settings.PUBLISHING_PLATFORMS = dict.fromkeys(("practice", "bluesky"), "tests.publishing.wire.Small")
    return Desk(kesar, kesar.ben, make_connection(kesar.kesar))


def an_asset(cast: Cast, title: str, **fields: Any) -> ContentAsset:
    values = {"kind": ContentAsset.Kind.BLOG, "title": title, "status": ContentAsset.Status.READY} | fields
    return ContentAsset.objects.create(organization=cast.kesar, **values)


def a_topic(title: str, **fields: Any) -> TrendTopic:
    values: dict[str, Any] = {"kind": "keyword", "first_detected_at": NOW, "last_seen_at": NOW} | fields
    return TrendTopic.objects.create(title=title, normalized=title.lower(), **values)


def an_idea(cast: Cast, topic: TrendTopic, **fields: Any) -> TrendOpportunity:
    values: dict[str, Any] = {
        "platform": "practice", "content_format": "social_post", "title": f"Explain {topic.title}",
        "angle": "Say what it is, and why it matters today.", "hook": "Your skin is thirsty.", "made_by": "test",
    } | fields  # fmt: skip
    values.setdefault("brand", cast.brand)
    return TrendOpportunity.objects.create(organization=cast.kesar, topic=topic, **values)


def entries(calendar: ContentCalendar) -> list[CalendarEntry]:
    return list(CalendarEntry.objects.filter(calendar=calendar).order_by("date", "at"))


# By hand


def test_a_calendar_is_kept_put_aside_and_brought_back(desk: Desk) -> None:
    calendar = desk.calendar()
    assert (calendar.origin, calendar.created_by) == ("manual", desk.ben.user)
    assert [calendars.delete(calendar, by=desk.ben), calendars.delete(calendar, by=desk.ben)] == [True, False]
    assert [calendars.restore(calendar, by=desk.ben), calendars.restore(calendar, by=desk.ben)] == [True, False]


def test_days_that_make_no_sense_are_refused_in_words(desk: Desk) -> None:
    with pytest.raises(CannotKeep, match="comes before the first"):
        desk.calendar(starts_on=LAST, ends_on=FIRST)
    with pytest.raises(CannotKeep, match="a year at most"):
        desk.calendar(ends_on=dt.date(2029, 1, 1))
    with pytest.raises(CannotKeep, match="no such day: “9999-12-01”"):
        desk.propose(first=dt.date(9999, 12, 1), last=dt.date.max)
    with pytest.raises(CannotKeep, match="Choose a day within"):
        desk.entry(date=dt.date(2026, 12, 30))
    with pytest.raises(UnknownZone):
        desk.entry(timezone="Asia/Bengaluru")


def test_days_are_not_cut_while_an_entry_stands_on_them(desk: Desk) -> None:
    calendar = desk.calendar()
    early, late = desk.entry(calendar), desk.entry(calendar, date=dt.date(2026, 12, 12))
    for days in ({"ends_on": dt.date(2026, 12, 11)}, {"ends_on": dt.date(2026, 12, 2)}):
        with pytest.raises(CannotKeep, match="outside these days"):
            calendars.change(ContentCalendar.objects.get(pk=calendar.pk), by=desk.ben, **days)
    assert ContentCalendar.objects.get(pk=calendar.pk).ends_on == LAST
    calendars.change_entry(late, by=desk.ben, fields={"date": dt.date(2026, 12, 10)})
    shorter = {"starts_on": early.date, "ends_on": dt.date(2026, 12, 10)}
    assert calendars.change(calendar, by=desk.ben, **shorter).ends_on == dt.date(2026, 12, 10)
    with pytest.raises(CannotKeep, match="Choose a day within"):
        desk.entry(ContentCalendar(pk=calendar.pk, starts_on=FIRST, ends_on=LAST), date=dt.date(2026, 12, 12))


def test_an_entry_of_a_client_takes_no_other_clients_account(desk: Desk) -> None:
    theirs = make_connection(desk.cast.kesar, account_id="9", handle="@metro", client=desk.cast.metro)
    with pytest.raises(CannotKeep, match="another client"):
        desk.entry(desk.calendar(client=desk.cast.client), connection=theirs)


# Entries that become posts


def test_an_entry_becomes_a_piece_and_a_draft_at_its_time_once(desk: Desk) -> None:
    entry = desk.entry(tags=["monsoon", "two words"])
    post = calendars.make(entry, by=desk.ben, now=NOW)
    assert (post.status, post.local_time, post.timezone) == ("draft", "2026-12-03T09:30", ZONE)
    assert post.text == "Rain and skin\n\n#monsoon"
    assert calendars.make(entry, by=desk.ben, now=NOW) == post
    assert (ScheduledPost.objects.count(), GeneratedContent.objects.count()) == (1, 1)


def test_an_entry_with_a_written_piece_takes_that_piece(desk: Desk) -> None:
    piece = make_piece(desk.cast.kesar, text="Written long ago.")
    post = calendars.make(desk.entry(piece=piece), by=desk.ben, now=NOW)
    assert (post.piece, post.text) == (piece, "Written long ago.")


def test_an_entry_whose_original_was_deleted_begins_with_its_own_words(desk: Desk) -> None:
    piece = make_piece(desk.cast.kesar, text="Written long ago.")
    entry = desk.entry(piece=piece)
    assets.delete([piece.asset_id], by=desk.cast.asha)
    post = calendars.make(entry, by=desk.ben, now=NOW)
    assert (post.piece_id == piece.pk, post.text, post.piece.asset.deleted_at) == (False, "Rain and skin", None)


def test_an_entry_that_is_a_post_does_not_move_without_it(desk: Desk) -> None:
    entry = desk.entry()
    calendars.make(entry, by=desk.ben, now=NOW)
    entry.refresh_from_db()
    with pytest.raises(HasPost):
        calendars.change_entry(entry, by=desk.ben, fields={"date": dt.date(2026, 12, 4)})
    entry.refresh_from_db()
    assert calendars.change_entry(entry, by=desk.ben, fields={"notes": "Ask Chitra."}).notes == "Ask Chitra."


def test_an_entry_whose_post_was_cancelled_can_be_moved_and_begun_anew(desk: Desk) -> None:
    entry = desk.entry()
    first = calendars.make(entry, by=desk.ben, now=NOW)
    assert calendars.open_entries(entry.calendar) == []
    posts.cancel(first, by=desk.ben)
    assert calendars.open_entries(entry.calendar) == [entry]
    entry.refresh_from_db()
    calendars.change_entry(entry, by=desk.ben, fields={"date": dt.date(2026, 12, 4)})
    second = calendars.make(entry, by=desk.ben, now=NOW)
    assert (second.status, second.local_time, second.piece) == ("draft", "2026-12-04T09:30", first.piece)
    assert not calendars.fulfil(entry.pk, second, by=desk.ben)
    entry.refresh_from_db()
    assert (entry.standing, calendars.open_entries(entry.calendar)) == (second, [])


def test_an_entry_without_account_takes_the_only_one_and_asks_where_there_are_several(desk: Desk) -> None:
    entry = desk.entry(connection=None, platform="practice")
    make_connection(desk.cast.kesar, account_id="2", handle="@other")
    with pytest.raises(NoAccount):
        calendars.make(entry, by=desk.ben, now=NOW)
    PlatformConnection.objects.filter(account_id="2").update(status="paused")
    assert calendars.make(entry, by=desk.ben, now=NOW).connection == desk.account


def test_what_one_entry_refuses_holds_back_none_of_the_others(desk: Desk) -> None:
    calendar = desk.calendar(starts_on=dt.date(2026, 11, 1))
    over, good = desk.entry(calendar, date=dt.date(2026, 11, 3)), desk.entry(calendar)
    first, second = calendars.make_all([over, good], by=desk.ben, now=NOW)
    assert (first.post, second.error) == (None, "")
    assert "is in the past" in first.error


# Proposed


def test_written_pieces_that_were_never_sent_are_proposed_at_the_accounts_slots_with_reasons(desk: Desk) -> None:
    asset = an_asset(desk.cast, "Monsoon skin")
    good = make_piece(desk.cast.kesar, asset=asset, text="The best one", predicted_virality=80)
    make_piece(desk.cast.kesar, text="A middling one", predicted_virality=40)
    sent = make_piece(desk.cast.kesar, text="Sent last week")
    make_post(sent, desk.account, at=NOW - dt.timedelta(days=7), status="published")
    RepurposingStrategy.objects.create(
        organization=desk.cast.kesar, asset=asset, made_by="test",
        lines=[{"key": "a", "kind": "social", "platforms": ["x"], "priority": 1, "reasons": ["Because."]}],
    )  # fmt: skip
    PostingSlot.objects.create(
        organization=desk.cast.kesar, connection=desk.account, weekday=2, at=dt.time(18), timezone=ZONE
    )
    calendar = desk.propose(a_week=1)
    first, second = entries(calendar)
    assert (first.piece, first.date, first.at) == (good, dt.date(2026, 12, 2), dt.time(18))
    assert "never sent. Expected to do: 80 of 100. The plan for “Monsoon skin” names it." in first.reason
    assert first.reason.endswith("It is a slot of @kesar.")
    assert second.title == "Monsoon skin"
    assert calendar.origin == "generated"
    assert calendar.reasoning.startswith("2 entries: 2 pieces that were never sent. 2 at slots")


def test_what_rises_now_comes_first_and_its_idea_is_used_when_it_is_made(desk: Desk) -> None:
    idea = an_idea(desk.cast, a_topic("Skin barrier", score=90, growth_24h=0.4), hashtags=["#skinbarrier"])
    make_piece(desk.cast.kesar, text="A good one", predicted_virality=70)
    first, _second = entries(desk.propose())
    assert first.reason.startswith("“Skin barrier” rises now. It grew by 40 % in a day.")
    post = calendars.make(first, by=desk.ben, now=NOW)
    assert post.text == "Your skin is thirsty.\n\n#skinbarrier"
    idea.refresh_from_db()
    assert (idea.status, idea.used_for) == ("used", post.piece.asset_id)


def test_something_that_was_told_long_ago_may_be_told_again_after_all_that_is_new(desk: Desk) -> None:
    old, new = make_piece(desk.cast.kesar, text="Old"), make_piece(desk.cast.kesar, text="New")
    make_post(old, desk.account, at=NOW - dt.timedelta(days=90), status="published")
    assert [entry.piece for entry in entries(desk.propose())] == [new, old]


def test_lines_of_a_plan_of_which_nothing_was_made_are_proposed_without_a_piece(desk: Desk) -> None:
    asset = an_asset(desk.cast, "Interview")
    line = {"key": "shorts", "kind": "shorts", "platforms": ["practice"], "priority": 1, "reasons": ["Two speak."]}
    RepurposingStrategy.objects.create(organization=desk.cast.kesar, asset=asset, made_by="test", lines=[line])
    (entry,) = entries(desk.propose())
    assert (entry.title, entry.piece) == ("Short videos: Interview", None)
    assert "The plan for “Interview” proposes it. Two speak." in entry.reason


def test_days_that_are_busy_and_slots_that_are_taken_stay_free_of_proposals(desk: Desk) -> None:
    for number in range(20):
        make_piece(desk.cast.kesar, text=f"Piece {number}")
    busy = make_piece(desk.cast.kesar, text="Busy")
    make_post(busy, desk.account, at=dt.datetime(2026, 12, 5, 6, 0, tzinfo=dt.UTC))
    days = [entry.date for entry in entries(desk.propose(a_week=7))]
    assert dt.date(2026, 12, 5) not in days
    assert len(days) == len(set(days)) == 13


def test_nothing_to_propose_is_said_with_what_to_do(desk: Desk) -> None:
    with pytest.raises(CannotKeep, match="Bring something to the Library first"):
        desk.propose()
    with pytest.raises(CannotKeep, match="at least one account"):
        desk.propose(accounts=[])
    with pytest.raises(CannotKeep, match="At most 92 days"):
        desk.propose(last=dt.date(2027, 12, 1))
    assert not ContentCalendar.objects.exists()


def test_what_stands_in_one_calendar_is_not_proposed_in_the_next(desk: Desk) -> None:
    piece = make_piece(desk.cast.kesar, text="Rain.")
    idea = an_idea(desk.cast, a_topic("Skin barrier", score=90))
    first = desk.propose()
    assert {(entry.piece_id, entry.topic_id) for entry in entries(first)} == {(piece.pk, None), (None, idea.topic_id)}
    with pytest.raises(CannotKeep, match="stands in another calendar already"):
        desk.propose()
    late = make_piece(desk.cast.kesar, text="Sun.")
    assert [entry.piece for entry in entries(desk.propose())] == [late]
    calendars.delete(first, by=desk.ben)
    assert {entry.piece_id for entry in entries(desk.propose())} == {piece.pk, None}


@pytest.mark.django_db(transaction=True)
def test_two_calendars_proposed_at_once_share_no_piece(cast: Cast, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(cast.kesar)
        for number in range(12):
            make_piece(cast.kesar, text=f"Piece {number}")

    def click() -> None:
        with tenancy.of_member(cast.ben):
            Desk(cast, cast.ben, account).propose()

    at_once([click, click])
    with tenancy.of_organization(cast.kesar.pk):
        chosen = list(CalendarEntry.objects.values_list("piece_id", flat=True))
        assert (ContentCalendar.objects.count(), len(chosen)) == (2, len(set(chosen)))


def test_a_clients_calendar_holds_only_that_clients_things(desk: Desk) -> None:
    theirs = make_connection(desk.cast.kesar, account_id="9", handle="@metro", client=desk.cast.metro)
    make_piece(desk.cast.kesar, text="The house’s own")
    teeth = an_asset(desk.cast, "Teeth", client=desk.cast.metro)
    make_piece(desk.cast.kesar, text="Metro’s", client=desk.cast.metro, asset=teeth)
    calendar = desk.propose(accounts=[theirs])
    assert (calendar.client, [entry.piece.text for entry in entries(calendar) if entry.piece]) == (
        desk.cast.metro, ["Metro’s"],
    )  # fmt: skip


def test_a_clients_calendar_tells_no_idea_that_was_thought_up_for_somebody_else(desk: Desk) -> None:
    topic = a_topic("Skin barrier", score=90)
    an_idea(desk.cast, topic)
    theirs = make_connection(desk.cast.kesar, account_id="9", handle="@metro", client=desk.cast.metro)
    with pytest.raises(CannotKeep, match="nothing to propose yet"):
        desk.propose(accounts=[theirs])
    smile = BrandProfile.objects.create(organization=desk.cast.kesar, client=desk.cast.metro, name="Smile")
    own = an_idea(desk.cast, a_topic("Whitening", score=60), brand=smile)
    (entry,) = entries(desk.propose(accounts=[theirs]))
    assert entry.title == "Explain Whitening"
    calendars.make(entry, by=desk.ben, now=NOW)
    own.refresh_from_db()
    assert own.status == "used"


def test_an_entry_of_a_client_does_not_begin_with_somebody_elses_idea_of_that_name(desk: Desk) -> None:
    idea = an_idea(desk.cast, a_topic("Skin barrier", score=90))
    entry = desk.entry(desk.calendar(client=desk.cast.metro), title=idea.title, topic=idea.topic)
    post = calendars.make(entry, by=desk.ben, now=NOW)
    assert "thirsty" not in post.text
    idea.refresh_from_db()
    assert idea.status == "open"


def test_slots_that_are_kept_for_a_brand_are_filled_when_it_is_proposed_for_that_brand(desk: Desk) -> None:
    for number in range(6):
        make_piece(desk.cast.kesar, text=f"Piece {number}")
    PostingSlot.objects.create(
        organization=desk.cast.kesar, connection=desk.account, brand=desk.cast.brand, weekday=2, at=dt.time(7, 45),
        timezone=ZONE,
    )  # fmt: skip
    wish = proposals.Wish(FIRST, LAST, [desk.account], 1, ZONE)
    mine = proposals.make(wish, name="Ours", by=desk.ben, now=NOW, brand=desk.cast.brand)
    assert [entry.at for entry in entries(mine)] == [dt.time(7, 45)] * 2
    assert dt.time(7, 45) not in [entry.at for entry in entries(desk.propose(a_week=1))]


def test_what_is_proposed_while_one_looks_at_a_client_is_that_clients(desk: Desk) -> None:
    teeth = an_asset(desk.cast, "Teeth", client=desk.cast.metro)
    make_piece(desk.cast.kesar, text="Metro’s", client=desk.cast.metro, asset=teeth)
    desk.ben.narrowed_to = desk.cast.metro.pk
    calendar = desk.propose()
    assert (calendar.client, len(entries(calendar))) == (desk.cast.metro, 1)


# The rule itself


def thing(key: str, **given: Any) -> proposing.Thing:
    usual: dict[str, Any] = {
        "kind": "written", "title": key, "platforms": frozenset({"x"}), "weight": 50.0,
        "subject": key, "reason": "Why.",
    }  # fmt: skip
    return proposing.Thing(key=key, **(usual | given))


def places(*days: int, platform: str = "x") -> list[proposing.Place]:
    key = uuid.uuid5(uuid.NAMESPACE_DNS, platform)
    clocks = [dt.datetime.fromisoformat(f"2026-12-{day:02}T09:00") for day in days]
    return [proposing.Place(key, platform, at, ZONE, "Then.") for at in clocks]


def test_the_same_subject_is_not_told_on_days_that_follow() -> None:
    things = [thing("a1", subject="a", weight=60), thing("a2", subject="a", weight=59), thing("b", weight=50)]
    assert [line.thing.key for line in proposing.propose(things, places(1, 2, 5))] == ["a1", "b", "a2"]


def test_what_ages_loses_its_place_to_what_lasts_when_it_would_come_late() -> None:
    things = [thing("rising", weight=80, ages=True), thing("lasting", weight=70)]
    assert [line.thing.key for line in proposing.propose(things, places(1))] == ["rising"]
    late = proposing.propose([thing("first", weight=200), *things], places(1, 9))
    assert [line.thing.key for line in late] == ["first", "lasting"]


def test_one_thing_may_go_to_two_platforms_and_never_twice_to_one() -> None:
    both = thing("both", platforms=frozenset({"x", "bluesky"}))
    found = proposing.propose([both], [*places(1, 2), *places(1, platform="bluesky")])
    assert sorted((line.place.platform, line.place.at.day) for line in found) == [("bluesky", 1), ("x", 1)]


def test_places_are_spread_evenly_over_the_time() -> None:
    chosen = proposing.spread(places(*range(1, 29)), 4)
    assert [place.at.day for place in chosen] == [1, 8, 15, 22]


def test_a_quarter_with_hundreds_of_things_is_filled_to_the_last_place() -> None:
    things = [thing(str(number), kind=f"k{number % 3}", subject=str(number % 90)) for number in range(900)]
    found = proposing.propose(things, [place for _each in range(4) for place in places(*range(1, 29))] * 3)
    assert len(found) == 336
