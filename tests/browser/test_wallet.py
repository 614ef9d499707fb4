"""Wallets in Chromium: connected by the browser's wallet and without a script, opening a gate; and how it all looks."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import gates, tasks, tenancy
from accounts.models import GateCheck, Membership, TokenGate, User, Wallet
from content.services import assets
from tests.browser.pages import chromium, look, open_page, sign_in
from tests.cast import Cast, gather, person
from tests.peers import evm
from tests.peers.evm import Chain, Holder, holder

pytestmark = pytest.mark.browser

HERE = 31337
# The person's wallet, at the wire of EIP-1193: what it signs is signed by a key outside the browser.
PROVIDER = """window.ethereum = {
    async request({ method, params }) {
        if (method === "eth_requestAccounts") return [await window.walletAddress()];
        if (method === "eth_chainId") return "0x7a69";
        const signature = await window.walletSign(params[0]);
        if (!signature) throw Object.assign(new Error("User rejected"), { code: 4001 });
        return signature;
    },
};"""


@pytest.fixture
def chain(settings: Any) -> Iterator[Chain]:
    with evm.running() as running:
        settings.EVM_RPC_URLS = {HERE: running.url}
        yield running


@pytest.fixture
def owner() -> Holder:
    return holder()


@pytest.fixture
def cast(transactional_db: None, chain: Chain, owner: Holder) -> Cast:
    """Kesar with a gate that asks for a token which the owner of the wallet holds."""
    found = gather()
    token = chain.deploy("Token", ["uint8", "uint256"], [6, 10**15])
    chain.send(token, "transfer(address,uint256)", ["address", "uint256"], [owner.address, 250_000_000])
    given = {"organization": found.kesar, "chain_id": HERE, "standard": "erc20", "contract": token, "minimum": 100}
    with tenancy.operator():
        TokenGate.objects.create(name="Token holders lead", opens="role", role="manager", **given)
        TokenGate.objects.create(name="Premium templates", opens="premium", **given | {"minimum": 500})
    return found


@pytest.fixture
def browser(cast: Cast) -> Iterator[Browser]:
    """Chromium, once the world stands."""
    with chromium() as opened:
        yield opened


def beside(work: Callable[[], Any]) -> Any:
    """Do the database's work beside the browser's loop."""

    def done() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(done).result()


def give_wallet(page: Page, owner: Holder, *, signs: bool = True) -> None:
    """Put the person's wallet into the browser."""

    def sign(data: str) -> str:
        return owner.sign(bytes.fromhex(data[2:]).decode()) if signs else ""

    def address() -> str:
        return owner.address.lower()

    page.expose_function("walletAddress", address)
    page.expose_function("walletSign", sign)
    page.add_init_script(PROVIDER)
    page.reload()


def test_the_browsers_wallet_is_connected_and_opens_a_gate(
    browser: Browser, live_server: Any, cast: Cast, owner: Holder
) -> None:
    url = live_server.url
    opened = open_page(browser, url + reverse("wallets"), state=sign_in(browser, url, cast.ben.user.email))
    page = opened.page
    expect(page.get_by_role("button", name="Connect with my browser’s wallet")).to_be_hidden()
    give_wallet(page, owner)
    page.get_by_role("button", name="Connect with my browser’s wallet").click()
    expect(page.get_by_text(owner.address)).to_be_visible(timeout=30_000)  # the libraries load now
    beside(tasks.check_gates)
    page.reload()
    expect(page.get_by_text("holds 250 of 100")).to_be_visible()
    page.goto(url + reverse("audit"))
    expect(page.get_by_role("heading", name="Audit log", level=1)).to_be_visible()
    assert opened.complaints == []


def test_whoever_says_no_in_the_wallet_connects_nothing(
    browser: Browser, live_server: Any, cast: Cast, owner: Holder
) -> None:
    url = live_server.url
    page = open_page(browser, url + reverse("wallets"), state=sign_in(browser, url, cast.ben.user.email)).page
    give_wallet(page, owner, signs=False)
    page.get_by_role("button", name="Connect with my browser’s wallet").click()
    expect(page.get_by_role("alert").get_by_text("You said no in the wallet")).to_be_visible()
    assert beside(Wallet.objects.count) == 0


