"""What may still be said of an issued document, and only once; numbers go up by one and are never given back."""

from django.db import migrations, models

from trenddrop.core.migrating import Together

# What may be added to a document that has its number; all else stays as it was issued.
ADDED = [
    "status", "paid_at", "sent_at", "voided_at", "void_reason", "payment_id", "pdf", "irn", "realised_on", "updated_at",
]  # fmt: skip
ONCE = ["paid_at", "voided_at", "payment_id"]
FROZEN = f"""
CREATE OR REPLACE FUNCTION billing_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  added text[] := ARRAY{ADDED};
  was jsonb := to_jsonb(OLD);
  said jsonb;
  each text;
BEGIN
  IF OLD.number IS NULL THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '% % is issued and stays', TG_TABLE_NAME, OLD.number; END IF;
  said := to_jsonb(NEW);
  IF (said - added) IS DISTINCT FROM (was - added) THEN
    RAISE EXCEPTION '% % is issued and is never altered', TG_TABLE_NAME, OLD.number;
  END IF;
  FOREACH each IN ARRAY ARRAY{ONCE} LOOP
    IF was->>each IS NOT NULL AND was->>each IS DISTINCT FROM said->>each THEN
      RAISE EXCEPTION '% of % % was said and stays', each, TG_TABLE_NAME, OLD.number;
    END IF;
  END LOOP;
  IF was->>'irn' <> '' AND was->>'irn' <> said->>'irn' THEN
    RAISE EXCEPTION 'the reference of % % stays', TG_TABLE_NAME, OLD.number;
  END IF;
  IF said->>'status' IS DISTINCT FROM was->>'status'
     AND NOT (was->>'status' = 'sent' AND said->>'status' IN ('paid', 'void')) THEN
    RAISE EXCEPTION '% % is %, and does not become %', TG_TABLE_NAME, OLD.number, was->>'status', said->>'status';
  END IF;
  RETURN NEW;
END $$
"""
COUNTING = """
CREATE FUNCTION billing_counting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'numbers of documents are never given back'; END IF;
  IF TG_OP = 'INSERT' AND NEW.last > 1 THEN RAISE EXCEPTION 'numbers of documents begin at 1'; END IF;
  IF TG_OP = 'UPDATE' AND (NEW.last <> OLD.last + 1 OR (NEW.seller, NEW.series, NEW.financial_year)
     IS DISTINCT FROM (OLD.seller, OLD.series, OLD.financial_year)) THEN
    RAISE EXCEPTION 'numbers of documents go up by one';
  END IF;
  RETURN NEW;
END $$
"""
COUNTED = (
    "CREATE TRIGGER counting BEFORE INSERT OR UPDATE OR DELETE ON billing_invoicecounter"
    " FOR EACH ROW EXECUTE FUNCTION billing_counting()"
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_sandbox")]

    operations = [
        Together(
            [
                migrations.AddField("invoice", "voided_at", models.DateTimeField(blank=True, null=True)),
                migrations.AddField("invoice", "void_reason", models.CharField(blank=True, max_length=200)),
            ]
        ),
        migrations.RunSQL(FROZEN, migrations.RunSQL.noop),
        migrations.RunSQL(
            [COUNTING, COUNTED],
            ["DROP TRIGGER counting ON billing_invoicecounter", "DROP FUNCTION billing_counting()"],
        ),
    ]
