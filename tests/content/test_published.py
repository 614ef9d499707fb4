"""The shared library: offered, reviewed, taken, rated; premium and token-gated items; what it begins with."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import gates, tenancy
from accounts.models import GateCheck, Membership, Notification, TokenGate, User, Wallet
from content.libraries import results as library_results
from content.models import ItemRating, LibraryItem, LibraryKind, PublishedItem
from content.services import library_beginnings, published
from tests.cast import Cast
from tests.content.library_cast import NOW, entries, keep, piece_of, result, share, stands, use
from tests.peers import evm
from tests.peers.evm import Chain, holder
from trenddrop.core.limits import LimitReached

HERE = 31337


class NoPremium:
    """A plan without premium templates; gates may open them."""

    def require(self, organization_id: Any, limit: str, *, amount: int) -> None:
        if limit == "premium_templates":
            raise LimitReached("Premium templates come with a larger plan.")


class NoPremiumAtAll:
    """A plan whose gates open nothing either."""

    def require(self, organization_id: Any, limit: str, *, amount: int) -> None:
        if limit.startswith("premium_templates"):
            raise LimitReached("Premium templates come with a larger plan.")


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def operator(cast: Cast) -> User:
    """Somebody of the installation who belongs to neither organisation."""
    return User.objects.create_user("op@trenddrop.example", "x", full_name="Olga", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(operator: User) -> Client:
    client = Client()
    client.force_login(operator)
    return client


def ours(**given: Any) -> PublishedItem:
    """An item of the product's own, open to everybody."""
    said = {"kind": "hook", "name": "The towel", "body": "Your towel is not the problem.", "status": "approved"}
    return PublishedItem.objects.create(**said | given)


# Offered and reviewed


def test_what_is_offered_is_seen_by_others_only_once_an_operator_let_it_in(cast: Cast, desk: Client) -> None:
    item = keep(cast.asha, name="Towels")
    page = signed_in(cast.asha).post(f"/brand/library/{item.pk}/offer/", {"access": "public"}, follow=True)
    assert "An operator looks at it first" in page.content.decode()
    dev = signed_in(cast.dev)
    assert "Towels" not in dev.get("/brand/library/shared/").content.decode()
    row = PublishedItem.objects.get()
    listed = desk.get(reverse("admin:content_publisheditem_changelist"), {"status__exact": "waiting"})
    assert "Towels" in listed.content.decode()
    desk.post(
        reverse("admin:content_publisheditem_changelist"), {"action": "approve", "_selected_action": [str(row.pk)]}
    )
    assert stands(row).status == "approved"
    seen = dev.get("/brand/library/shared/").content.decode()
    assert "Stop scrubbing." in seen
    assert "Kesar" not in seen, "who offered it is not told"
    with tenancy.operator():
        assert "in the shared library now" in Notification.objects.get(user=cast.asha.user).title
    assert [entry.action for entry in (*entries("library.offered"), *entries("library.approved"))] == [
        "library.offered", "library.approved",
    ]  # fmt: skip


def test_a_rejection_says_why_and_the_item_stays_its_owners(cast: Cast, desk: Client) -> None:
    item = keep(cast.asha)
    with tenancy.of_member(cast.asha):
        row = published.offer(item, by=cast.asha)
    address = reverse("admin:content_publisheditem_change", args=[row.pk])
    assert "Stop scrubbing." in desk.get(address).content.decode()
    answer = desk.post(address, {"decision": "reject", "review_note": "Names a person.", "access": "public"})
    assert answer.status_code == 302
    assert (stands(row).status, stands(row).review_note) == ("rejected", "Names a person.")
    page = signed_in(cast.asha).get(f"/brand/library/{item.pk}/").content.decode()
    assert "Names a person." in page
    assert "Offer it" in page
    with tenancy.operator():
        assert Notification.objects.get(user=cast.asha.user).message == "Names a person."


def test_it_is_decided_once_and_only_one_offer_waits(cast: Cast, operator: User) -> None:
    item = keep(cast.asha)
    with tenancy.of_member(cast.asha):
        row = published.offer(item, by=cast.asha)
        with pytest.raises(published.CannotOffer, match="has yet to look"):
            published.offer(item, by=cast.asha)
        with pytest.raises(IntegrityError), transaction.atomic():
            PublishedItem.objects.create(kind="hook", name="x", of_item=item.pk)
    with tenancy.operator():
        assert published.reject(row, by=operator, now=NOW)
        assert not published.approve(row, by=operator, now=NOW)
    assert stands(row).status == "rejected"


