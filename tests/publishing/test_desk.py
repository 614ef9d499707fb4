"""The quality desk: who wants a look, who takes it, and a clock that stands while they wait."""

import datetime as dt
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import tenancy
from accounts.models import AuditEntry, Membership, Notification, User
from content.models import GeneratedContent
from publishing.delivery import clocks
from publishing.models import QARequest
from publishing.screens import desk as screen
from publishing.services import desk
from tests.cast import Cast, gather
from tests.publishing.conftest import Clock, make_piece

Status, Kind, Priority = QARequest.Status, QARequest.Kind, QARequest.Priority
NOON = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    """It is noon."""
    return Clock(NOON)


@pytest.fixture
def piece(kesar: Cast) -> GeneratedContent:
    """A piece of the house."""
    return make_piece(kesar.kesar, title="Night roast, cold morning")


@pytest.fixture
def look(kesar: Cast, piece: GeneratedContent) -> QARequest:
    """Ben wants a copywriter to look at it, within a day."""
    return desk.request_look(piece, kind=Kind.COPYWRITER, by=kesar.ben, now=NOON, brief="Is it too dry?")


def told(cast: Cast) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(organization=cast.kesar).order_by("created_at", "user__email")
    return list(rows.values_list("user__email", "title"))


def test_how_soon_gives_the_hours_unless_they_are_said(kesar: Cast, piece: GeneratedContent) -> None:
    ask: Callable[..., QARequest] = desk.request_look
    urgent = ask(piece, kind=Kind.EXPERT, by=kesar.ben, now=NOON, priority=Priority.URGENT)
    said = ask(piece, kind=Kind.VIDEO_EDITOR, by=kesar.ben, now=NOON, hours=2)
    assert (urgent.due_at, said.due_at) == (NOON + 4 * HOUR, NOON + 2 * HOUR)
    assert ("asha@kesar.example", "A look is asked for: Night roast, cold morning") in told(kesar)


def test_the_same_look_is_asked_for_once_until_it_is_done(
    kesar: Cast, piece: GeneratedContent, look: QARequest
) -> None:
    with pytest.raises(desk.AlreadyAsked) as refused:
        desk.request_look(piece, kind=Kind.COPYWRITER, by=kesar.asha, now=NOON)
    assert refused.value.row == look
    desk.take(look, by=kesar.asha, now=NOON)
    desk.finish(look, score=80, feedback="Well.", by=kesar.asha, now=NOON)
    assert desk.request_look(piece, kind=Kind.COPYWRITER, by=kesar.asha, now=NOON) != look


def test_only_somebody_of_the_desk_can_be_given_a_look(kesar: Cast, piece: GeneratedContent) -> None:
    for nobody in (kesar.chitra, kesar.esha):
        with pytest.raises(desk.NotOfTheDesk):
            desk.request_look(piece, kind=Kind.COPYWRITER, by=kesar.ben, now=NOON, assignee=nobody)
    with pytest.raises(desk.OnlyTheHouse):
        desk.request_look(piece, kind=Kind.COPYWRITER, by=kesar.esha, now=NOON)


def test_a_look_goes_from_hand_to_hand_until_it_is_done_and_told(kesar: Cast, look: QARequest) -> None:
    taken = desk.take(look, by=kesar.asha, now=NOON + HOUR)
    assert (taken.status, taken.assignee, taken.started_at) == (Status.IN_PROGRESS, kesar.asha.user, NOON + HOUR)
    done = desk.finish(look, score=92, feedback="Reads well.", by=kesar.asha, now=NOON + 2 * HOUR)
    assert (done.status, done.quality_score, done.completed_at) == (Status.DONE, 92, NOON + 2 * HOUR)
    assert told(kesar) == [("ben@kesar.example", "Looked at: Night roast, cold morning")]
    entries = AuditEntry.objects.filter(action__startswith="desk.").order_by("sequence")
    assert list(entries.values_list("action", flat=True)) == ["desk.requested", "desk.taken", "desk.finished"]