def test_without_a_script_the_message_is_copied_and_the_signature_pasted(
    browser: Browser, live_server: Any, cast: Cast, owner: Holder
) -> None:
    url = live_server.url
    state = sign_in(browser, url, cast.ben.user.email)
    page = open_page(browser, url + reverse("wallets"), state=state, script=False).page
    page.get_by_label("Address of the wallet").fill(owner.address)
    page.get_by_role("button", name="Make the message").click()
    message = page.get_by_label("Sign exactly this").input_value()
    assert message.startswith(f"{url} wants you to sign in with your Ethereum account:")
    page.get_by_label("Signature").fill(owner.sign(message))
    page.get_by_label("Name for this wallet").fill("Ledger")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("heading", name="Ledger")).to_be_visible()


def connected(cast: Cast, owner: Holder) -> None:
    """Asha and Ben have wallets, and the chain was asked about them."""
    now = timezone.now()
    Wallet.objects.create(user=cast.asha.user, address=owner.address, label="Ledger", proved_at=now)
    Wallet.objects.create(user=cast.ben.user, address=holder().address, proved_at=now)
    gates.check(gates.pairs_of(now=now), now=now)
    with tenancy.operator():
        check = GateCheck.objects.filter(is_open=False).first()
        assert check is not None
        GateCheck.objects.filter(pk=check.pk).update(error="The chain’s server answers 503.")


def test_wallets_gates_and_reports_look_right(browser: Browser, live_server: Any, cast: Cast, owner: Holder) -> None:
    beside(lambda: connected(cast, owner))
    asset = beside(lambda: _asset(cast.asha))
    state = sign_in(browser, live_server.url, cast.asha.user.email)
    paths = {name: reverse(name) for name in ("wallets", "gates", "gate_new")}
    paths["flag"] = reverse("flag_asset", args=[asset])
    for name, path in paths.items():
        assert look(browser, state, live_server.url + path, name) == []


def _asset(member: Membership) -> Any:
    with tenancy.of_member(member):
        return assets.create_from_text(text="Chai in the rain", title="Chai", key=member.pk, brand=None, by=member).pk


def test_the_message_to_sign_looks_right(browser: Browser, live_server: Any, cast: Cast, owner: Holder) -> None:
    url = live_server.url
    state = sign_in(browser, url, cast.ben.user.email)

    def ask(page: Page) -> None:
        page.get_by_label("Address of the wallet").fill(owner.address)
        page.get_by_role("button", name="Make the message").click()
        page.wait_for_url("**" + reverse("wallet_offer"))

    assert look(browser, state, url + reverse("wallets"), "wallet_sign", first=ask) == []


def test_the_banner_of_whoever_looks_through_anothers_eyes_looks_right(
    browser: Browser, live_server: Any, cast: Cast
) -> None:
    url = live_server.url

    def olga() -> User:
        made = person("Olga Operator", "olga@trenddrop.example")
        User.objects.filter(pk=made.pk).update(is_staff=True, is_superuser=True)
        return made

    state = sign_in(browser, url, beside(olga).email)
    page = open_page(browser, url + reverse("admin:accounts_user_change", args=[cast.asha.user_id]), state=state).page
    page.get_by_role("link", name="Look through their eyes").click()
    page.get_by_label("Reason").fill("Ticket 12: the calendar is empty")
    page.get_by_role("button", name="Look through their eyes").click()
    page.wait_for_url("**" + reverse("today"))
    state = page.context.storage_state()
    assert look(browser, state, url + reverse("members"), "impersonated") == []
    page.get_by_role("button", name="Stop", exact=True).click()
    page.wait_for_url("**" + reverse("admin:accounts_user_change", args=[cast.asha.user_id]))
