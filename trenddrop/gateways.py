"""The gateways money comes through, and what each is told: the operator's keys there, and where it is spoken to."""

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

# The same, but several with commas: while a secret is changed, the new one stands before the old.
GATEWAY_SECRETS = ("STRIPE_WEBHOOK_SECRETS", "RAZORPAY_WEBHOOK_SECRETS", "CASHFREE_CLIENT_SECRETS")
