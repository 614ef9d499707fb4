"""Token gates, against a real EVM: what a wallet holds opens what the gate names, and selling it closes it."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import gates, tasks, tenancy
from accounts.evm.answers import Question
from accounts.evm.chains import JsonRpc
from accounts.forms.wallets import GateForm
from accounts.models import AuditEntry, GateCheck, Membership, Notification, TokenGate, Wallet
from tests.api.asking import as_member
from tests.cast import Cast
from tests.peers import evm
from tests.peers.evm import Chain, holder
from tests.test_doors import signed_in

HERE = 31337
SEND = "transfer(address,uint256)"
TO = ["address", "uint256"]


@pytest.fixture(scope="module")
def running_chain() -> Iterator[Chain]:
    with evm.running() as running:
        yield running


@pytest.fixture
def chain(running_chain: Chain, settings: Any) -> Chain:
    settings.EVM_RPC_URLS = {HERE: running_chain.url}
    running_chain.mood = ""
    running_chain.asked.clear()
    return running_chain


@pytest.fixture(scope="module")
def token(running_chain: Chain) -> str:
    """An ERC-20 token with six decimals, all of it with the rich account."""
    return running_chain.deploy("Token", ["uint8", "uint256"], [6, 10**15])


def wallet_of(member: Membership, address: str) -> Wallet:
    return Wallet.objects.create(user=member.user, address=address, proved_at=timezone.now())


def gate_of(cast: Cast, token: str, **more: Any) -> TokenGate:
    given = {"opens": "role", "role": "manager", "standard": "erc20", "contract": token, "minimum": 100} | more
    with tenancy.operator():
        return TokenGate.objects.create(organization=cast.kesar, name="Holders", chain_id=HERE, **given)


def check_now(*, later: timedelta = timedelta()) -> None:
    now = timezone.now() + later
    gates.check(gates.pairs_of(now=now), now=now)


def the_check() -> GateCheck:
    with tenancy.operator():
        return GateCheck.objects.get()


@pytest.mark.parametrize(
    ("standard", "expected"), [("erc20", "2.5"), ("erc721", "1"), ("erc1155", "9"), ("native", "0.5")]
)
def test_every_standard_is_counted_in_whole_tokens(standard: str, expected: str, chain: Chain, token: str) -> None:
    one = holder()
    contract, token_id = "", None
    if standard == "erc20":
        contract = token
        chain.send(token, SEND, TO, [one.address, 2_500_000])
    elif standard == "erc721":
        contract = chain.deploy("Collectible")
        chain.send(contract, "mint(address,uint256)", TO, [one.address, 7])
    elif standard == "erc1155":
        contract, token_id = chain.deploy("Passes"), 3
        chain.send(contract, "mint(address,uint256,uint256)", [*TO, "uint256"], [one.address, 3, 9])
    else:
        chain.pay(one.address, 5 * 10**17)
    [answer] = JsonRpc().holdings(HERE, [Question(one.address, standard, contract, token_id)])
    assert (answer.amount, answer.error) == (Decimal(expected), "")
    assert answer.block


def test_one_request_asks_for_everything_and_one_bad_contract_spoils_nothing(chain: Chain, token: str) -> None:
    one = holder()
    chain.send(token, SEND, TO, [one.address, 1_000_000])
    broken, nothing = chain.deploy("Broken"), "0x" + "11" * 20
    asked = [Question(one.address, "erc721", broken), Question(one.address, "erc20", nothing)]
    first, second, third = JsonRpc().holdings(HERE, [*asked, Question(one.address, "erc20", token)])
    assert "closed for today" in first.error
    assert "no such token" in second.error
    assert third.amount == 1
    assert first.amount is second.amount is None


def test_holding_enough_lends_the_role_and_selling_takes_it_back(cast: Cast, chain: Chain, token: str) -> None:
    ben = holder()
    chain.adopt(ben)
    wallet_of(cast.ben, ben.address)
    gate_of(cast, token)
    assert signed_in(cast.ben).get("/organisation/audit/").status_code == 403
    chain.send(token, SEND, TO, [ben.address, 100_000_000])
    check_now()
    assert the_check().is_open
    assert signed_in(cast.ben).get("/organisation/audit/").status_code == 200
    sale = {"from": ben.address, "to": token, "gas": 200_000, "data": evm.data_of(SEND, TO, [chain.rich, 1])}
    chain.tester.send_transaction(sale)
    check_now(later=gates.BELIEVED)
    assert not the_check().is_open
    assert signed_in(cast.ben).get("/organisation/audit/").status_code == 403


def opened(cast: Cast, chain: Chain, token: str, member: Membership, **more: Any) -> TokenGate:
    """Return a gate that is open for a member."""
    one = holder()
    chain.send(token, SEND, TO, [one.address, 200_000_000])
    wallet_of(member, one.address)
    gate = gate_of(cast, token, **more)
    check_now()
    return gate


def test_the_change_is_written_down_and_told(cast: Cast, chain: Chain, token: str) -> None:
    opened(cast, chain, token, cast.ben)
    with tenancy.operator():
        entry = AuditEntry.objects.get(action="gate.opened")
        told = Notification.objects.get(user=cast.ben.user)
    assert entry.metadata["member"] == "Ben Thomas"
    assert "Holders" in told.title
    check_now(later=gates.BELIEVED)
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="gate.opened").count() == 1, "only when it moves"


def test_a_members_own_refusal_is_stronger_than_a_gate(cast: Cast, chain: Chain, token: str) -> None:
    opened(cast, chain, token, cast.ben)
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).update(permission_overrides={"audit.view": False})
    assert signed_in(cast.ben).get("/organisation/audit/").status_code == 403


def test_a_gate_never_lends_what_only_the_owner_may(cast: Cast, chain: Chain, token: str) -> None:
    opened(cast, chain, token, cast.ben)
    assert signed_in(cast.ben).get("/organisation/gates/").status_code == 403
    assert signed_in(cast.ben).get("/organisation/transfer/").status_code == 403


def test_a_gate_opens_in_its_own_organisation_only(cast: Cast, chain: Chain, token: str) -> None:
    opened(cast, chain, token, cast.ben)
    with tenancy.operator():
        elsewhere = Membership.objects.create(organization=cast.lisbon, user=cast.ben.user, role="creator")
        assert gates.lent_to(cast.ben) == ["manager"]
        assert gates.lent_to(elsewhere) == []


def test_a_gate_that_is_switched_off_is_closed(cast: Cast, chain: Chain, token: str) -> None:
    gate = opened(cast, chain, token, cast.ben)
    with tenancy.operator():
        TokenGate.objects.filter(pk=gate.pk).update(active=False)
    assert signed_in(cast.ben).get("/organisation/audit/").status_code == 403


def test_removing_the_wallet_closes_what_it_opened(cast: Cast, chain: Chain, token: str) -> None:
    opened(cast, chain, token, cast.ben)
    wallet = Wallet.objects.get()
    signed_in(cast.ben).post(f"/settings/wallets/{wallet.pk}/remove/")
    assert signed_in(cast.ben).get("/organisation/audit/").status_code == 403


def test_premium_is_asked_for_by_its_name(cast: Cast, chain: Chain, token: str) -> None:
    opened(cast, chain, token, cast.ben, opens="premium", role="")
    with tenancy.of_member(cast.ben):
        assert gates.opens(cast.ben, "premium")
        assert not gates.opens(cast.ben, "manager")
    with tenancy.of_member(cast.asha):
        assert not gates.opens(cast.asha, "premium")


def test_a_clients_member_can_have_premium_too(cast: Cast, chain: Chain, token: str) -> None:
    opened(cast, chain, token, cast.esha, opens="premium", role="")
    with tenancy.of_member(cast.esha):
        assert gates.opens(cast.esha, "premium")


@pytest.mark.parametrize(
    ("mood", "words"),
    [("down", "answers 503"), ("poem", "no JSON"), ("single", "in a batch"), ("refusing", "rate limited")],
)
def test_a_chain_that_cannot_be_asked_is_written_down_and_closes_nothing(
    mood: str, words: str, cast: Cast, chain: Chain, token: str
) -> None:
    opened(cast, chain, token, cast.ben)
    before = the_check()
    chain.mood = mood
    check_now(later=gates.BELIEVED)
    after = the_check()
    assert words in after.error
    assert (after.is_open, after.balance, after.checked_at) == (True, before.balance, before.checked_at)
    assert signed_in(cast.ben).get("/organisation/audit/").status_code == 200


def test_an_answer_that_is_too_old_opens_nothing(cast: Cast, chain: Chain, token: str) -> None:
    opened(cast, chain, token, cast.ben)
    with tenancy.operator():
        GateCheck.objects.update(checked_at=timezone.now() - gates.GRACE - timedelta(seconds=1))
    assert signed_in(cast.ben).get("/organisation/audit/").status_code == 403


def test_a_server_that_is_not_there_is_an_error_in_words(cast: Cast, chain: Chain, settings: Any) -> None:
    settings.EVM_RPC_URLS = {HERE: "http://127.0.0.1:9/"}
    wallet_of(cast.ben, holder().address)
    gate_of(cast, "0x" + "11" * 20)
    check_now()
    assert "does not answer" in the_check().error
    settings.EVM_RPC_URLS = {}
    check_now(later=gates.BELIEVED)
    assert "No server is set up" in the_check().error


def test_what_was_asked_a_moment_ago_is_not_asked_again(cast: Cast, chain: Chain, token: str) -> None:
    opened(cast, chain, token, cast.ben)
    chain.asked.clear()
    tasks.check_gates()
    assert chain.asked == []
    tasks.check_wallet(wallet_id=str(Wallet.objects.get().pk))
    assert "eth_call" in chain.asked


def test_whoever_left_is_not_asked_about(cast: Cast, chain: Chain, token: str) -> None:
    wallet_of(cast.ben, holder().address)
    gate_of(cast, token)
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).update(status="inactive")
    assert gates.pairs_of(now=timezone.now()) == []


# The page


def form(**more: Any) -> dict[str, Any]:
    token = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    given = {"name": "Holders", "lends": "creator", "chain_id": HERE, "standard": "erc20", "contract": token}
    return given | {"minimum": "100", "active": "on"} | more


def test_a_gate_is_set_on_its_page(cast: Cast, chain: Chain) -> None:
    asha = signed_in(cast.asha)
    assert asha.post("/organisation/gates/new/", form()).status_code == 302
    page = asha.get("/organisation/gates/").content
    assert b"Holders" in page
    assert b"may what the role Creator may" in page
    with tenancy.operator():
        gate = TokenGate.objects.get()
        assert AuditEntry.objects.filter(action="gate.created").count() == 1
    changed = asha.post(f"/organisation/gates/{gate.pk}/", form(lends="premium", minimum="0.5"))
    assert changed.status_code == 302
    with tenancy.operator():
        gate.refresh_from_db()
    assert (gate.opens, gate.role, gate.minimum) == ("premium", "", Decimal("0.5"))
    asha.post(f"/organisation/gates/{gate.pk}/remove/")
    with tenancy.operator():
        assert not TokenGate.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"minimum": "0"}, "minimum"),
        ({"minimum": "-5"}, "minimum"),
        ({"contract": ""}, "contract"),
        ({"contract": "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}, "contract"),
        ({"contract": "vitalik.eth"}, "contract"),
        ({"standard": "erc1155"}, "token_id"),
        ({"lends": "owner"}, "lends"),
        ({"chain_id": "5"}, "chain_id"),
    ],
)
def test_a_gate_that_makes_no_sense_is_refused_beside_its_field(
    more: dict[str, str], field: str, chain: Chain, db: None
) -> None:
    bound = GateForm(form(**more))
    assert not bound.is_valid()
    assert field in bound.errors


def test_testing_with_my_wallet_asks_the_chain_now(cast: Cast, chain: Chain, token: str) -> None:
    one = holder()
    chain.send(token, SEND, TO, [one.address, 250_000_000])
    gate = gate_of(cast, token)
    asha = signed_in(cast.asha)
    none = asha.post(f"/organisation/gates/{gate.pk}/test/", follow=True)
    assert b"Connect a wallet of your own first" in none.content
    wallet_of(cast.asha, one.address)
    done = asha.post(f"/organisation/gates/{gate.pk}/test/", follow=True)
    assert b"holds 250: the gate is open." in done.content
    chain.mood = "down"
    failed = asha.post(f"/organisation/gates/{gate.pk}/test/", follow=True)
    assert b"could not be asked" in failed.content


def test_a_program_tests_a_gate_with_a_wallet_of_its_member(cast: Cast, chain: Chain, token: str) -> None:
    one, other = holder(), holder()
    chain.send(token, SEND, TO, [one.address, 250_000_000])
    api, address = as_member(cast.asha), f"gates/{gate_of(cast, token).pk}/test"
    assert api.post(address, {}).json()["code"] == "no_wallet"
    rich, poor = wallet_of(cast.asha, one.address), wallet_of(cast.asha, other.address)
    found = api.post(address, {"wallet": str(rich.pk)}).json()
    assert (found["address"], Decimal(found["balance"]), found["is_open"]) == (rich.address, Decimal(250), True)
    assert api.post(address, {"wallet": str(poor.pk)}).json()["is_open"] is False
    foreign = wallet_of(cast.ben, holder().address)
    assert api.post(address, {"wallet": str(foreign.pk)}).status_code == 422
    assert as_member(cast.dev).post(address, {}).status_code == 404
    chain.mood = "down"
    answer = api.post(address, {"wallet": str(rich.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "chain_error")


def test_the_pages_questions_do_not_grow_with_the_rows(cast: Cast, chain: Chain, token: str) -> None:
    asha = signed_in(cast.asha)
    asha.get("/organisation/gates/")
    counts = []
    for _round in range(2):
        for _each in range(3):
            opened(cast, chain, token, cast.ben)
        with CaptureQueriesContext(connection) as asked:
            asha.get("/organisation/gates/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] < 13
