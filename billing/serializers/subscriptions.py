"""How a subscription, its changes, checkouts and use look through the API."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from billing.models import BillingDetails, Checkout, Interval, Subscription, SubscriptionChange
from billing.serializers.catalogue import CURRENCIES
from trenddrop.core.rest.serializers import Described


class PlanChangeSerializer(Described[SubscriptionChange]):
    """One step of a subscription: made, or coming."""

    plan = serializers.CharField(source="to_version.plan.key", default=None, help_text="The plan's key after it.")
    words = {
        "kind": "What it is.",
        "status": "Whether it is done, waits for its day, or for a payment.",
        "at": "When it takes effect.",
        "currency": "ISO 4217.",
        "proration": "What is paid at once for it, before tax.",
        "proration_days": "For how many days.",
        "keeps": "What was chosen to stay, by meter: identifiers.",
        "agreed_at": "When the gateway took the next sum. A step down that has none at a gateway that cannot change the"
        " sum of a mandate waits for a new one: POST subscription/method/ leads there.",
        "reason": "Why.",
    }

    class Meta:
        model = SubscriptionChange
        fields = [
            "id", "kind", "status", "plan", "at", "currency", "proration", "proration_days", "keeps", "agreed_at",
            "reason", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


AGREE = "Where the payer agrees to the next sum, or gives a new mandate: lead their browser there. Else empty."


class StepDownNotedSerializer(PlanChangeSerializer):
    """A step down that waits for its day, and where the payer agrees to it."""

    url = serializers.CharField(read_only=True, default="", help_text=AGREE)

    class Meta(PlanChangeSerializer.Meta):
        fields = [*PlanChangeSerializer.Meta.fields, "url"]
        read_only_fields = fields


class SubscriptionSerializer(Described[Subscription]):
    """The organisation's plan, and how it stands."""

    plan = serializers.CharField(source="version.plan.key", help_text="The plan's key.")
    plan_name = serializers.CharField(source="version.plan.name", help_text="The plan's name.")
    is_held = serializers.BooleanField(help_text="Whether scheduled posts are held until it is paid.")
    is_by_agreement = serializers.BooleanField(
        help_text="Whether it was agreed on with us: invoices come outside of here, and only we change it."
    )
    coming = serializers.SerializerMethodField(help_text="The change that waits for its day, if any.")
    words = {
        "status": "Where it stands.",
        "currency": "ISO 4217.",
        "interval": "How often it is paid.",
        "amount": "What a period costs before tax, as sold.",
        "started_at": "When it began.",
        "trial_ends_at": "Until when it is tried.",
        "current_period_start": "From when it is paid.",
        "current_period_end": "Until when; then it renews, or ends.",
        "cancel_at_period_end": "Whether it ends then.",
        "canceled_at": "When that was decided.",
        "ended_at": "When it ended.",
        "agreed_until": "The last day of an agreement; null where it has none.",
        "agreement": "What was agreed: the contract's number.",
        "past_due_since": "Since when a payment is due.",
        "grace_until": "Until when everything goes on all the same.",
        "gateway": "Who takes the money.",
        "mandate": "How the standing permission to debit stands.",
        "mandate_limit": "The most one debit may take.",
        "renewal": "How the coming renewal stands: announced, waiting for the payer's hand, being collected.",
        "action_url": "Where the payer confirms, when that is needed.",
        "action_due_at": "Until when.",
    }

    class Meta:
        model = Subscription
        fields = [
            "id", "plan", "plan_name", "status", "currency", "interval", "amount", "started_at", "trial_ends_at",
            "current_period_start", "current_period_end", "cancel_at_period_end", "canceled_at", "ended_at",
            "is_by_agreement", "agreed_until", "agreement", "past_due_since", "grace_until", "is_held", "gateway",
            "mandate", "mandate_limit", "renewal", "action_url", "action_due_at", "coming", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_coming(self, row: Subscription) -> PlanChangeSerializer(allow_null=True):  # type: ignore[valid-type]
        """Return the change that waits; none while the plan is to end."""
        if row.cancel_at_period_end:
            return None
        rows = row.changes.filter(status=SubscriptionChange.Status.SCHEDULED).select_related("to_version__plan")
        coming = rows.first()
        return PlanChangeSerializer(coming).data if coming else None


class StepTakenBackSerializer(SubscriptionSerializer):
    """The plan after a change was taken back, and where the payer agrees to the former sum."""

    url = serializers.CharField(read_only=True, default="", help_text=AGREE)

    class Meta(SubscriptionSerializer.Meta):
        fields = [*SubscriptionSerializer.Meta.fields, "url"]
        read_only_fields = fields


class CheckoutSerializer(Described[Checkout]):
    """A payment somebody is sent to a gateway for, and how it ended."""

    words = {
        "purpose": "What it is for.",
        "status": "Whether it is open, or how it ended.",
        "currency": "ISO 4217.",
        "amount": "Before tax.",
        "tax": "Tax on it.",
        "total": "What the gateway takes.",
        "gateway": "Who takes it.",
        "url": "Where the payer pays: lead their browser there.",
        "expires_at": "Until when it is open.",
        "completed_at": "When it was completed.",
        "error": "Why it failed, in words.",
    }

    class Meta:
        model = Checkout
        fields = [
            "id", "purpose", "status", "currency", "amount", "tax", "total", "gateway", "url", "expires_at",
            "completed_at", "error", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class MeterUseSerializer(serializers.Serializer[Any]):
    """How much of one meter is used."""

    meter = serializers.CharField(help_text="What is counted.")
    used = serializers.IntegerField(help_text="How much is used in the month, or stands now.")
    most = serializers.IntegerField(allow_null=True, help_text="The limit; null is as much as one likes.")
    is_hard = serializers.BooleanField(help_text="Whether more is refused, or only told.")
    share = serializers.IntegerField(allow_null=True, help_text="Per cent of the limit, at most 100.")
    at_end = serializers.IntegerField(allow_null=True, help_text="What it comes to by the month's end at this pace.")
    full_on = serializers.DateField(allow_null=True, help_text="When the limit is reached at this pace, if it is.")


class UsageSerializer(serializers.Serializer[Any]):
    """What is used of the plan in the running month."""

    is_enforced = serializers.BooleanField(help_text="Whether limits hold: not while billing is off.")
    starts_at = serializers.DateTimeField(help_text="When the month that is counted began.")
    ends_at = serializers.DateTimeField(help_text="When it ends.")
    meters = MeterUseSerializer(many=True, help_text="Every meter.")


class WishedPlanSerializer(serializers.Serializer[Any]):
    """A plan, how often it is paid, and in which currency."""

    plan = serializers.SlugField(max_length=30, help_text="The plan's key.")
    interval = serializers.ChoiceField(choices=Interval.choices, default="month", help_text="How often it is paid.")
    currency = serializers.ChoiceField(choices=CURRENCIES, default="INR", help_text="ISO 4217.")


class PayGatewaySerializer(serializers.Serializer[Any]):
    """Who takes the money."""

    gateway = serializers.SlugField(max_length=20, help_text="The gateway's key, such as stripe.")


class StepUpSerializer(WishedPlanSerializer):
    """A step up, and who takes the money."""

    gateway = serializers.SlugField(max_length=20, help_text="The gateway's key, such as stripe.")


class StepDownSerializer(WishedPlanSerializer):
    """A step down, and what stays."""

    keeps = serializers.ListField(
        child=serializers.UUIDField(), default=list, max_length=500, help_text="Connections that stay; others pause."
    )


class PlanStepSerializer(serializers.Serializer[Any]):
    """What a step to another plan costs, and when it holds."""

    kind = serializers.CharField(help_text="start, upgrade, interval or downgrade.")
    is_now = serializers.BooleanField(help_text="Whether it is paid and holds at once.")
    at = serializers.DateTimeField(help_text="When it holds.")
    currency = serializers.CharField(help_text="ISO 4217.")
    to_pay = serializers.DecimalField(14, 2, help_text="To pay now, before tax.")
    credit = serializers.DecimalField(14, 2, help_text="What is left of the old plan, taken off already.")
    total = serializers.DecimalField(14, 2, help_text="To pay now, with tax.")
    days_left = serializers.IntegerField(help_text="Days of the period that are left.")
    days_of = serializers.IntegerField(help_text="Days of the whole period.")


class EndPlanSerializer(serializers.Serializer[Any]):
    """Why a plan is ended."""

    reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True, default="", help_text="Nobody has to say."
    )


class PayPageSerializer(serializers.Serializer[Any]):
    """A page to lead somebody to."""

    url = serializers.CharField(help_text="Where the payer goes on: lead their browser there.")


class NewCheckoutSerializer(serializers.Serializer[Any]):
    """What is bought, a plan or a pack of credits, and who takes the money."""

    plan = serializers.SlugField(max_length=30, required=False, help_text="The plan's key.")
    interval = serializers.ChoiceField(choices=Interval.choices, default="month", help_text="How often it is paid.")
    currency = serializers.ChoiceField(choices=CURRENCIES, default="INR", help_text="ISO 4217.")
    pack = serializers.SlugField(max_length=30, required=False, help_text="Instead of a plan: the pack's key.")
    gateway = serializers.SlugField(max_length=20, help_text="The gateway's key, such as stripe.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hold it to one thing."""
        if bool(attrs.get("plan")) == bool(attrs.get("pack")):
            raise serializers.ValidationError({"plan": _("Name a plan or a pack of credits, one of them.")})
        return attrs


class BillingDetailsSerializer(Described[BillingDetails]):
    """Who is billed."""

    words = {
        "kind": "business or person.",
        "name": "The name on invoices.",
        "email": "Where invoices go, beside those who manage the plan.",
        "line1": "Street and number.",
        "line2": "More of the address.",
        "city": "City.",
        "postal_code": "PIN or postal code.",
        "state": "In India: the state's code for GST.",
        "region": "Outside India: state or region.",
        "country": "ISO 3166, two letters.",
        "gstin": "The buyer's GSTIN.",
        "is_sez": "Whether the buyer is a unit in a special economic zone.",
        "tax_id": "Outside India: a tax number.",
        "currency": "The currency to pay in: ISO 4217.",
    }

    class Meta:
        model = BillingDetails
        fields = [
            "id", "kind", "name", "email", "line1", "line2", "city", "postal_code", "state", "region", "country",
            "gstin", "is_sez", "tax_id", "currency", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewBillingDetailsSerializer(serializers.Serializer[Any]):
    """Who is billed from now on; the page's own rules hold it."""

    kind = serializers.ChoiceField(
        choices=BillingDetails.Kind.choices, default="person", help_text="business or person."
    )
    name = serializers.CharField(max_length=200, help_text="The name on invoices.")
    email = serializers.EmailField(required=False, allow_blank=True, help_text="Where invoices go as well.")
    line1 = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="Street and number.")
    line2 = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="More of the address.")
    city = serializers.CharField(max_length=100, required=False, allow_blank=True, help_text="City.")
    postal_code = serializers.CharField(
        max_length=12, required=False, allow_blank=True, help_text="PIN or postal code."
    )
    state = serializers.CharField(
        max_length=2, required=False, allow_blank=True, help_text="In India: the state's code for GST."
    )
    region = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text="Outside India: state or region."
    )
    country = serializers.CharField(max_length=2, default="IN", help_text="ISO 3166, two letters.")
    gstin = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="The buyer's GSTIN.")
    is_sez = serializers.BooleanField(default=False, help_text="Whether the buyer is in a special economic zone.")
    tax_id = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Outside India: a tax number."
    )
    currency = serializers.ChoiceField(choices=CURRENCIES, default="INR", help_text="The currency to pay in.")
