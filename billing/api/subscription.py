"""The organisation's plan for programs: what it is, what is used of it, and every step that pages can take."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from billing.forms.details import BillingDetailsForm
from billing.life import changing
from billing.models import BillingDetails, Checkout, CreditPack, PlanPrice, Subscription, SubscriptionChange
from billing.queries import catalogue
from billing.screens import plan, usage
from billing.serializers.subscriptions import (
    BillingDetailsSerializer,
    CheckoutSerializer,
    EndPlanSerializer,
    NewBillingDetailsSerializer,
    NewCheckoutSerializer,
    PayGatewaySerializer,
    PayPageSerializer,
    PlanStepSerializer,
    StepDownNotedSerializer,
    StepDownSerializer,
    StepTakenBackSerializer,
    StepUpSerializer,
    SubscriptionSerializer,
    UsageSerializer,
    WishedPlanSerializer,
)
from billing.services import details, invoicing, paying
from trenddrop.core.rest.filters import Filters, one_of
from trenddrop.core.rest.problems import reject
from trenddrop.core.rest.views import Listed, Read

MANAGE = "billing.manage"
REFUSALS: dict[type[Exception], int] = {paying.CannotPay: 409, paying.AlreadyOpen: 409}


def price_of(given: dict[str, Any]) -> PlanPrice:
    """Return the price that is wished for; raise ValidationError where it is not sold."""
    wish = {name: given[name] for name in ("plan", "interval", "currency")}
    found = catalogue.price_of(**wish, now=timezone.now())
    if found is None:
        raise reject("plan", _("This is not sold: see GET /plans."))
    return found


class SubscriptionViewSet(MemberViewSet):
    """The organisation's plan."""

    queryset = Subscription.objects.none()
    serializer_class = SubscriptionSerializer
    pagination_class = None
    bodies: ClassVar = {
        "preview": WishedPlanSerializer,
        "upgrade": StepUpSerializer,
        "downgrade": StepDownSerializer,
        "cancel": EndPlanSerializer,
        "pay_due": PayGatewaySerializer,
    }
    shapes: ClassVar = {
        "preview": PlanStepSerializer,
        "upgrade": CheckoutSerializer,
        "downgrade": StepDownNotedSerializer,
        "undo": StepTakenBackSerializer,
        "pay_due": PayPageSerializer,
        "method": PayPageSerializer,
    }
    statuses: ClassVar = {"upgrade": 201, "downgrade": 201, "pay_due": 201, "method": 201}
    refusals: ClassVar = REFUSALS | {Http404: 404}  # nothing was ever begun, or nothing waits
    unscoped = frozenset({"upgrade", "downgrade", "undo", "cancel", "resume", "pay_due", "method"})
    doors: ClassVar = {"upgrade": "checkout", "pay_due": "checkout", "method": "checkout"}
    action_permissions: ClassVar = dict.fromkeys(
        ("retrieve", "preview", "upgrade", "downgrade", "undo", "cancel", "resume", "pay_due", "method"), MANAGE
    )

    def _mine(self) -> Subscription:
        row = plan.latest_of(self.member)
        if row is None:
            raise Http404
        return row

    def _held(self) -> Subscription:
        with tenancy.of_member(self.member):
            return self._mine()

    def _again(self) -> Response:
        with tenancy.of_member(self.member):
            return self.shown(self._mine())

    def retrieve(self, request: Request) -> Response:
        """Show the plan: the living one, or the last there was."""
        return self.shown(self._mine())

    def preview(self, request: Request) -> Response:
        """Tell what a step to another plan costs, and when it holds; nothing is changed."""
        price = price_of(self.given())
        row = self._mine()
        paying.require_bought(row)
        step = changing.preview(row, price, now=timezone.now())
        heads, _supply = invoicing.quote(row.organization_id, step.to_pay, price.currency, now=timezone.now())
        told = asdict(step) | {"is_now": step.is_now, "currency": price.currency, "total": heads.total}
        return self.shown(told)

    def upgrade(self, request: Request) -> Response:
        """Begin a step up: lead the payer's browser to `url`; it holds once it is paid."""
        given = self.given()
        with tenancy.of_member(self.member):
            price, row = price_of(given), self._mine()
        made = paying.upgrade(row, price, gateway=given["gateway"], by=self.member, now=timezone.now())
        return self.shown(made, status=201)

    def downgrade(self, request: Request) -> Response:
        """Have a smaller plan from the next period on; `keeps` names the connections that stay.

        Where only the payer can agree to the smaller sum, lead their browser to `url`.
        """
        given = self.given()
        with tenancy.of_member(self.member):
            price, row = price_of(given), self._mine()
        keeps = {"connections": [str(key) for key in given["keeps"]]}
        url = paying.downgrade(row, price, keeps=keeps, by=self.member, now=timezone.now())
        with tenancy.of_member(self.member):
            return self._leading_to(url, self.shown(self._coming(), status=201))

    def _leading_to(self, url: str, answer: Response) -> Response:
        answer.data = {**answer.data, "url": url}
        return answer

    def _coming(self) -> SubscriptionChange:
        rows = SubscriptionChange.objects.visible_to(self.member).filter(status=SubscriptionChange.Status.SCHEDULED)
        found = rows.select_related("to_version__plan", "subscription__price__version__plan").first()
        if found is None:
            raise Http404
        return found

    def undo(self, request: Request) -> Response:
        """Take back the change that waits for its day; lead the payer's browser to `url`, where there is one."""
        with tenancy.of_member(self.member):
            coming = self._coming()
        url = paying.undo(coming, by=self.member, now=timezone.now())
        return self._leading_to(url, self._again())

    def cancel(self, request: Request) -> Response:
        """End the plan with what is paid."""
        reason = self.given()["reason"]
        paying.cancel(self._held(), reason=reason, by=self.member, now=timezone.now())
        return self._again()

    def resume(self, request: Request) -> Response:
        """Keep a plan that was to end."""
        paying.resume(self._held(), by=self.member, now=timezone.now())
        return self._again()

    def pay_due(self, request: Request) -> Response:
        """Begin to pay what is due: lead the payer's browser to `url`."""
        gateway = self.given()["gateway"]
        url = paying.pay_due(self._held(), gateway=gateway, by=self.member, now=timezone.now())
        return self.shown({"url": url}, status=201)

    def method(self, request: Request) -> Response:
        """Begin to give another card or account: lead the payer's browser to `url`."""
        url = paying.another_method(self._held(), by=self.member, now=timezone.now())
        return self.shown({"url": url}, status=201)


