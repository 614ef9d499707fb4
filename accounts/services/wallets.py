"""Commands on wallets: offer a message, take the signature, let go."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import audit, offers, tasks, tenancy
from accounts.evm.answers import Messages, NotProved, Offer
from accounts.models import Membership, Wallet
from accounts.offers import Asker

STATEMENT = "Connect this wallet to my TrendDrop account. This costs nothing and moves nothing."


class TakenElsewhere(NotProved):
    """Another account holds the wallet."""

    def __init__(self) -> None:
        super().__init__(_("Another account here holds this wallet. Remove it there first; nothing was changed."))


class AlreadyYours(NotProved):
    """The wallet is connected already."""

    def __init__(self) -> None:
        super().__init__(_("This wallet is connected to your account already."))


def messages() -> Messages:
    """Return what writes and checks messages; its libraries are loaded on first use."""
    adapter: Callable[[], Messages] = import_string(settings.WALLET_MESSAGES)
    return adapter()


def offer(*, address: str, chain_id: int, site: tuple[str, str], uri: str, asker: Asker, now: datetime) -> str:
    """Write the message by which an address proves itself to this site (scheme, domain), and remember it."""
    writer = messages()
    made = Offer(
        scheme=site[0],
        domain=site[1],
        uri=uri,
        address=writer.address(address),
        chain_id=chain_id,
        nonce=offers.new_nonce(),
        issued_at=now.replace(microsecond=now.microsecond // 1000 * 1000),
        expires_at=now + offers.VALID,
    )
    offers.keep(made, asker=asker)
    return writer.write(made, statement=STATEMENT)


def prove(*, message: str, signature: str, label: str, asker: Asker, by: Membership, now: datetime) -> Wallet:
    """Connect the wallet that signed the message which was offered here. May ask a chain: call in no transaction."""
    reader = messages()
    nonce = reader.nonce_of(message)
    offered = offers.find(nonce, asker=asker)
    reader.verify(message, signature.strip(), offer=offered, now=now)
    offers.use(nonce, asker=asker)
    with tenancy.of_member(by):
        wallet = _keep(Wallet(user=by.user, address=offered.address, label=label, proved_at=now, message=message))
        audit.record("wallet.proved", wallet, organization_id=by.organization_id, by=by, address=wallet.address)
        tasks.check_wallet.delay_on_commit(wallet_id=str(wallet.pk))  # type: ignore[attr-defined]
    return wallet


def _keep(wallet: Wallet) -> Wallet:
    try:
        with transaction.atomic():
            wallet.save(force_insert=True)
    except IntegrityError as error:
        mine = Wallet.objects.filter(address=wallet.address, user=wallet.user_id).exists()
        refusal: NotProved = AlreadyYours() if mine else TakenElsewhere()
        raise refusal from error
    return wallet


def remove(wallet: Wallet, *, by: Membership) -> None:
    """Let go of a wallet; what it opened closes at once, in every organisation."""
    with tenancy.of_member(by):
        audit.record("wallet.removed", wallet, organization_id=by.organization_id, by=by, address=wallet.address)
        with tenancy.operator():
            Wallet.objects.filter(pk=wallet.pk, user_id=by.user_id).delete()