def test_a_new_offer_of_the_same_item_takes_the_old_ones_place(cast: Cast, operator: User) -> None:
    item = keep(cast.asha)
    first = share(item, cast.asha, operator)
    with tenancy.operator():
        LibraryItem.objects.filter(pk=item.pk).update(body="Never scrub.")
    second = share(stands(item), cast.asha, operator)
    assert (stands(first).status, stands(second).status, second.body) == ("withdrawn", "approved", "Never scrub.")


def test_an_offer_is_taken_back_by_those_who_made_it(cast: Cast, operator: User) -> None:
    row = share(keep(cast.asha), cast.asha, operator)
    assert signed_in(cast.dev).post(f"/brand/library/shared/{row.pk}/withdraw/").status_code == 404
    assert signed_in(cast.ben).post(f"/brand/library/shared/{row.pk}/withdraw/").status_code == 403
    assert signed_in(cast.asha).post(f"/brand/library/shared/{row.pk}/withdraw/").status_code == 302
    assert stands(row).status == "withdrawn"
    assert len(entries("library.withdrawn")) == 1


def test_creators_keep_items_but_do_not_offer_them(cast: Cast) -> None:
    item = keep(cast.ben)
    assert signed_in(cast.ben).post(f"/brand/library/{item.pk}/offer/", {"access": "public"}).status_code == 403


def test_what_was_taken_from_others_is_not_offered_as_ones_own(cast: Cast) -> None:
    item = published.take(ours(), by=cast.asha)
    page = signed_in(cast.asha).post(f"/brand/library/{item.pk}/offer/", {"access": "public"}, follow=True)
    assert "This came from the shared library." in page.content.decode()


def test_operators_add_take_down_and_never_rewrite_what_members_wrote(cast: Cast, desk: Client, operator: User) -> None:
    row = share(keep(cast.asha), cast.asha, operator)
    address = reverse("admin:content_publisheditem_change", args=[row.pk])
    desk.post(address, {"body": "Buy my book.", "access": "premium", "decision": ""})
    assert (stands(row).body, stands(row).access) == ("Stop scrubbing.", "premium")
    chosen = {"action": "take_down", "_selected_action": [str(row.pk)]}
    desk.post(reverse("admin:content_publisheditem_changelist"), chosen)
    assert stands(row).status == "rejected"
    said = {"kind": "hook", "name": "New", "body": "From {brand}", "access": "public"}
    assert desk.post(reverse("admin:content_publisheditem_add"), said).status_code == 302
    assert PublishedItem.objects.get(name="New").status == "approved"
    wrong = desk.post(reverse("admin:content_publisheditem_add"), said | {"body": "From {brand"})
    assert "is not closed" in wrong.content.decode()


# Taken


def test_taking_copies_it_and_a_second_click_finds_the_copy(cast: Cast) -> None:
    row, ben = ours(), signed_in(cast.ben)
    for _again in range(2):
        ben.post(f"/brand/library/shared/{row.pk}/take/")
    with tenancy.operator():
        [copy] = LibraryItem.objects.all()
    assert (copy.body, copy.taken_from_id, copy.organization_id) == (row.body, row.pk, cast.kesar.pk)
    assert "In your library" in ben.get("/brand/library/shared/").content.decode()


def test_what_waits_or_was_withdrawn_is_not_taken(cast: Cast) -> None:
    for status in ("waiting", "withdrawn", "rejected"):
        row = ours(status=status)
        assert signed_in(cast.ben).post(f"/brand/library/shared/{row.pk}/take/").status_code == 404


def test_premium_words_are_shown_once_the_plan_lets_them_be_taken(cast: Cast, settings: Any) -> None:
    row, ben = ours(access="premium"), signed_in(cast.ben)
    assert "towel is not the problem" not in ben.get("/brand/library/shared/").content.decode()
    settings.LIMITS_BACKEND = f"{__name__}.NoPremium"
    page = ben.post(f"/brand/library/shared/{row.pk}/take/", follow=True).content.decode()
    assert "Premium templates come with a larger plan." in page
    with tenancy.operator():
        assert not LibraryItem.objects.exists()
    settings.LIMITS_BACKEND = "trenddrop.core.limits.OpenLimits"
    ben.post(f"/brand/library/shared/{row.pk}/take/")
    assert "towel is not the problem" in ben.get("/brand/library/shared/").content.decode()


