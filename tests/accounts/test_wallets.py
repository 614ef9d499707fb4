"""Wallets: whoever signs the message that was offered, here and now, holds the wallet; nobody else does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import offers, tenancy
from accounts.evm.answers import NotProved
from accounts.models import AuditEntry, Wallet
from accounts.offers import Asker
from accounts.services import wallets
from tests.cast import Cast, gather
from tests.peers import evm
from tests.peers.evm import Chain, Holder, holder
from tests.test_doors import signed_in

SITE = ("https", "trenddrop.example")
URI = "https://trenddrop.example/settings/wallets/"
ME = Asker("asha", "session-1")


@pytest.fixture(scope="module")
def chain() -> Iterator[Chain]:
    with evm.running() as running:
        yield running


def offered(wallet: Holder, *, asker: Asker = ME, chain_id: int = 1, address: str = "", **more: Any) -> str:
    given: dict[str, Any] = {"site": SITE, "uri": URI, "now": timezone.now()} | more
    return wallets.offer(address=address or wallet.address, chain_id=chain_id, asker=asker, **given)


def prove(cast: Cast, message: str, signature: str, *, asker: Asker = ME, later: timedelta = timedelta()) -> Wallet:
    return wallets.prove(
        message=message, signature=signature, label="", asker=asker, by=cast.asha, now=timezone.now() + later
    )


def test_whoever_signs_the_message_has_proved_the_wallet(cast: Cast) -> None:
    mine = holder()
    message = offered(mine)
    wallet = prove(cast, message, mine.sign(message))
    assert (wallet.address, wallet.user_id) == (mine.address, cast.asha.user_id)
    assert wallet.message == message
    with tenancy.operator():
        entry = AuditEntry.objects.filter(action="wallet.proved").get()
    assert entry.metadata["address"] == mine.address


def test_the_message_names_the_site_the_page_the_chain_and_its_end(db: None) -> None:
    text = offered(holder(), chain_id=137)
    assert text.startswith("https://trenddrop.example wants you to sign in with your Ethereum account:\n0x")
    for line in (
        "URI: https://trenddrop.example/settings/wallets/",
        "Version: 1",
        "Chain ID: 137",
        "Nonce: ",
        "Expira",
    ):
        assert line in text
    assert "costs nothing and moves nothing" in text


def test_an_address_in_lower_case_is_taken_and_written_with_its_checksum(cast: Cast) -> None:
    mine = holder()
    message = offered(mine, address=mine.address.lower())
    assert mine.address in message
    assert prove(cast, message, mine.sign(message)).address == mine.address


@pytest.mark.parametrize(
    "address", ["", "0x12", "asha.eth", "0x" + "g" * 40, "52908400098527886E0F7030069857D2E4169EE7x"]
)
def test_what_is_no_address_is_refused(address: str, db: None) -> None:
    with pytest.raises(NotProved, match="no address"):
        wallets.offer(address=address, chain_id=1, site=SITE, uri=URI, asker=ME, now=timezone.now())


def test_a_typing_mistake_in_an_address_is_found_by_its_checksum(db: None) -> None:
    right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    with pytest.raises(NotProved, match="typing mistake"):
        offered(holder(), address=right.replace("aAe", "AAe"))


def test_the_same_signature_does_not_count_twice(cast: Cast) -> None:
    mine = holder()
    message = offered(mine)
    signature = mine.sign(message)
    prove(cast, message, signature).delete()
    with pytest.raises(NotProved, match="used already"):
        prove(cast, message, signature)


def test_a_wrong_try_does_not_use_the_message_up(cast: Cast) -> None:
    mine = holder()
    message = offered(mine)
    with pytest.raises(NotProved, match="not by"):
        prove(cast, message, holder().sign(message))
    assert prove(cast, message, mine.sign(message)).pk


def test_somebody_elses_signature_is_refused_and_says_whose_is_wanted(cast: Cast) -> None:
    mine = holder()
    message = offered(mine)
    with pytest.raises(NotProved, match=mine.address):
        prove(cast, message, holder().sign(message))


@pytest.mark.parametrize(
    "signature", ["", "0x", "0x12", "signed by me", "0x" + "zz" * 65, "0x" + "00" * 65, "0x" + "ff" * 65]
)
def test_what_is_no_signature_is_refused(signature: str, cast: Cast) -> None:
    with pytest.raises(NotProved):
        prove(cast, offered(holder()), signature)
    assert not Wallet.objects.exists()


def altered(message: str, old: str, new: str) -> str:
    assert old in message
    return message.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("https://trenddrop.example wants", "https://trendrop.example wants", "another site"),
        ("https://trenddrop.example wants", "http://trenddrop.example wants", "another site"),
        ("URI: https://trenddrop.example/", "URI: https://trendrop.example/", "another page"),
        ("Chain ID: 1", "Chain ID: 137", "another chain"),
        ("Nonce: ", "Nonce: x", "used already"),
    ],
)
def test_a_signed_message_that_was_not_offered_here_is_refused(old: str, new: str, words: str, cast: Cast) -> None:
    """The wallet did sign it: another site may have asked."""
    mine = holder()
    message = altered(offered(mine), old, new)
    with pytest.raises(NotProved, match=words):
        prove(cast, message, mine.sign(message))


def test_a_message_for_another_address_is_refused(cast: Cast) -> None:
    mine, other = holder(), holder()
    message = altered(offered(mine), mine.address, other.address)
    with pytest.raises(NotProved, match="another address"):
        prove(cast, message, other.sign(message))


def test_a_changed_statement_does_not_fit_what_was_signed(cast: Cast) -> None:
    mine = holder()
    message = offered(mine)
    with pytest.raises(NotProved, match="not by"):
        prove(cast, altered(message, "moves nothing", "moves everything"), mine.sign(message))


HEAD = "http://localhost wants you to sign in with your Ethereum account:\n0x" + "5" * 40 + "\n"


@pytest.mark.parametrize("text", ["", "hello", "Nonce: 12345678", "x" * 5000, HEAD + "x" * 1400, HEAD + "x\n" * 900])
def test_a_text_that_is_no_such_message_is_refused(text: str, cast: Cast) -> None:
    with pytest.raises(NotProved, match="not the message"):
        prove(cast, text, holder().sign("x"))


def test_a_message_that_expired_is_refused(cast: Cast) -> None:
    mine = holder()
    message = offered(mine)
    with pytest.raises(NotProved, match="older than five minutes"):
        prove(cast, message, mine.sign(message), later=timedelta(minutes=5, seconds=1))


def test_a_life_cannot_be_made_longer(cast: Cast) -> None:
    """The person writes a later end into the message and signs that."""
    mine, now = holder(), timezone.now()
    message = offered(mine, now=now)
    end = next(line for line in message.splitlines() if line.startswith("Expiration"))
    forged = altered(message, end, "Expiration Time: 2999-01-01T00:00:00.000Z")
    with pytest.raises(NotProved):
        prove(cast, forged, mine.sign(forged), later=timedelta(hours=1))


def test_a_message_from_the_future_is_refused(cast: Cast) -> None:
    mine = holder()
    message = offered(mine, now=timezone.now() + timedelta(hours=1))
    with pytest.raises(NotProved, match="future"):
        prove(cast, message, mine.sign(message))


@pytest.mark.parametrize("asker", [Asker("ben", "session-1"), Asker("asha", "session-2"), Asker("asha", "")])
def test_a_message_is_for_one_person_in_one_session(asker: Asker, cast: Cast) -> None:
    mine = holder()
    message = offered(mine)
    with pytest.raises(NotProved, match="somebody else"):
        prove(cast, message, mine.sign(message), asker=asker)
    assert prove(cast, message, mine.sign(message)).pk, "and the one it was for can still use it"


def test_a_wallet_has_one_holder(cast: Cast) -> None:
    mine = holder()
    Wallet.objects.create(user=cast.dev.user, address=mine.address, proved_at=timezone.now())
    message = offered(mine)
    with pytest.raises(wallets.TakenElsewhere):
        prove(cast, message, mine.sign(message))
    assert Wallet.objects.get().user_id == cast.dev.user_id


def test_a_wallet_is_connected_once(cast: Cast) -> None:
    mine = holder()
    for refused in (False, True):
        message = offered(mine)
        if refused:
            with pytest.raises(wallets.AlreadyYours):
                prove(cast, message, mine.sign(message))
        else:
            prove(cast, message, mine.sign(message))
    assert Wallet.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_bring_the_same_signature_at_once_one_gets_in() -> None:
    cast, mine = gather(), holder()
    message = offered(mine)
    signature = mine.sign(message)

    def bring(_number: int) -> bool:
        try:
            prove(cast, message, signature)
        except NotProved:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as crowd:
        assert sum(crowd.map(bring, range(10))) == 1
    assert Wallet.objects.count() == 1


def test_without_redis_nothing_is_proved(cast: Cast, settings: Any, tmp_path: Any) -> None:
    mine = holder()
    message = offered(mine)
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    with pytest.raises(NotProved, match="our fault"):
        prove(cast, message, mine.sign(message))
    with pytest.raises(NotProved, match="our fault"):
        offered(mine)


def test_a_wallet_that_is_a_contract_signs_by_its_owner(cast: Cast, chain: Chain, settings: Any) -> None:
    """EIP-1271, asked of a real chain."""
    settings.EVM_RPC_URLS = {31337: chain.url}
    owner = holder("0x" + "42" * 32)
    chain.adopt(owner)
    sent = chain.tester.send_transaction(
        {"from": owner.address, "gas": 900_000, "data": evm.CONTRACTS["Safe"]["bytecode"]}
    )
    safe = str(chain.tester.get_transaction_receipt(sent)["contract_address"])
    message = offered(owner, address=safe, chain_id=31337)
    with pytest.raises(NotProved, match="not by"):
        prove(cast, message, holder().sign(message))
    assert prove(cast, message, owner.sign(message)).address.lower() == safe.lower()


def test_a_contracts_signature_needs_a_chain_that_can_be_asked(cast: Cast) -> None:
    owner, safe = holder(), "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    message = offered(owner, address=safe, chain_id=31337)
    with pytest.raises(NotProved, match="not by"):
        prove(cast, message, owner.sign(message))


# The pages


def test_the_page_connects_by_message_and_signature_without_a_script(cast: Cast) -> None:
    asha, mine = signed_in(cast.asha), holder()
    assert b"Connect a wallet" in asha.get("/settings/wallets/").content
    page = asha.post("/settings/wallets/message/", {"address": mine.address})
    message = page.context["form"]["message"].value()
    assert message.startswith("http://testserver wants you to sign in")
    form = {"message": message.replace("\n", "\r\n"), "signature": f" {mine.sign(message)}\n", "label": "Ledger"}
    done = asha.post("/settings/wallets/prove/", form, follow=True)
    assert b"Ledger is connected." in done.content
    assert mine.address.encode() in done.content


def test_the_pages_script_is_answered_in_json(cast: Cast) -> None:
    asha, mine, wants = signed_in(cast.asha), holder(), {"Accept": "application/json"}
    found = asha.post("/settings/wallets/message/", {"address": mine.address, "chain_id": "137"}, headers=wants)
    assert "Chain ID: 137" in found.json()["text"]
    refused = asha.post("/settings/wallets/message/", {"address": "0x1"}, headers=wants)
    assert refused.status_code == 422
    assert "no address" in refused.json()["message"]


def test_a_refusal_keeps_the_message_and_says_why(cast: Cast) -> None:
    asha, mine = signed_in(cast.asha), holder()
    page = asha.post("/settings/wallets/message/", {"address": mine.address})
    message = page.context["form"]["message"].value()
    refused = asha.post("/settings/wallets/prove/", {"message": message, "signature": holder().sign(message)})
    assert refused.status_code == 422
    assert b"Choose that account in your wallet" in refused.content
    assert b"Nonce" in refused.content
    bad = asha.post("/settings/wallets/message/", {"address": "nobody"})
    assert bad.status_code == 422


def test_another_session_of_the_same_person_has_its_own_messages(cast: Cast) -> None:
    phone, desk, mine = signed_in(cast.asha), signed_in(cast.asha), holder()
    message = phone.post("/settings/wallets/message/", {"address": mine.address}).context["form"]["message"].value()
    refused = desk.post("/settings/wallets/prove/", {"message": message, "signature": mine.sign(message)})
    assert b"somebody else" in refused.content


def test_a_wallet_goes_when_its_holder_says_so_and_only_then(cast: Cast) -> None:
    wallet = Wallet.objects.create(user=cast.asha.user, address=holder().address, proved_at=timezone.now())
    assert signed_in(cast.ben).post(f"/settings/wallets/{wallet.pk}/remove/").status_code == 404
    assert signed_in(cast.asha).post(f"/settings/wallets/{wallet.pk}/remove/").status_code == 302
    assert not Wallet.objects.exists()


def test_the_pages_questions_do_not_grow_with_the_wallets(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/settings/wallets/")
        return len(asked)

    client = signed_in(cast.asha)
    client.get("/settings/wallets/")
    counts = []
    for _round in range(2):
        for _each in range(3):
            Wallet.objects.create(user=cast.asha.user, address=holder().address, proved_at=timezone.now())
        counts.append(queries())
    assert counts[0] == counts[1]
    assert counts[0] < 13


def test_a_web_process_starts_without_the_slow_libraries() -> None:
    """siwe and what it brings are loaded by the first wallet, not by every start."""
    script = (
        "import sys, json, django; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "print(json.dumps([name for name in ('siwe', 'web3', 'eth_abi', 'eth_account') if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_a_nonce_is_long_and_never_the_same() -> None:
    made = {offers.new_nonce() for _ in range(200)}
    assert len(made) == 200
    assert {len(each) for each in made} == {20}