def test_who_comes_second_hears_who_has_it(kesar: Cast, look: QARequest) -> None:
    desk.take(look, by=kesar.asha, now=NOON)
    with pytest.raises(desk.HasMovedOn, match="Asha Menon has it in hand"):
        desk.take(look, by=kesar.ben, now=NOON)
    with pytest.raises(desk.HasMovedOn, match="Asha Menon has it in hand"):
        desk.finish(look, score=10, feedback="No.", by=kesar.ben, now=NOON)


def test_the_clock_stands_while_somebody_must_answer(kesar: Cast, look: QARequest) -> None:
    desk.take(look, by=kesar.asha, now=NOON)
    asked = desk.ask(look, question="Which sheet?", by=kesar.asha, now=NOON + 20 * HOUR)
    assert clocks.used(asked, now=NOON + 90 * HOUR) == pytest.approx(20 / 24)
    clocks.tick(now=NOON + 90 * HOUR)
    answered = desk.answer(look, words="The one of June.", by=kesar.ben, now=NOON + 100 * HOUR)
    assert (answered.status, answered.due_at, answered.paused_at) == (Status.IN_PROGRESS, NOON + 104 * HOUR, None)
    assert answered.brief == "Is it too dry?\n\nWhich sheet?\n→ The one of June."
    assert told(kesar) == [
        ("ben@kesar.example", "A question about Night roast, cold morning"),
        ("asha@kesar.example", "Answered: Night roast, cold morning"),
    ]


def test_what_waits_for_an_answer_can_be_answered_once(kesar: Cast, look: QARequest) -> None:
    desk.take(look, by=kesar.asha, now=NOON)
    desk.ask(look, question="Which sheet?", by=kesar.asha, now=NOON)
    desk.answer(look, words="June.", by=kesar.ben, now=NOON)
    with pytest.raises(desk.HasMovedOn):
        desk.answer(look, words="July.", by=kesar.asha, now=NOON)


def test_the_most_urgent_that_is_free_or_mine_comes_next(kesar: Cast) -> None:
    def put(title: str, **more: Any) -> QARequest:
        row = make_piece(kesar.kesar, title=title)
        return desk.request_look(row, kind=Kind.EXPERT, by=kesar.asha, now=NOON, **more)

    put("Late but low", priority=Priority.LOW, hours=1)
    put("For Asha", priority=Priority.URGENT, assignee=kesar.asha)
    mine = put("For Ben", priority=Priority.HIGH, hours=8, assignee=kesar.ben)
    sooner = put("Free and sooner", priority=Priority.HIGH, hours=2)
    took = [desk.take_next(by=kesar.ben, now=NOON) for _time in range(4)]
    assert [row and str(row.piece) for row in took] == ["Free and sooner", "For Ben", "Late but low", None]
    assert took[:2] == [sooner, mine]


def test_what_is_given_to_another_begins_anew_but_its_clock_does_not(kesar: Cast, look: QARequest) -> None:
    desk.take(look, by=kesar.ben, now=NOON)
    look.refresh_from_db()
    given = desk.assign(look, to=kesar.asha, by=kesar.ben)
    assert (given.status, given.assignee, given.started_at) == (Status.OPEN, kesar.asha.user, None)
    assert given.due_at == NOON + 24 * HOUR
    with pytest.raises(desk.HasMovedOn):  # Ben's page still says that he has it
        desk.assign(look, to=None, by=kesar.ben)
    back = desk.assign(given, to=None, by=kesar.asha)
    assert (back.status, back.assignee) == (Status.OPEN, None)


def test_nothing_happens_to_what_is_settled(kesar: Cast, look: QARequest) -> None:
    desk.cancel(look, by=kesar.ben)
    commands: tuple[Callable[[], QARequest], ...] = (
        lambda: desk.take(look, by=kesar.ben, now=NOON),
        lambda: desk.assign(look, to=kesar.asha, by=kesar.ben),
        lambda: desk.hurry(look, priority=Priority.URGENT, by=kesar.ben),
        lambda: desk.cancel(look, by=kesar.ben),
    )
    for again in commands:
        with pytest.raises(desk.HasMovedOn, match="It was cancelled"):
            again()


