"""Mails that are claimed and tried again, daily digests, and the head of each audit chain."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import trenddrop.core.ids
from accounts.tenancy import isolate

HEAD, ENTRY = "accounts_audithead", "accounts_auditentry"

FILL = [
    "SELECT set_config('app.operator', 'on', true)",
    f"""INSERT INTO {HEAD} (organization_id, sequence, hash, at)
    SELECT DISTINCT ON (organization_id) organization_id, sequence, hash, at FROM {ENTRY}
    ORDER BY organization_id, sequence DESC""",
    "SELECT set_config('app.operator', '', true)",
    "SET CONSTRAINTS ALL IMMEDIATE",  # what is checked later would keep the table from being guarded
]

# Runs as the owner: the app's role may add entries, and only by adding them does it move the head.
ADVANCE = [
    f"""CREATE FUNCTION {HEAD}_advance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE head {HEAD};
    BEGIN
        SELECT * INTO head FROM {HEAD} WHERE organization_id = NEW.organization_id FOR UPDATE;
        IF NOT FOUND THEN
            IF NEW.sequence <> 1 OR NEW.previous_hash <> repeat('0', 64) THEN
                RAISE EXCEPTION 'audit entry % does not begin its chain', NEW.sequence;
            END IF;
            INSERT INTO {HEAD} (organization_id, sequence, hash, at)
            VALUES (NEW.organization_id, NEW.sequence, NEW.hash, NEW.at);
        ELSIF NEW.sequence <> head.sequence + 1 OR NEW.previous_hash <> head.hash THEN
            RAISE EXCEPTION 'audit entry % does not follow entry %', NEW.sequence, head.sequence;
        ELSE
            UPDATE {HEAD} SET sequence = NEW.sequence, hash = NEW.hash, at = NEW.at
            WHERE organization_id = NEW.organization_id;
        END IF;
        RETURN NULL;
    END $$""",
    f"CREATE TRIGGER advance_head AFTER INSERT ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION {HEAD}_advance()",
]
STAND_STILL = [f"DROP TRIGGER advance_head ON {ENTRY}", f"DROP FUNCTION {HEAD}_advance()"]

GUARD = [
    f"""CREATE FUNCTION {HEAD}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP IN ('INSERT', 'UPDATE') AND pg_trigger_depth() > 1 THEN
            IF TG_OP = 'INSERT' OR NEW.sequence > OLD.sequence THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION '{HEAD} only goes forward, with the entries themselves';
    END $$""",
    f"""CREATE TRIGGER only_forward BEFORE INSERT OR UPDATE OR DELETE ON {HEAD}
    FOR EACH ROW EXECUTE FUNCTION {HEAD}_refuse()""",
    f"""CREATE TRIGGER only_forward_truncate BEFORE TRUNCATE ON {HEAD}
    FOR EACH STATEMENT EXECUTE FUNCTION {HEAD}_refuse()""",
]
UNGUARD = [
    f"DROP TRIGGER only_forward_truncate ON {HEAD}",
    f"DROP TRIGGER only_forward ON {HEAD}",
    f"DROP FUNCTION {HEAD}_refuse()",
]


def key():
    return models.UUIDField(default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False)


def times():
    return [
        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
    ]


def claims():
    return [
        ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
        ("fence", models.PositiveIntegerField(default=0, editable=False)),
    ]


def moment(name):
    return (name, models.DateTimeField(blank=True, editable=False, null=True))


MAIL = [
    *claims(),
    ("in_app", models.BooleanField(default=True)),
    moment("mail_began_at"),
    moment("mail_after"),
    ("mail_tries", models.PositiveSmallIntegerField(default=0, editable=False)),
    ("mail_error", models.CharField(blank=True, editable=False, max_length=200)),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_sealed_audit")]

    operations = [
        *(migrations.AddField("notification", name, field) for name, field in MAIL),
        migrations.AddField(
            "user",
            "bounced_address",
            models.EmailField(blank=True, max_length=254, verbose_name="address that mail came back from"),
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", key()),
                *times(),
                *claims(),
                ("day", models.DateField(blank=True, null=True)),
                moment("began_at"),
                moment("try_after"),
                ("tries", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("error", models.CharField(blank=True, editable=False, max_length=200)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="digest", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.organization",
                    ),
                ),
                ("sequence", models.PositiveBigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                ("id", key()),
                *times(),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                ("checked_at", models.DateTimeField()),
                ("fault", models.CharField(blank=True, max_length=300)),
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AddIndex(
            "auditentry", models.Index(fields=["organization", "actor", "-sequence"], name="audit_by_actor")
        ),
        migrations.AddIndex(
            "auditentry", models.Index(fields=["organization", "action", "-sequence"], name="audit_by_action")
        ),
        migrations.AddIndex(
            "auditentry", models.Index(fields=["organization", "resource_type", "-sequence"], name="audit_by_type")
        ),
        migrations.AddIndex("auditentry", models.Index(fields=["organization", "at"], name="audit_by_time")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(ADVANCE, STAND_STILL),
        isolate(HEAD),
        isolate("accounts_auditcheck"),
    ]
