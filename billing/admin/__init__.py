"""Everything of billing that operators see; each part registers itself."""

from billing.admin import catalogue, documents, gateways, ledger, payments, subscriptions, usage

__all__ = ["catalogue", "documents", "gateways", "ledger", "payments", "subscriptions", "usage"]
