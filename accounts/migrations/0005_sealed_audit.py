"""What an audit entry says of people is sealed part by part, so that it can be erased and the chain still proves."""

import datetime as dt
import hashlib
import json
import secrets

from django.db import migrations, models

TABLE = "accounts_auditentry"

ONLY_REDACTS = f"""
CREATE FUNCTION {TABLE}_only_redacts(old {TABLE}, new {TABLE}) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (old.id, old.organization_id, old.sequence, old.at, old.actor_id, old.action, old.resource_type,
            old.resource_id, old.previous_hash, old.hash, old.seals)
        IS NOT DISTINCT FROM
           (new.id, new.organization_id, new.sequence, new.at, new.actor_id, new.action, new.resource_type,
            new.resource_id, new.previous_hash, new.hash, new.seals)
      AND old.salts @> new.salts AND old.salts <> new.salts
      AND CASE WHEN new.salts ? 'actor_name' THEN new.actor_name = old.actor_name ELSE new.actor_name = '' END
      AND CASE WHEN new.salts ? 'resource_name'
          THEN new.resource_name = old.resource_name ELSE new.resource_name = '' END
      AND CASE WHEN new.salts ? 'ip' THEN new.ip IS NOT DISTINCT FROM old.ip ELSE new.ip IS NULL END
      AND CASE WHEN new.salts ? 'user_agent' THEN new.user_agent = old.user_agent ELSE new.user_agent = '' END
      AND NOT EXISTS (
          SELECT FROM jsonb_each(old.metadata) was FULL JOIN jsonb_each(new.metadata) stays USING (key)
          WHERE stays.value IS DISTINCT FROM
              CASE WHEN new.salts ? ('metadata.' || key) THEN was.value ELSE 'null'::jsonb END)
      AND (old.action <> 'audit.redacted' OR new.metadata = old.metadata)
      AND EXISTS (
          SELECT FROM {TABLE} record
          WHERE record.organization_id = new.organization_id AND record.sequence = new.redacted_by
            AND record.sequence > new.sequence AND record.action = 'audit.redacted'
            AND record.metadata -> 'entries' @> to_jsonb(new.sequence))
$$"""

REFUSE = f"""
CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF {TABLE}_only_redacts(OLD, NEW) THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION '{TABLE} is append-only';
END $$"""

REFUSE_ALL = f"""
CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{TABLE} is append-only'; END $$"""

# The app's role may not update the table; through this it may, as far as the trigger lets it.
REDACT = f"""
CREATE FUNCTION {TABLE}_redact(entry uuid, parts text[], record bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE {TABLE} SET
        actor_name = CASE WHEN 'actor_name' = ANY (parts) THEN '' ELSE actor_name END,
        resource_name = CASE WHEN 'resource_name' = ANY (parts) THEN '' ELSE resource_name END,
        ip = CASE WHEN 'ip' = ANY (parts) THEN NULL ELSE ip END,
        user_agent = CASE WHEN 'user_agent' = ANY (parts) THEN '' ELSE user_agent END,
        metadata = (
            SELECT coalesce(jsonb_object_agg(key,
                CASE WHEN 'metadata.' || key = ANY (parts) THEN 'null'::jsonb ELSE value END), '{{}}'::jsonb)
            FROM jsonb_each(metadata)),
        salts = salts - parts,
        redacted_by = record
    WHERE id = entry
$$"""


def seal_present_entries(apps, schema_editor):
    """Seal what was recorded before and link the chains anew; only the owner can."""
    entries = apps.get_model("accounts", "AuditEntry").objects
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.operator', 'on', true)")
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        last = {}
        for entry in entries.order_by("organization_id", "sequence").iterator(chunk_size=1000):
            seal(entry, previous=last.get(entry.organization_id, "0" * 64))
            last[entry.organization_id] = entry.hash
            entries.filter(pk=entry.pk).update(
                salts=entry.salts, seals=entry.seals, previous_hash=entry.previous_hash, hash=entry.hash
            )
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")
        cursor.execute("SELECT set_config('app.operator', '', true)")


def seal(entry, *, previous):
    said = {name: getattr(entry, name) or "" for name in ("actor_name", "resource_name", "ip", "user_agent")}
    said |= {f"metadata.{key}": value for key, value in entry.metadata.items()}
    entry.salts = {name: secrets.token_hex(16) for name in said}
    entry.seals = {name: digest([entry.salts[name], name, value]) for name, value in said.items()}
    entry.previous_hash = previous
    entry.hash = digest(
        {
            "id": str(entry.id),
            "organization": str(entry.organization_id),
            "sequence": entry.sequence,
            "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "actor": str(entry.actor_id or ""),
            "action": entry.action,
            "resource": [entry.resource_type, entry.resource_id],
            "said": entry.seals,
            "previous": entry.previous_hash,
        }
    )


def digest(fields):
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_isolation_of_the_rest")]

    operations = [
        migrations.AddField("auditentry", "salts", models.JSONField(default=dict)),
        migrations.AddField("auditentry", "seals", models.JSONField(default=dict)),
        migrations.AddField("auditentry", "redacted_by", models.PositiveBigIntegerField(null=True)),
        migrations.RunPython(seal_present_entries, migrations.RunPython.noop),
        migrations.RunSQL(ONLY_REDACTS, f"DROP FUNCTION {TABLE}_only_redacts({TABLE}, {TABLE})"),
        migrations.RunSQL(REFUSE, REFUSE_ALL),
        migrations.RunSQL(REDACT, f"DROP FUNCTION {TABLE}_redact(uuid, text[], bigint)"),
    ]
