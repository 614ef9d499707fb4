"""The inbox of approvals: whose turn, by keyset, in few questions; and several at once with care."""

import datetime as dt
import uuid

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts import tenancy
from publishing.models import ApprovalDecision, ApprovalRequest
from publishing.screens import inbox
from publishing.services.approvals import deciding
from tests.cast import Cast
from tests.publishing.agreeing import ask, ask_many, browser, make_workflow, stage


def titles(page: object) -> list[str]:
    return [row.piece.title for row in page.context["rows"]]  # type: ignore[attr-defined]


def test_each_sees_what_waits_for_them_soonest_due_first(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        later = make_workflow(cast, stage("Look", cast.asha, hours=48), is_required=False)
        sooner = make_workflow(cast, stage("Look", cast.asha, hours=2), name="Quick", is_required=False)
        ask(cast, later, title="Later")
        ask(cast, sooner, title="Sooner")
        none = make_workflow(cast, stage("Look", cast.ben, hours=None), name="Slow", is_required=False)
        ask(cast, none, title="Ben's")
    asha, ben = browser(cast.asha), browser(cast.ben)
    assert titles(asha.get(reverse("approvals"))) == ["Sooner", "Later"]
    assert titles(asha.get(reverse("approvals") + "?view=open")) == ["Sooner", "Later", "Ben's"]
    assert titles(ben.get(reverse("approvals"))) == ["Ben's"]
    assert set(titles(ben.get(reverse("approvals") + "?view=asked"))) == {"Sooner", "Later", "Ben's"}
    assert titles(browser(cast.chitra).get(reverse("approvals"))) == []


def test_a_client_sees_their_own_work_only_and_decides_it(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        theirs = make_workflow(cast, stage("Client", "client"), client=cast.client)
        ask(cast, theirs, title="Chai", client=cast.client)
        ask(cast, make_workflow(cast, stage("Look", cast.asha)), title="House")
    esha = browser(cast.esha)
    assert titles(esha.get(reverse("approvals"))) == ["Chai"]
    assert titles(esha.get(reverse("approvals") + "?view=open")) == ["Chai"]
    assert titles(browser(cast.farah).get(reverse("approvals") + "?view=open")) == []


def test_the_inbox_asks_the_database_the_same_for_3_pieces_and_for_30(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        workflow = make_workflow(cast, stage("Look", cast.asha), stage("Client", "client"))
    asha, counted = browser(cast.asha), set()
    asha.get(reverse("approvals"))
    for count in (3, 27):
        ask_many(cast, workflow, count)
        with CaptureQueriesContext(database) as asked:
            assert asha.get(reverse("approvals")).status_code == 200
        counted.add(len(asked))
    assert len(counted) == 1, counted
    assert counted.pop() < 12


def test_pages_follow_each_other_without_gap_or_repeat(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        timed = make_workflow(cast, stage("Look", cast.asha), is_required=False)
        endless = make_workflow(cast, stage("Look", cast.asha, hours=None), name="No clock", is_required=False)
    now = timezone.now()
    ask_many(cast, timed, 30, now=now)  # all due at the same moment
    ask_many(cast, endless, 55, now=now)
    for view in ("mine", "asked"):
        seen, address = [], f"?view={view}"
        member = cast.asha if view == "mine" else cast.ben
        while address:
            page = browser(member).get(reverse("approvals") + address)
            seen.append([row.request.pk for row in page.context["rows"]])
            address = page.context["next_url"]
        assert [len(part) for part in seen] == [40, 40, 5]
        assert len({key for part in seen for key in part}) == 85


def test_what_was_decided_comes_newest_first(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        workflow = make_workflow(cast, stage("Look", cast.asha))
        asked = ask_many(cast, workflow, 43)
        ApprovalRequest.objects.filter(pk__in=[one.pk for one in asked]).update(status="rejected")
    asha = browser(cast.asha)
    first = asha.get(reverse("approvals") + "?view=decided")
    second = asha.get(reverse("approvals") + first.context["next_url"])
    assert titles(first)[:2] == ["Piece 42", "Piece 41"]
    assert titles(second) == ["Piece 2", "Piece 1", "Piece 0"]


@pytest.mark.parametrize("text", ["", "x", "none", "1e400_0", "none_zz", "nan_00000000000000000000000000000000"])
def test_a_broken_place_in_the_inbox_is_the_beginning(text: str) -> None:
    assert inbox.Cursor.read(text) is None


def test_the_inbox_is_narrowed_by_client_lateness_and_words(cast: Cast) -> None:
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        house = make_workflow(cast, stage("Look", cast.asha, hours=2), for_all_clients=True)
        ask(cast, house, title="Chai late", client=cast.client, now=now - dt.timedelta(hours=3))
        ask(cast, house, title="Dental", client=cast.metro, now=now)
    asha = browser(cast.asha)

    def shown(rest: str) -> list[str]:
        return titles(asha.get(reverse("approvals") + rest))

    assert shown(f"?client={cast.client.pk}") == ["Chai late"]
    assert shown("?late=1") == ["Chai late"]
    assert shown("?q=dental") == ["Dental"]
    assert shown("?client=nonsense&view=nonsense") == ["Chai late", "Dental"]
    assert "late" in asha.get(reverse("approvals")).content.decode()
    assert "No piece fits this filter" in asha.get(reverse("approvals") + "?q=zzz").content.decode()


def test_several_are_approved_after_one_more_look_and_what_changed_meanwhile_is_not(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        workflow = make_workflow(cast, stage("Look", cast.asha))
    asked = ask_many(cast, workflow, 3)
    asha = browser(cast.asha)
    page = asha.get(reverse("approvals"))
    chosen = [row.stamp for row in page.context["rows"]]
    again = asha.post(reverse("approvals_bulk"), {"chosen": chosen})
    assert "I have looked at each of them" in again.content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        assert not ApprovalDecision.objects.exists()
        ApprovalRequest.objects.filter(pk=asked[1].pk).update(fingerprint="0" * 64, version=2)
    not_sure = asha.post(reverse("approvals_bulk"), {"chosen": chosen, "check": "1"})
    assert "Nothing was approved yet" in not_sure.content.decode()
    here = reverse("approvals") + "?view=mine&late=1"
    kept = asha.post(reverse("approvals_bulk"), {"chosen": chosen, "next": here}).content.decode()
    assert f'name="next" value="{escape(here)}"' in kept
    answer = asha.post(reverse("approvals_bulk"), {"chosen": chosen, "sure": "1", "next": here}, follow=True)
    assert answer.redirect_chain == [(here, 302)]
    done = answer.content.decode()
    assert "2 pieces are approved." in done
    assert "Piece 1" in done
    with tenancy.of_organization(cast.kesar.pk):
        found = dict(ApprovalRequest.objects.values_list("pk", "status"))
    assert [found[one.pk] for one in asked] == ["approved", "pending", "approved"]


def test_nobody_approves_by_the_dozen_what_does_not_wait_for_them(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        asked = ask(cast, make_workflow(cast, stage("Look", cast.asha)))
    ben = browser(cast.ben)
    for chosen in (f"{asked.pk}:{asked.seen_as}", f"{uuid.uuid4()}:1", "nonsense", ""):
        answer = ben.post(reverse("approvals_bulk"), {"chosen": [chosen], "sure": "1"}, follow=True)
        assert "Nothing of that waits for you" in answer.content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        asked.refresh_from_db()
    assert asked.status == "pending"


def test_how_it_goes_tells_the_last_thirty_days(cast: Cast) -> None:
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        workflow = make_workflow(cast, stage("Look", cast.asha))
        one, two = (ask(cast, workflow) for _n in range(2))
        rows = ApprovalRequest.objects
        rows.filter(pk=one.pk).update(status="approved", created_at=now - dt.timedelta(hours=5), decided_at=now)
        rows.filter(pk=two.pk).update(
            status="approved", created_at=now - dt.timedelta(hours=9), decided_at=now, revision_count=1
        )
        found = inbox.figures(cast.asha, now=now)
    assert (found.decided, found.first_time, found.median) == (2, 1, dt.timedelta(hours=9))
    assert "50 %" in browser(cast.asha).get(reverse("approvals_figures")).content.decode()


def test_today_names_what_waits_for_me_and_the_changes_i_am_to_make(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        workflow = make_workflow(cast, stage("Look", cast.asha))
        back = ask(cast, workflow, title="Came back")
        deciding.ask_for_changes(back, by=cast.asha, seen=back.seen_as, now=timezone.now(), words="Shorter, please.")
        ask(cast, workflow, title="To decide")
    asha = browser(cast.asha).get(reverse("today")).content.decode()
    assert "To decide" in asha
    assert "Waits for your approval" in asha
    assert "Came back" not in asha
    ben = browser(cast.ben).get(reverse("today")).content.decode()
    assert "Shorter, please." in ben
    assert "Waits for your approval" not in ben