def test_an_open_gate_stands_for_the_plan_where_the_plan_lets_it(cast: Cast, settings: Any) -> None:
    row = ours(access="premium")
    with tenancy.operator():
        wallet = Wallet.objects.create(user=cast.ben.user, address="0x" + "1" * 40, proved_at=timezone.now())
        gate = TokenGate.objects.create(
            organization=cast.kesar, name="Holders", chain_id=1, standard="native", opens="premium", minimum=1
        )
        GateCheck.objects.create(
            organization=cast.kesar, gate=gate, wallet=wallet, balance=2, is_open=True, checked_at=timezone.now()
        )
    settings.LIMITS_BACKEND = f"{__name__}.NoPremiumAtAll"
    with pytest.raises(LimitReached):
        published.take(row, by=cast.ben)
    settings.LIMITS_BACKEND = f"{__name__}.NoPremium"
    with pytest.raises(published.NotOpen):
        published.take(row, by=cast.asha)
    assert published.take(row, by=cast.ben).body == row.body


# Token-gated, against a real EVM


@pytest.fixture(scope="module")
def running_chain() -> Iterator[Chain]:
    with evm.running() as running:
        yield running


@pytest.fixture
def chain(running_chain: Chain, settings: Any) -> Chain:
    settings.EVM_RPC_URLS = {HERE: running_chain.url}
    running_chain.mood = ""
    return running_chain


@pytest.fixture(scope="module")
def token(running_chain: Chain) -> str:
    return running_chain.deploy("Token", ["uint8", "uint256"], [6, 10**15])


def test_a_gated_item_opens_for_who_holds_enough_of_its_token(cast: Cast, chain: Chain, token: str) -> None:
    gate = {"gate_chain": HERE, "gate_standard": "erc20", "gate_contract": token, "gate_minimum": 100}
    row, ben = ours(access="gated", **gate), signed_in(cast.ben)
    page = ben.get("/brand/library/shared/").content.decode()
    assert "towel is not the problem" not in page
    assert "at least 100 of a token" in page
    take = f"/brand/library/shared/{row.pk}/take/"
    assert "Connect your wallet" in ben.post(take, follow=True).content.decode()
    one = holder()
    Wallet.objects.create(user=cast.ben.user, address=one.address, proved_at=timezone.now())
    assert "holds enough" in ben.post(take, follow=True).content.decode()
    chain.mood = "down"
    assert "The chain could not be asked" in ben.post(take, follow=True).content.decode()
    chain.mood = ""
    chain.send(token, "transfer(address,uint256)", ["address", "uint256"], [one.address, 100_000_000])
    assert "is in your library" in ben.post(take, follow=True).content.decode()
    assert "In your library" in signed_in(cast.asha).get("/brand/library/shared/").content.decode()


def test_an_offer_to_holders_names_its_token_and_a_half_gate_is_refused(cast: Cast, chain: Chain, token: str) -> None:
    item, asha = keep(cast.asha), signed_in(cast.asha)
    address = f"/brand/library/{item.pk}/offer/"
    gate = {"access": "gated", "gate_chain": str(HERE), "gate_standard": "erc20", "gate_contract": token.lower()}
    for left_out in ("gate_minimum", "gate_contract", "gate_chain", "gate_standard"):
        whole = gate | {"gate_minimum": "2.5"}
        assert asha.post(address, {name: value for name, value in whole.items() if name != left_out}).status_code == 422
    assert not PublishedItem.objects.exists()
    assert asha.post(address, gate | {"gate_minimum": "2.5"}).status_code == 302
    row = PublishedItem.objects.get()
    assert (row.access, row.gate_contract, float(row.gate_minimum or 0)) == ("gated", token, 2.5)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedItem.objects.create(kind="hook", name="x", access="gated")


def test_asking_a_chain_keeps_no_transaction_open(cast: Cast, chain: Chain, token: str, monkeypatch: Any) -> None:
    gate = {"gate_chain": HERE, "gate_standard": "erc20", "gate_contract": token, "gate_minimum": 1}
    row = ours(access="gated", **gate)
    Wallet.objects.create(user=cast.ben.user, address=holder().address, proved_at=timezone.now())
    depths: list[int] = []
    really_ask = gates.ask

    def ask(pairs: Any) -> Any:
        depths.append(len(connection.savepoint_ids))
        return really_ask(pairs)

    monkeypatch.setattr(gates, "ask", ask)
    outside = len(connection.savepoint_ids)
    with pytest.raises(published.NotOpen):
        published.take(row, by=cast.ben)
    assert depths == [outside]


# Rated