class UsageViewSet(MemberViewSet):
    """What is used of the plan."""

    queryset = Subscription.objects.none()
    serializer_class = UsageSerializer
    pagination_class = None
    action_permissions: ClassVar = {"retrieve": MANAGE}

    def retrieve(self, request: Request) -> Response:
        """Show every meter of the running month: what is used, its limit, and what it comes to."""
        held, uses = usage.uses_of(self.member, now=timezone.now())
        told = {"is_enforced": held.is_enforced, "starts_at": held.starts_at, "ends_at": held.ends_at, "meters": uses}
        return self.shown(told)


class CheckoutFilter(Filters):
    """Of checkouts."""

    status = one_of(Checkout.Status.choices, "Only those that stand so.")

    class Meta:
        model = Checkout
        fields: list[str] = []


class CheckoutViewSet(Listed, Read, MemberViewSet):
    """Payments that were begun: buy a plan or credits, and see how it ended."""

    queryset = Checkout.objects.all()
    serializer_class = CheckoutSerializer
    filterset_class = CheckoutFilter
    bodies: ClassVar = {"create": NewCheckoutSerializer}
    refusals: ClassVar = REFUSALS
    unscoped = frozenset({"create"})
    doors: ClassVar = {"create": "checkout"}
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "create", "drop"), MANAGE)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what was begun."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show how one stands: what the gateway told, not what a browser said."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Begin to buy a plan, or a pack of credits: lead the payer's browser to `url`."""
        given, now = self.given(), timezone.now()
        if not settings.BILLING_ENABLED:
            raise paying.CannotPay(_("Billing is off here: nothing is sold."))
        if given.get("pack"):
            rows = CreditPack.objects.filter(key=given["pack"], currency=given["currency"], is_active=True)
            pack = rows.first()
            if pack is None:
                raise reject("pack", _("This is not sold: see GET /credit-packs."))
            made = paying.buy_credits(pack, gateway=given["gateway"], by=self.member, now=now)
        else:
            made = paying.buy(price_of(given), gateway=given["gateway"], by=self.member, now=now)
        return self.shown(made, status=201)

    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: Any) -> Response:
        """Give one up, to begin anew; where it is paid all the same, it counts."""
        row = self.get_object()
        paying.drop(row, by=self.member, now=timezone.now())
        row.refresh_from_db()
        return self.shown(row)


class BillingDetailsViewSet(MemberViewSet):
    """Who is billed."""

    queryset = BillingDetails.objects.none()
    serializer_class = BillingDetailsSerializer
    pagination_class = None
    bodies: ClassVar = {"update": NewBillingDetailsSerializer}
    refusals: ClassVar = {Http404: 404}
    action_permissions: ClassVar = {"retrieve": MANAGE, "update": MANAGE}

    def retrieve(self, request: Request) -> Response:
        """Show who is billed."""
        row = BillingDetails.objects.visible_to(self.member).first()
        if row is None:
            raise Http404(_("Nobody is named yet."))
        return self.shown(row)

    def update(self, request: Request) -> Response:
        """Say who is billed from now on; documents that were issued stay as they are."""
        known = BillingDetails.objects.visible_to(self.member).first()
        form = BillingDetailsForm(self.given(), instance=known, organization=self.member.organization)
        if not form.is_valid():
            name, words = next(iter(form.errors.items()))
            raise reject(name if name != "__all__" else "name", str(words[0]))
        return self.shown(details.change(form.save(commit=False), by=self.member))
