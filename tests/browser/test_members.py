"""Members, invitations and organisations in Chromium: how they look, and the way from an invitation into the work."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from accounts.invitation_mail import token_of
from accounts.models import Membership
from accounts.services import invitations
from tests.browser.newcomer import Newcomer
from tests.browser.pages import chromium, faults, look, open_page, sign_in
from tests.cast import PASSWORD, Cast, gather, person
from trenddrop.celery import app as celery

pytestmark = pytest.mark.browser

INSIDE = [
    "members", "invite", "invitations", "organizations", "organization_new", "organization_settings", "transfer",
    "organization_delete",
]  # fmt: skip


@pytest.fixture
def links(transactional_db: None) -> dict[str, str]:
    """Kesar with members of every kind and invitations out; the addresses of some pages."""
    cast = gather()
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).update(permission_overrides={"audit.view": True})
        Membership.objects.filter(pk=cast.chitra.pk).update(status="inactive")
    return paths(cast)


def paths(cast: Cast) -> dict[str, str]:
    """Invite some, and return where their links and members' pages are."""
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        told: dict[str, Any] = {"by": cast.asha, "now": now, "message": "The monsoon plan is waiting for you."}
        mine = invitations.invite_one("gita@kesar.example", role="manager", **told)
        gone = invitations.invite_one("old-intern@kesar.example", role="creator", **told)
        invitations.invite_one("meera@chaipoint.example", role="client", client=cast.client, **told)
        invitations.revoke(gone, by=cast.asha, now=now)
    person("Gita Nair", "gita@kesar.example")
    found = {
        "member": reverse("member", args=[cast.ben.pk]),
        "member-inactive": reverse("member", args=[cast.chitra.pk]),
        "member-owner": reverse("member", args=[cast.asha.pk]),
        "invitation": reverse("invitation", args=[token_of(mine)]),
        "invitation-gone": reverse("invitation", args=[token_of(gone)]),
    }
    return found | {name: reverse(name) for name in INSIDE}


@pytest.fixture
def browser(links: dict[str, str]) -> Iterator[Browser]:
    """Chromium; it comes last, for Django asks its tables no more in a thread where a browser runs."""
    del links
    with chromium() as opened:
        yield opened


def test_the_pages_of_members_and_organisations_have_no_fault(
    browser: Browser, links: dict[str, str], live_server: Any
) -> None:
    asha = sign_in(browser, live_server.url, "asha@kesar.example")
    inside = [name for name in links if not name.startswith("invitation") or name == "invitations"]
    wrong = [fault for name in inside for fault in look(browser, asha, live_server.url + links[name], name)]
    assert wrong == []


def test_the_page_behind_a_link_has_no_fault_whoever_opens_it(
    browser: Browser, links: dict[str, str], live_server: Any
) -> None:
    url = live_server.url
    asha, gita = (sign_in(browser, url, email) for email in ("asha@kesar.example", "gita@kesar.example"))
    wrong = look(browser, None, url + links["invitation"], "invitation-stranger")
    wrong += look(browser, asha, url + links["invitation"], "invitation-other")
    wrong += look(browser, gita, url + links["invitation"], "invitation-mine")
    wrong += look(browser, gita, url + reverse("organizations"), "organizations-none")
    wrong += look(browser, gita, url + reverse("organization_new"), "organization-first")
    gone = open_page(browser, url + links["invitation-gone"])
    wrong += [fault for fault in faults(gone, "invitation-gone") if "410" not in fault]
    assert wrong == []


def test_without_a_script_one_switches_searches_and_changes_rights(
    browser: Browser, links: dict[str, str], live_server: Any
) -> None:
    state = sign_in(browser, live_server.url, "asha@kesar.example")
    page = open_page(browser, live_server.url + links["organization_new"], state=state, script=False).page
    page.get_by_label("Name").fill("Second House")
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("link", name=re.compile("Second House.*my organisations")).click()
    page.get_by_role("button", name=re.compile("Go there.*Kesar Naturals")).click()
    expect(page.get_by_role("link", name=re.compile("Kesar Naturals.*my organisations"))).to_be_visible()
    page.goto(f"{live_server.url}{links['members']}?q=thomas")
    page.get_by_role("link", name=re.compile("Change.*Ben Thomas")).click()
    page.get_by_label("See numbers").select_option("refuse")
    page.get_by_role("button", name="Save rights").click()
    expect(page.get_by_label("See numbers")).to_have_value("refuse")


# From a mail into the work


@pytest.fixture
def sent(transactional_db: None, mailoutbox: list[Any]) -> Iterator[list[Any]]:
    """The mails that go out; the worker's tasks are done at once."""
    celery.conf.task_always_eager = True
    yield mailoutbox
    celery.conf.task_always_eager = False


def test_an_invited_person_signs_up_works_where_she_was_asked_and_comes_to_more_rights(
    sent: list[Any], live_server: Any
) -> None:
    with chromium() as browser:
        asha = Newcomer(browser, live_server.url, "Asha Menon", "asha.menon@kesar.example")
        asha.sign_up()
        invites(asha.go("/organisation/members/"), "hari@kesar.example")
        (mail,) = [each for each in sent if each.to == ["hari@kesar.example"]]
        link = re.search(r"/invitation/[\w-]{43}/", mail.body)
        assert link is not None, mail.body
        hari = Newcomer(browser, live_server.url, "Hari Rao", "hari@kesar.example")
        signs_up(hari, link.group())
        assert hari.go("/organisation/audit/").title().startswith("Not allowed")
        gives_the_log(asha.go("/organisation/members/"), "Hari Rao")
        expect(hari.go("/organisation/audit/").get_by_role("heading", name="Audit log", exact=True)).to_be_visible()
        makes_another_and_switches(hari)
        said = [*asha.complaints, *hari.complaints]
    assert [words for words in said if "403" not in words] == []


def invites(page: Page, email: str) -> None:
    page.get_by_role("link", name="Invite", exact=True).click()
    page.get_by_label("E-mail addresses").fill(email)
    page.get_by_label("Role").select_option("creator")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("rowheader", name=email)).to_be_visible()


def signs_up(hari: Newcomer, link: str) -> None:
    page = hari.go(link)
    expect(page.get_by_role("heading", name="Asha Menon invites you to Asha Menon")).to_be_visible()
    page.get_by_role("button", name="Make an account and join").click()
    expect(page.get_by_label("Email")).to_have_value(hari.email)
    page.get_by_label("Your name").fill(hari.name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/today/")
    expect(page.get_by_role("link", name=re.compile("Asha Menon.*my organisations"))).to_be_visible()


def gives_the_log(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile(f"Change.*{name}")).click()
    page.get_by_label("Read the audit log").select_option("allow")
    page.get_by_role("button", name="Save rights").click()
    expect(page.get_by_label("Read the audit log")).to_have_value("allow")


def makes_another_and_switches(hari: Newcomer) -> None:
    page = hari.go("/organisations/new/")
    page.get_by_label("Name").fill("Hari Films")
    page.get_by_role("button", name="Make it").click()
    here = page.get_by_role("link", name=re.compile("my organisations$"))
    expect(here).to_have_text(re.compile("Hari Films"))
    here.click()
    page.locator("#organizations").get_by_role("button", name="Asha Menon").click()
    page.wait_for_url("**/today/")
    expect(here).to_have_text(re.compile("Asha Menon"))
