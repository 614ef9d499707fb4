"""Commands on what is offered to everybody: offer, withdraw, take, rate; and the operators' decision."""

import datetime as dt
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, gates, tenancy
from accounts.models import Membership, Notification, TokenGate, User, Wallet
from accounts.notifications import notify, words
from content.libraries import shelf
from content.models import ItemRating, LibraryItem, PublishedItem, Template, TemplateKind
from content.services import libraries as own
from trenddrop.core import limits

MOST_WAITING = 20  # of an organisation
COPIED = ("kind", "name", "body", "hashtags", "call_kind", "platform", "category", "language")
OF_TEMPLATE = ("kind", "name", "design", "formats", "category")
GATE = ("gate_chain", "gate_standard", "gate_contract", "gate_token_id", "gate_minimum")
Status, Access = PublishedItem.Status, PublishedItem.Access


class CannotOffer(Exception):
    """The item cannot be offered; the message says why."""


class NotOpen(Exception):
    """The item is not open to this member; the message says what opens it."""


class CannotRate(Exception):
    """Only who has taken an item of others rates it; what a client's member thinks is not the organisation's."""

    def __init__(self) -> None:
        super().__init__(_("Take it into your library first; those who use it rate it."))


def offer(
    item: LibraryItem | Template,
    *,
    by: Membership,
    access: str = Access.PUBLIC,
    row: PublishedItem | None = None,
    **gate: Any,
) -> PublishedItem:
    """Offer a copy of an item to everybody; operators look at it first. `row`: with copies of its files.

    Raises CannotOffer.
    """
    if item.taken_from_id:
        raise CannotOffer(_("This came from the shared library. Change it first: save your own under a new item."))
    if shelf.offers_of(item).filter(status=Status.WAITING).exists():
        raise CannotOffer(_("An operator has yet to look at what you offered. You can withdraw it and offer it anew."))
    waiting = PublishedItem.objects.filter(offered_by=by.organization_id, status=Status.WAITING).count()
    if waiting >= MOST_WAITING:
        raise CannotOffer(
            _("%(most)s of yours wait already. Offer this one when some are decided.") % {"most": waiting}
        )
    row = row or PublishedItem()
    row.offered_by_id, row.of_item, row.access = by.organization_id, item.pk, access
    for name in OF_TEMPLATE if isinstance(item, Template) else COPIED:
        setattr(row, name, getattr(item, name))
    for name in GATE:
        if gate.get(name) is not None:
            setattr(row, name, gate[name])
    row.save()
    _record("library.offered", row, by)
    return row


def withdraw(row: PublishedItem, *, by: Membership) -> bool:
    """Take back what the organisation offered; copies that others took stay theirs. False: it was not open."""
    rows = PublishedItem.objects.filter(pk=row.pk, offered_by=by.organization_id)
    if not rows.filter(status__in=[Status.WAITING, Status.APPROVED]).update(status=Status.WITHDRAWN):
        return False
    _record("library.withdrawn", row, by)
    return True


# Taking


def take(row: PublishedItem, *, by: Membership) -> LibraryItem:
    """Copy an item into one's own library, or find the copy there. Asks chains: call in no transaction.

    Raises NotOpen, LimitReached, TooManyItems, HaveIt.
    """
    with tenancy.of_member(by):
        found = _copy_of(row, by)
    if found:
        return found
    require_open(row, by=by)
    with tenancy.of_member(by):
        item = LibraryItem(taken_from=row, client_id=by.client_id, **{name: getattr(row, name) for name in COPIED})
        return own.save(item, fields=["taken_from"], by=by)


def require_open(row: PublishedItem, *, by: Membership) -> None:
    """Return when a member may take an item. Asks chains: call in no transaction. Raises NotOpen, LimitReached."""
    with tenancy.of_member(by):
        wallets = _wallets(row, by)
        require_plan(row, by)
    require_token(row, wallets)


def _copy_of(row: PublishedItem, by: Membership) -> LibraryItem | None:
    return shelf.items_of(by).filter(taken_from=row).order_by("created_at", "pk").first()


def _wallets(row: PublishedItem, by: Membership) -> list[Wallet]:
    return list(Wallet.objects.filter(user=by.user_id)) if row.access == Access.GATED else []


def require_plan(row: PublishedItem, by: Membership) -> None:
    """Return when the plan, or one of the organisation's gates where the plan lets gates, opens a premium item."""
    if row.access != Access.PREMIUM:
        return
    try:
        limits.require(by.organization_id, "premium_templates")
    except limits.LimitReached as error:
        if not gates.opens(by, TokenGate.Opens.PREMIUM):
            raise NotOpen(str(error)) from error
        limits.require(by.organization_id, "premium_templates_by_token")


