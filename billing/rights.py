"""What happens to plans, money and credits when data is taken along, brought, or erased."""

from django.utils.translation import gettext_lazy as _

from accounts.rights.registry import Answer, Fate, Kept

_BOOKS = "Companies Act 2013, s. 128(5); CGST Act 2017, s. 36 (72 months)"
_TERM = _("for eight financial years at least")
_WHY = _("Books of account must be kept.")
_HERE = "plans are bought and paid in one installation"
_INSTALLATION = "it belongs to the installation: what is sold, to everybody alike"
_MONEY = Kept(
    _("What was bought, paid and given back: sums, days and the gateway’s numbers, without names"), _WHY, _BOOKS, _TERM
)
_DOCUMENTS = Kept(
    _("Invoices and credit notes as they were issued, with the name and address the law asks for"), _WHY, _BOOKS, _TERM
)
_NAMELESS = Fate.POINTS_TO_A_NAMELESS_ROW

_SOLD = (
    Answer("billing.Plan", not_exported=_INSTALLATION),
    Answer("billing.PlanVersion", not_exported=_INSTALLATION, people={"by": _NAMELESS}),
    Answer("billing.PlanPrice", not_exported=_INSTALLATION),
    Answer("billing.CreditPack", not_exported=_INSTALLATION),
    Answer("billing.GatewayPrice", not_exported=_INSTALLATION),
    Answer("billing.InvoiceCounter", not_exported="the installation’s own numbers, of all buyers together"),
    Answer(
        "billing.GatewayEvent",
        not_exported="letters of gateways to the operator: what they did stands in payments and subscriptions",
    ),
    Answer("billing.SandboxObject", not_exported="the test gateway’s own books: numbers of play, of nobody"),
    Answer("billing.SandboxEvent", not_exported="what the test gateway has to tell: numbers of play, of nobody"),
)

_SUBSCRIBED = (
    Answer(
        "billing.Subscription",
        organization="organization",
        exports="version price status currency interval amount started_at trial_ends_at anchor_day anchor_month"
        " current_period_start current_period_end cancel_at_period_end canceled_at cancel_reason ended_at"
        " agreed_at agreed_until agreement past_due_since grace_until held_at gateway gateway_account"
        " gateway_subscription_id gateway_state gateway_told_at gateway_rank mandate mandate_told_at mandate_limit"
        " renewal notice_sent_at action_due_at",
        leaves_out={"action_url": "opens a payment page for whoever has it"},
        not_imported=_HERE,
        kept_of_organization=_MONEY,
        forgets="cancel_reason action_url agreement",
    ),
    Answer(
        "billing.SubscriptionChange",
        organization="organization",
        person="by",
        exports="subscription kind status at from_version from_price to_version to_price currency proration"
        " proration_days mrr_before mrr_after keeps agreed_at reason by",
        not_imported=_HERE,
        people={"by": _NAMELESS},
        kept_of_organization=_MONEY,
        forgets="reason",
        kept_of_person=_MONEY,
    ),
    Answer(
        "billing.DunningStep",
        organization="organization",
        exports="subscription since day due_at done_at is_void",
        not_imported=_HERE,
    ),
    Answer(
        "billing.Checkout",
        organization="organization",
        person="by",
        exports="purpose status subscription change price pack currency amount tax total gateway gateway_account"
        " gateway_session_id gateway_subscription_id expires_at completed_at error told by",
        leaves_out={"url": "opens a payment page for whoever has it"},
        not_imported=_HERE,
        people={"by": _NAMELESS},
        kept_of_organization=_MONEY,
        forgets="url error told",
        kept_of_person=_MONEY,
    ),
)

