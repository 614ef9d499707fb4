"""The gateways money comes through, and what each is told: the operator's keys there, and where it is spoken to."""

from collections.abc import Mapping

# In the order in which they are offered.
GATEWAYS = {
    "stripe": "billing.gateways.stripe.Stripe",
    "razorpay": "billing.gateways.razorpay.Razorpay",
    "cashfree": "billing.gateways.cashfree.Cashfree",
    "paypal": "billing.gateways.paypal.PayPal",
    "test": "billing.gateways.sandbox.TestGateway",
}

# By variable of the environment, with what it is when nobody sets it; a gateway without its keys is not offered.
GATEWAY_SETTINGS = {
    "STRIPE_SECRET_KEY": "",
    "STRIPE_ACCOUNT": "",
    "STRIPE_API_URL": "https://api.stripe.com",
    "RAZORPAY_KEY_ID": "",
    "RAZORPAY_KEY_SECRET": "",
    "RAZORPAY_ACCOUNT": "",
    "RAZORPAY_API_URL": "https://api.razorpay.com",
    "CASHFREE_CLIENT_ID": "",
    "CASHFREE_API_URL": "https://api.cashfree.com",
    "PAYPAL_CLIENT_ID": "",
    "PAYPAL_CLIENT_SECRET": "",
    "PAYPAL_WEBHOOK_ID": "",
    "PAYPAL_API_URL": "https://api-m.paypal.com",
}

# Where one of these is set, this installation sells.
KEYS = ("STRIPE_SECRET_KEY", "RAZORPAY_KEY_ID", "CASHFREE_CLIENT_ID", "PAYPAL_CLIENT_ID")

# Like those, but several with commas: while a secret is changed, the new one stands before the old.
GATEWAY_SECRETS = ("STRIPE_WEBHOOK_SECRETS", "RAZORPAY_WEBHOOK_SECRETS", "CASHFREE_CLIENT_SECRETS")

# Who sells, as invoices name it: by key the variable, and what it is when nobody sets it. The setting billing_seller in
# the admin goes over it. Without a GSTIN no GST is taken.
SELLER = {
    "name": ("BILLING_SELLER_NAME", "TrendDrop"),
    "line1": ("BILLING_SELLER_LINE1", ""),
    "line2": ("BILLING_SELLER_LINE2", ""),
    "city": ("BILLING_SELLER_CITY", ""),
    "postal_code": ("BILLING_SELLER_PIN", ""),
    "state": ("BILLING_SELLER_STATE", ""),
    "gstin": ("BILLING_SELLER_GSTIN", ""),
    "pan": ("BILLING_SELLER_PAN", ""),
    "cin": ("BILLING_SELLER_CIN", ""),
    "email": ("BILLING_SELLER_EMAIL", ""),
    "website": ("BILLING_SELLER_WEBSITE", ""),
    "lut": ("BILLING_LUT", ""),
    "lut_until": ("BILLING_LUT_UNTIL", ""),
    "sac": ("BILLING_SAC", "997331"),
    "rate": ("BILLING_GST_RATE", "18"),
}


def shop(given: Mapping[str, str]) -> tuple[bool, bool]:
    """Return whether plans are sold here, and whether everybody begins with a trial, by the environment.

    Plans that are there to be tried (as under `make run`) nobody has to have: without the operator's word no trial runs
    out, and who has no plan has no limits.
    """
    sells = any(given.get(name) for name in KEYS)
    to_try = given.get("BILLING_TO_TRY") == "1" and not sells and not given.get("BILLING_ENABLED")
    return sells or to_try, not to_try