def require_token(row: PublishedItem, wallets: list[Wallet]) -> None:
    """Return when one of the wallets holds what the item asks for. Speaks to chains. Raises NotOpen."""
    if row.access != Access.GATED:
        return
    if not wallets:
        raise NotOpen(_("This is for holders of a token. Connect your wallet under My account, then take it again."))
    gate = gate_of(row)
    answers = [answer for _gate, _wallet, answer in gates.ask((gate, wallet) for wallet in wallets)]
    amounts = [answer.amount for answer in answers if answer.amount is not None]
    if any(amount >= gate.minimum for amount in amounts):
        return
    if not amounts:
        why = next((answer.error for answer in answers if answer.error), "")
        raise NotOpen(_("The chain could not be asked: %(why)s Try again in a minute.") % {"why": why})
    raise NotOpen(_("None of your wallets holds enough of the token that opens this."))


def gate_of(row: PublishedItem) -> TokenGate:
    """Return what a gated item asks, as a gate that is not kept."""
    return TokenGate(
        chain_id=row.gate_chain or 0,
        standard=row.gate_standard,
        contract=row.gate_contract,
        token_id=row.gate_token_id,
        minimum=row.gate_minimum or 1,
    )


# Rating


def rate(row: PublishedItem, stars: int, *, by: Membership) -> PublishedItem:
    """Keep a person's stars (1 to 5). Raises CannotRate."""
    table: Any = Template if row.kind in TemplateKind.values else LibraryItem
    has_it = table.objects.filter(organization=by.organization_id, taken_from=row).exists()
    if not has_it or row.offered_by_id == by.organization_id or by.client_id:
        raise CannotRate
    mine = {"organization_id": by.organization_id, "item": row, "user": by.user}
    ItemRating.objects.update_or_create(
        item=row, user=by.user, defaults={"stars": stars}, create_defaults=mine | {"stars": stars}
    )
    _record("library.rated", row, by, stars=stars)
    with tenancy.operator():
        count_stars(row)
    row.refresh_from_db()
    return row


def count_stars(row: PublishedItem) -> None:
    """Add an item's ratings up anew. Call as an operator."""
    PublishedItem.objects.select_for_update().get(pk=row.pk)
    sums = row.ratings.aggregate(rating_sum=Coalesce(Sum("stars"), 0), rating_count=Count("pk"))
    PublishedItem.objects.filter(pk=row.pk).update(**sums)


# Operators


def approve(row: PublishedItem, *, by: User, now: dt.datetime, access: str = "", note: str = "") -> bool:
    """Show a waiting item to everybody, in place of an earlier offer of the same; False: it waits no more."""
    decided = _decision(Status.APPROVED, by, now, note) | ({"access": access} if access else {})
    if not _waiting(row).update(**decided):
        return False
    if row.of_item:
        earlier = PublishedItem.objects.filter(of_item=row.of_item, status=Status.APPROVED).exclude(pk=row.pk)
        earlier.update(status=Status.WITHDRAWN)
    _decided("library.approved", row, by, gettext_lazy("“%(name)s” is in the shared library now."), note)
    return True


def reject(row: PublishedItem, *, by: User, now: dt.datetime, note: str = "") -> bool:
    """Keep a waiting item from everybody, and say why; False: it waits no more."""
    if not _waiting(row).update(**_decision(Status.REJECTED, by, now, note)):
        return False
    _decided("library.rejected", row, by, gettext_lazy("“%(name)s” was not taken into the shared library."), note)
    return True


def take_down(row: PublishedItem, *, by: User, now: dt.datetime, note: str = "") -> bool:
    """Take an approved item out of the shared library; False: it is not in it. Copies stay with those who have them."""
    rows = PublishedItem.objects.filter(pk=row.pk, status=Status.APPROVED)
    if not rows.update(**_decision(Status.REJECTED, by, now, note)):
        return False
    _decided("library.taken_down", row, by, gettext_lazy("“%(name)s” was taken out of the shared library."), note)
    return True


def _decision(status: str, by: User, now: dt.datetime, note: str) -> dict[str, Any]:
    return {"status": status, "reviewed_by": by, "reviewed_at": now, "review_note": note[:300]}


def _waiting(row: PublishedItem) -> Any:
    return PublishedItem.objects.filter(pk=row.pk, status=Status.WAITING)


def made_from(row: PublishedItem) -> tuple[Any, str]:
    """Return the item that was offered, with its person and its page; None: it is gone."""
    table, place = (Template, "templates") if row.kind in TemplateKind.values else (LibraryItem, "library")
    item = table._base_manager.filter(pk__in=[row.of_item]).select_related("created_by").first()
    return item, f"/brand/{place}/{item.pk}/" if item else ""


def _decided(action: str, row: PublishedItem, by: User, title: Any, note: str = "") -> None:
    """Write it into the log of whoever offered it, and tell the person who made the item."""
    if row.offered_by_id is None:
        return
    audit.record(action, row, organization_id=row.offered_by_id, by=by, note=note)
    item, link = made_from(row)
    if item and item.created_by:
        notify([item.created_by], Notification.Kind.REPORT, organization_id=row.offered_by_id,
               title=words(title, name=row.name), message=note, link=link)  # fmt: skip


def _record(action: str, row: PublishedItem, by: Membership, **more: Any) -> None:
    audit.record(action, row, organization_id=by.organization_id, by=by, kind=str(row.get_kind_display()), **more)