_PAID = (
    Answer(
        "billing.Payment",
        organization="organization",
        exports="subscription checkout change price purpose status amount currency gateway gateway_account"
        " gateway_payment_id gateway_order_id gateway_invoice_id gateway_told_at raw method period_start period_end"
        " paid_at failed_at failure_code failure_reason refunded_at refunded_amount disputed_at receipt_url",
        leaves_out={"action_url": "opens a payment page for whoever has it"},
        not_imported=_HERE,
        kept_of_organization=_MONEY,
        forgets="raw method failure_reason action_url receipt_url",
    ),
    Answer(
        "billing.Refund",
        organization="organization",
        person="requested_by approved_by",
        exports="payment amount currency status reason requested_by approved_by approved_at gateway_refund_id"
        " gateway_told_at done_at error raw",
        not_imported=_HERE,
        people={"requested_by": _NAMELESS, "approved_by": _NAMELESS},
        kept_of_organization=_MONEY,
        forgets="reason error raw",
        kept_of_person=_MONEY,
    ),
    Answer(
        "billing.GatewayCustomer",
        organization="organization",
        exports="gateway gateway_account customer_id method method_expires_on gone_at",
        not_imported=_HERE,
    ),
    Answer(
        "billing.BillingDetails",
        organization="organization",
        exports="kind name email line1 line2 city postal_code state region country gstin is_sez tax_id currency",
    ),
    Answer(
        "billing.Invoice",
        organization="organization",
        exports="books number series financial_year sequence issued_at issued_on currency"
        " taxable cgst sgst igst other_tax"
        " rounding total fx_rate fx_source total_inr seller buyer gstin place_of_supply supply sac reverse_charge lut"
        " irn document status subscription payment period_start period_end due_at paid_at sent_at voided_at void_reason"
        " realised_on external_number external_url",
        files="pdf",
        not_imported=_HERE,
        kept_of_organization=_DOCUMENTS,
    ),
    Answer(
        "billing.InvoiceLine",
        organization="organization",
        exports="invoice position description sac quantity unit_price discount taxable rate cgst sgst igst total"
        " period_start period_end",
        not_imported=_HERE,
        kept_of_organization=_DOCUMENTS,
    ),
    Answer(
        "billing.CreditNote",
        organization="organization",
        exports="books number series financial_year sequence issued_at issued_on currency"
        " taxable cgst sgst igst other_tax"
        " rounding total fx_rate fx_source total_inr seller buyer gstin place_of_supply supply sac reverse_charge lut"
        " irn document sent_at invoice refund reason lines",
        files="pdf",
        not_imported=_HERE,
        kept_of_organization=_DOCUMENTS,
    ),
)

_USED = (
    Answer(
        "billing.UsagePeriod",
        organization="organization",
        exports="starts_at ends_at uploads ai_credits api_calls storage_bytes limits",
        not_imported="use is counted where it happened",
    ),
    Answer(
        "billing.UsageMark", organization="organization", not_exported="that a warning was given, of a period’s use"
    ),
    Answer("billing.CreditAccount", organization="organization", not_exported="the sum of the ledger, made again"),
    Answer(
        "billing.CreditGrant",
        organization="organization",
        exports="source amount remaining starts_at expires_at reference payment",
        not_imported="credits are granted and spent in one installation",
    ),
    Answer(
        "billing.CreditReservation",
        organization="organization",
        person="by",
        exports="state amount spent reason reference expires_at ended_at by",
        not_imported="credits are granted and spent in one installation",
        people={"by": _NAMELESS},
    ),
    Answer(
        "billing.CreditEntry",
        organization="organization",
        person="by",
        exports="kind amount reason reference by",
        not_imported="credits are granted and spent in one installation",
        people={"by": _NAMELESS},
        kept_of_organization=Kept(
            _("The ledger of credits: amounts, kinds and numbers, without names"), _WHY, _BOOKS, _TERM
        ),
        kept_of_person=Kept(
            _("Lines of the ledger of credits, pointing to the row without a name"), _WHY, _BOOKS, _TERM
        ),
    ),
)

ANSWERS = _SOLD + _SUBSCRIBED + _PAID + _USED
