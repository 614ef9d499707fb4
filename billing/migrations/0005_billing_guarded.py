"""Money is the organisation's alone: no client's member reads it. What was sold or issued is never altered."""

from django.db import migrations

from accounts.guarding import NOTHING, guard, referable, same_organization
from accounts.tenancy import append_only, isolate, isolate_by

SUBSCRIPTION, CHANGE, DUNNING, CHECKOUT = (
    "billing_subscription",
    "billing_subscriptionchange",
    "billing_dunningstep",
    "billing_checkout",
)
PAYMENT, REFUND, CUSTOMER, EVENT = (
    "billing_payment",
    "billing_refund",
    "billing_gatewaycustomer",
    "billing_gatewayevent",
)
PERIOD, MARK = "billing_usageperiod", "billing_usagemark"
ACCOUNT, GRANT, RESERVATION = "billing_creditaccount", "billing_creditgrant", "billing_creditreservation"
DETAILS, INVOICE, LINE, NOTE = (
    "billing_billingdetails",
    "billing_invoice",
    "billing_invoiceline",
    "billing_creditnote",
)
TENANTS = [
    SUBSCRIPTION, CHANGE, DUNNING, CHECKOUT, PAYMENT, REFUND, CUSTOMER, PERIOD, MARK, ACCOUNT, GRANT, RESERVATION,
    DETAILS, INVOICE, LINE, NOTE,
]  # fmt: skip
# What may still be added to a document that has its number.
ADDED = ["status", "paid_at", "sent_at", "pdf", "irn", "realised_on", "updated_at"]

FROZEN = f"""
CREATE FUNCTION billing_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE added text[] := ARRAY{ADDED};
BEGIN
  IF OLD.number IS NULL THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '% % is issued and stays', TG_TABLE_NAME, OLD.number; END IF;
  IF (to_jsonb(NEW) - added) IS DISTINCT FROM (to_jsonb(OLD) - added) OR to_jsonb(NEW)->>'status' = 'draft' THEN
    RAISE EXCEPTION '% % is issued and is never altered', TG_TABLE_NAME, OLD.number;
  END IF;
  RETURN NEW;
END $$
"""
LINES = """
CREATE FUNCTION billing_lines_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM billing_invoice held WHERE held.number IS NOT NULL
    AND (held.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.invoice_id ELSE OLD.invoice_id END
      OR (TG_OP = 'UPDATE' AND held.id = NEW.invoice_id))
  ) THEN RAISE EXCEPTION 'the lines of an issued invoice are never altered'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_whole_billing")]

    operations = [
        *[isolate(table) for table in TENANTS],
        *[guard(table, NOTHING) for table in TENANTS],
        isolate_by(EVENT, "false"),
        *referable(SUBSCRIPTION, CHANGE, CHECKOUT, PAYMENT, REFUND, PERIOD, INVOICE),
        *same_organization(CHANGE, [("subscription_id", SUBSCRIPTION)]),
        *same_organization(DUNNING, [("subscription_id", SUBSCRIPTION)]),
        *same_organization(CHECKOUT, [("subscription_id", SUBSCRIPTION), ("change_id", CHANGE)]),
        *same_organization(
            PAYMENT, [("subscription_id", SUBSCRIPTION), ("checkout_id", CHECKOUT), ("change_id", CHANGE)]
        ),
        *same_organization(REFUND, [("payment_id", PAYMENT)]),
        *same_organization(MARK, [("period_id", PERIOD)]),
        *same_organization(GRANT, [("payment_id", PAYMENT)]),
        *same_organization(INVOICE, [("subscription_id", SUBSCRIPTION), ("payment_id", PAYMENT)]),
        *same_organization(LINE, [("invoice_id", INVOICE)]),
        *same_organization(NOTE, [("invoice_id", INVOICE), ("refund_id", REFUND)]),
        append_only("billing_planversion"),
        append_only("billing_planprice"),
        migrations.RunSQL([FROZEN, LINES], ["DROP FUNCTION billing_frozen()", "DROP FUNCTION billing_lines_frozen()"]),
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION billing_frozen()",
                f"DROP TRIGGER frozen ON {table}",
            )
            for table in (INVOICE, NOTE)
        ],
        migrations.RunSQL(
            f"CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON {LINE}"
            " FOR EACH ROW EXECUTE FUNCTION billing_lines_frozen()",
            f"DROP TRIGGER frozen ON {LINE}",
        ),
    ]