def test_urgency_changes_without_touching_the_hours_promised(kesar: Cast, look: QARequest) -> None:
    hurried = desk.hurry(look, priority=Priority.URGENT, by=kesar.ben)
    assert (hurried.priority, hurried.due_at) == (Priority.URGENT, NOON + 24 * HOUR)


# The clock


def test_at_four_fifths_and_at_the_end_people_are_told_once(kesar: Cast, look: QARequest) -> None:
    desk.take(look, by=kesar.ben, now=NOON)
    assert clocks.tick(now=NOON + 19 * HOUR) == 0
    assert [clocks.tick(now=NOON + 19.2 * HOUR), clocks.tick(now=NOON + 20 * HOUR)] == [1, 0]
    assert told(kesar) == [("ben@kesar.example", "Nearly out of time: Night roast, cold morning")]
    assert [clocks.tick(now=NOON + 24 * HOUR), clocks.tick(now=NOON + 25 * HOUR)] == [1, 0]
    assert sorted(told(kesar)[1:]) == [
        ("asha@kesar.example", "Late: Night roast, cold morning"),
        ("ben@kesar.example", "Late: Night roast, cold morning"),
    ]


def test_what_nobody_took_is_told_to_the_whole_desk(kesar: Cast, look: QARequest) -> None:
    clocks.tick(now=NOON + 20 * HOUR)
    assert {email for email, _title in told(kesar)} == {"asha@kesar.example", "ben@kesar.example"}


def test_a_deleted_piece_troubles_nobody(kesar: Cast, piece: GeneratedContent, look: QARequest) -> None:
    GeneratedContent.objects.filter(pk=piece.pk).update(deleted_at=NOON)
    assert clocks.tick(now=NOON + 30 * HOUR) == 0
    assert screen.counts(kesar.asha, screen.Wanted(), now=NOON)["open"] == 0


