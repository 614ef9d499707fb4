"""Plans, subscriptions, money, documents, usage and credits."""

from billing.models.catalogue import CreditPack, Interval, Plan, PlanPrice, PlanVersion
from billing.models.credits import CreditAccount, CreditEntry, CreditGrant, CreditReservation
from billing.models.gateways import GatewayCustomer, GatewayEvent, GatewayPrice
from billing.models.invoices import BillingDetails, CreditNote, Invoice, InvoiceCounter, InvoiceLine
from billing.models.payments import Payment, Refund
from billing.models.sandbox import SandboxEvent, SandboxObject
from billing.models.subscriptions import Checkout, DunningStep, Subscription, SubscriptionChange
from billing.models.usage import UsageMark, UsagePeriod

__all__ = [
    "BillingDetails",
    "Checkout",
    "CreditAccount",
    "CreditEntry",
    "CreditGrant",
    "CreditNote",
    "CreditPack",
    "CreditReservation",
    "DunningStep",
    "GatewayCustomer",
    "GatewayEvent",
    "GatewayPrice",
    "Interval",
    "Invoice",
    "InvoiceCounter",
    "InvoiceLine",
    "Payment",
    "Plan",
    "PlanPrice",
    "PlanVersion",
    "Refund",
    "SandboxEvent",
    "SandboxObject",
    "Subscription",
    "SubscriptionChange",
    "UsageMark",
    "UsagePeriod",
]