def test_who_took_it_rates_it_and_changes_their_mind(cast: Cast) -> None:
    row, ben = ours(), signed_in(cast.ben)
    rate = f"/brand/library/shared/{row.pk}/rate/"
    assert "Take it into your library first" in ben.post(rate, {"stars": "5"}, follow=True).content.decode()
    published.take(row, by=cast.ben)
    published.take(row, by=cast.dev)
    for stars in ("5", "2"):
        ben.post(rate, {"stars": stars})
    signed_in(cast.dev).post(rate, {"stars": "5"})
    assert (stands(row).rating_sum, stands(row).rating_count, stands(row).average_stars) == (7, 2, 3.5)
    assert "Choose one to five stars." in ben.post(rate, {"stars": "9"}, follow=True).content.decode()
    page = ben.get("/brand/library/shared/").content.decode()
    assert ("3.5" in page, "2 ratings" in page) == (True, True)
    with tenancy.operator():
        ItemRating.objects.filter(user=cast.dev.user).delete()
    library_results.measured(now=NOW)
    assert (stands(row).rating_sum, stands(row).rating_count) == (2, 1), "who leaves takes their stars along"


def test_nobody_rates_what_they_offered_themselves(cast: Cast, operator: User) -> None:
    row = share(keep(cast.asha), cast.asha, operator)
    with tenancy.of_member(cast.asha), pytest.raises(published.CannotRate):
        published.rate(row, 5, by=cast.asha)


def test_operators_remove_a_bought_rating_and_the_sum_follows(cast: Cast, desk: Client) -> None:
    row = ours()
    published.take(row, by=cast.ben)
    with tenancy.of_member(cast.ben):
        published.rate(row, 5, by=cast.ben)
    with tenancy.operator():
        key = str(ItemRating.objects.get().pk)
    chosen = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
    desk.post(reverse("admin:content_itemrating_changelist"), chosen)
    assert (stands(row).rating_sum, stands(row).rating_count) == (0, 0)


# What came of it


def test_shared_results_take_in_several_organisations_or_are_not_told(cast: Cast) -> None:
    two = [(cast.kesar.pk, 2.0)] * 6 + [(cast.lisbon.pk, 0.5)] * 6
    assert library_results.shared_result(two) == (None, None, 0)
    third = cast.client.pk  # any further key
    assert library_results.shared_result([*two, (third, 1.4)]) == (1.262, 0.538, 13)


def test_uses_of_copies_count_for_the_shared_item(cast: Cast) -> None:
    row = ours()
    copy = published.take(row, by=cast.ben)
    piece = piece_of(cast.ben)
    use(copy, piece, cast.ben)
    result(piece, 2.0)
    library_results.measured(now=NOW)
    assert (stands(row).usage_count, stands(row).measured_posts, stands(copy).measured_posts) == (1, 0, 1)


def test_the_page_asks_no_more_however_many_are_shared(cast: Cast) -> None:
    ben, counts = signed_in(cast.ben), []
    ben.get("/brand/library/shared/")
    for many in (2, 20):
        for number in range(many):
            ours(name=f"{many} {number}")
        with CaptureQueriesContext(connection) as asked:
            ben.get("/brand/library/shared/")
        counts.append(len(asked))
    assert counts[0] == counts[1] < 12


# What an installation begins with


def test_an_installation_begins_with_items_in_three_languages_once(cast: Cast) -> None:
    call_command("load_library", verbosity=0)
    rows = PublishedItem.objects.filter(offered_by=None, kind__in=LibraryKind.values)
    count = rows.count()
    assert count >= 48
    assert {"en", "hi", "hi-Latn"} <= set(rows.values_list("language", flat=True))
    assert set(rows.values_list("kind", flat=True)) == {"hook", "caption", "call_to_action", "hashtags"}
    assert library_beginnings.load(now=NOW) == 0
    rows.filter(pk=library_beginnings.key_of("call-save")).update(status="rejected")
    rows.filter(pk=library_beginnings.key_of("hook-stop")).update(body="Old words.")
    assert library_beginnings.load(now=NOW) == 1
    assert stands(rows.get(pk=library_beginnings.key_of("call-save"))).status == "rejected"
    assert "Stop {habit}" in signed_in(cast.ben).get("/brand/library/shared/").content.decode()


def test_no_two_beginnings_are_the_same() -> None:
    found = library_beginnings.entries()
    assert len({entry["key"] for entry in found}) == len(found)
    said = [(entry["kind"], entry["body"], tuple(entry["hashtags"])) for entry in found]
    assert len(set(said)) == len(said)