def test_what_a_member_had_who_left_is_free_again(kesar: Cast, look: QARequest) -> None:
    desk.take(look, by=kesar.ben, now=NOON)
    Membership.objects.filter(pk=kesar.ben.pk).update(status=Membership.Status.INACTIVE)
    assert clocks.tick(now=NOON) == 1
    look.refresh_from_db()
    assert (look.status, look.assignee, look.due_at) == (Status.OPEN, None, NOON + 24 * HOUR)
    assert told(kesar) == [("asha@kesar.example", "Free again: Night roast, cold morning")]
    assert AuditEntry.objects.filter(action="desk.freed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_at_once_one_has_it() -> None:
    cast = gather()
    with tenancy.of_organization(cast.kesar.pk):
        row = desk.request_look(make_piece(cast.kesar), kind=Kind.EXPERT, by=cast.chitra, now=NOON)
    together, outcome = Barrier(2), []

    def take(by: Membership) -> None:
        together.wait()
        try:
            with tenancy.of_member(by):
                desk.take(row, by=by, now=NOON)
            outcome.append("has it")
        except desk.HasMovedOn:
            outcome.append("came second")
        finally:
            connection.close()

    threads = [Thread(target=take, args=[each]) for each in (cast.asha, cast.ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["came second", "has it"]


# The pages


def signed_in(who: Membership) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def test_the_desk_shows_the_most_urgent_first_and_who_has_what(kesar: Cast, look: QARequest) -> None:
    urgent = make_piece(kesar.kesar, title="Festive hamper")
    desk.request_look(urgent, kind=Kind.EXPERT, by=kesar.ben, now=NOON, priority=Priority.URGENT, assignee=kesar.ben)
    page = signed_in(kesar.asha).get(reverse("desk")).content.decode()
    assert page.index("Festive hamper") < page.index("Night roast")
    assert "1 look" in page
    assert "Take the next one" in page


def test_the_desks_pages_are_not_for_clients_nor_for_who_only_looks(kesar: Cast, look: QARequest) -> None:
    for who in (kesar.esha, kesar.chitra):
        assert signed_in(who).get(reverse("desk")).status_code == 403
    assert signed_in(kesar.esha).get(reverse("desk_look", args=[look.pk])).status_code == 404
    assert signed_in(kesar.chitra).get(reverse("desk_look", args=[look.pk])).status_code == 200


def test_a_look_is_asked_for_taken_answered_and_finished_on_the_pages(kesar: Cast, piece: GeneratedContent) -> None:
    ben, asha = signed_in(kesar.ben), signed_in(kesar.asha)
    ben.post(reverse("desk_request", args=[piece.pk]), {"kind": "expert", "priority": "2", "brief": "The claim"})
    row = QARequest.objects.get(piece=piece)
    assert (row.priority, row.sla_hours, row.requested_by) == (Priority.HIGH, 8, kesar.ben.user)
    assert asha.post(reverse("desk_next"))["Location"] == reverse("desk_look", args=[row.pk])
    asha.post(reverse("desk_ask", args=[row.pk]), {"question": "Which source?"})
    assert "Which source?" in ben.get(reverse("desk_look", args=[row.pk])).content.decode()
    ben.post(reverse("desk_answer", args=[row.pk]), {"words": "The lab sheet."})
    answer = asha.post(reverse("desk_finish", args=[row.pk]), {"score": "101", "feedback": "Fine"})
    assert answer.status_code == 422
    asha.post(reverse("desk_finish", args=[row.pk]), {"score": "88", "feedback": "Fine now."})
    row.refresh_from_db()
    assert (row.status, row.quality_score, row.feedback) == (Status.DONE, 88, "Fine now.")
    assert "88" in ben.get(reverse("desk_request", args=[piece.pk])).content.decode()


def test_a_part_of_the_studio_asks_for_a_look(kesar: Cast, piece: GeneratedContent) -> None:
    ben, part = signed_in(kesar.ben), {"HX-Request": "true"}
    address = reverse("desk_request", args=[piece.pk])
    assert "<html" not in ben.get(address, headers=part).content.decode()
    said = ben.post(address, {"kind": "expert", "priority": "3"}, headers=part)
    assert "On the desk" in said.content.decode()
    twice = ben.post(address, {"kind": "expert", "priority": "3"}, headers=part)
    assert (twice.status_code, QARequest.objects.count()) == (422, 1)


def test_who_comes_second_on_the_page_is_told_and_nothing_changes(kesar: Cast, look: QARequest) -> None:
    page = signed_in(kesar.ben)
    desk.take(look, by=kesar.asha, now=NOON)
    said = page.post(reverse("desk_assign", args=[look.pk]), {"to": kesar.ben.pk, "seen": ""}, follow=True)
    assert "Asha Menon has it in hand" in said.content.decode()
    look.refresh_from_db()
    assert look.assignee == kesar.asha.user


def test_the_desk_turns_its_pages_without_losing_or_repeating_any(kesar: Cast) -> None:
    for number in range(7):
        row = make_piece(kesar.kesar, title=f"Piece {number}")
        desk.request_look(row, kind=Kind.EXPERT, by=kesar.ben, now=NOON, priority=1 + number % 3, hours=1 + number % 2)
    seen: list[Any] = []
    cursor, pages = None, 0
    while pages == 0 or cursor:
        rows, cursor = screen.page_of(kesar.asha, screen.Wanted(), cursor, now=NOON, size=3)
        seen, pages = seen + [row.look.pk for row in rows], pages + 1
    assert (len(seen), len(set(seen)), pages) == (7, 7, 3)
    assert screen.Cursor.read("nonsense") is None


def test_the_desk_asks_as_many_questions_for_thirty_looks_as_for_three(kesar: Cast) -> None:
    client, counted = signed_in(kesar.asha), []
    client.get(reverse("desk"))  # the session learns its organisation
    for number in range(30):
        row = make_piece(kesar.kesar, title=f"Piece {number}")
        desk.request_look(row, kind=Kind.EXPERT, by=kesar.ben, now=NOON, assignee=kesar.ben)
        if number in {2, 29}:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse("desk")).status_code == 200
            counted.append(len([q for q in asked if "set_config" not in q["sql"] and "SAVEPOINT" not in q["sql"]]))
    assert counted[0] == counted[1]
    assert counted[0] < 12


def test_a_month_of_looks_is_summed_up(kesar: Cast) -> None:
    for number, (took, score) in enumerate([(2, 80), (4, 90), (30, 60)]):
        row = make_piece(kesar.kesar, title=f"Piece {number}")
        one = desk.request_look(row, kind=Kind.EXPERT, by=kesar.ben, now=NOON)
        desk.take(one, by=kesar.asha, now=NOON)
        desk.finish(one, score=score, feedback="So.", by=kesar.asha, now=NOON + took * HOUR)
    found = screen.month(kesar.asha, now=NOON + 31 * HOUR)
    assert (found.done, found.in_time, found.kept, found.span, found.quality) == (3, 2, 67, 4 * HOUR, 80)
    assert (found.change, screen.month(kesar.ben, now=NOON + 90 * 24 * HOUR).kept) == (None, None)


# Programs and operators


def test_programs_do_all_that_the_pages_do(kesar: Cast, piece: GeneratedContent) -> None:
    ben, asha, base = signed_in(kesar.ben), signed_in(kesar.asha), "/api/v1/qa-requests"

    def post(who: Client, path: str, **body: Any) -> Any:
        return who.post(f"{base}{path}", body, content_type="application/json")

    made = post(ben, "", piece=str(piece.pk), kind="expert", priority=2, brief="The claim")
    assert (made.status_code, made.json()["sla_hours"], made.json()["assignee"]) == (201, 8, None)
    assert post(ben, "", piece=str(piece.pk), kind="expert").status_code == 409
    key = made.json()["id"]
    assert post(asha, "/next").json()["id"] == key
    assert post(asha, "/next").status_code == 204
    assert post(ben, f"/{key}/take").status_code == 409
    assert post(asha, f"/{key}/ask", question="Which?").json()["status"] == "waiting"
    assert post(ben, f"/{key}/answer", words="This one.").json()["brief"].endswith("→ This one.")
    assert post(asha, f"/{key}/urgency", priority=1).json()["priority"] == 1
    assert post(asha, f"/{key}/assign", to=str(kesar.chitra.pk)).status_code == 422
    assert post(asha, f"/{key}/finish", score=101, feedback="So.").status_code in {400, 422}
    assert post(asha, f"/{key}/finish", score=90, feedback="So.").json()["quality_score"] == 90
    assert post(ben, f"/{key}/cancel").status_code == 409
    assert [row["id"] for row in asha.get(f"{base}?status=done").json()["results"]] == [key]
    assert asha.get(f"{base}?free=true").json()["results"] == []
    assert asha.get(f"{base}/month").json()["done"] == 1
    assert signed_in(kesar.esha).get(f"{base}/{key}").status_code == 404


def test_operators_free_prolong_and_cancel(kesar: Cast, look: QARequest) -> None:
    User.objects.filter(pk=kesar.dev.user_id).update(is_staff=True, is_superuser=True)
    operator = Client()
    operator.force_login(User.objects.get(pk=kesar.dev.user_id))
    desk.take(look, by=kesar.ben, now=NOON)
    address = reverse("admin:publishing_qarequest_changelist")
    assert operator.get(f"{address}?late=yes").status_code == 200
    for action in ("give_back", "one_more_day", "cancel"):
        operator.post(address, {"action": action, "_selected_action": [look.pk]})
    look.refresh_from_db()
    assert (look.status, look.assignee, look.sla_hours, look.due_at) == ("cancelled", None, 48, NOON + 48 * HOUR)
    told_of = AuditEntry.objects.filter(actor=kesar.dev.user_id).values_list("action", flat=True)
    assert set(told_of) == {"desk.given_back", "desk.prolonged", "desk.cancelled"}
