"""Events by month, their keys, the hours they touched; partitions made and dropped by functions of the owner.

The parent's policy decides who reads and writes; the partitions themselves are shut (row-level security is forced on
them, and no policy lets anybody in), so that no way leads past it. The functions run with their owner's rights, look
names up nowhere but where they say, and take only what their bounds allow.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import trenddrop.core.ids
from accounts.guarding import NOTHING, guard, same_organization, through
from accounts.tenancy import OPERATOR, isolate

EVENT, KEY, TOUCHED = "analytics_engagementevent", "analytics_eventkey", "analytics_touchedhour"
POST, CONNECTION = "publishing_scheduledpost", "publishing_platformconnection"
KEY_PARTS = 8
TYPES = [
    ("view", "View"), ("like", "Like"), ("comment", "Comment"), ("share", "Share"), ("save", "Save"),
    ("click", "Click"), ("follow", "Follow"), ("unlike", "Like taken back"), ("unfollow", "Follow taken back"),
]  # fmt: skip

EVENTS = f"""
CREATE TABLE {EVENT} (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    post_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    person bigint,
    followers integer CHECK (followers >= 0),
    type varchar(10) NOT NULL,
    country varchar(2) NOT NULL DEFAULT '',
    age_range varchar(10) NOT NULL DEFAULT '',
    gender varchar(10) NOT NULL DEFAULT '',
    person_name varchar(200) NOT NULL DEFAULT '',
    value numeric(18, 4),
    metadata jsonb
) PARTITION BY RANGE (happened_at);
CREATE INDEX event_of_organization ON {EVENT} (organization_id, happened_at);
CREATE INDEX event_of_post ON {EVENT} (post_id);
CREATE INDEX event_of_connection ON {EVENT} (connection_id);
CREATE INDEX event_by_time ON {EVENT} USING brin (happened_at) WITH (autosummarize = true);
CREATE TABLE {EVENT}_rest PARTITION OF {EVENT} DEFAULT;
ALTER TABLE {EVENT}_rest ENABLE ROW LEVEL SECURITY;
ALTER TABLE {EVENT}_rest FORCE ROW LEVEL SECURITY;
"""

KEYS = f"CREATE TABLE {KEY} (id uuid NOT NULL PRIMARY KEY, month date NOT NULL) PARTITION BY HASH (id);" + "".join(
    f"CREATE TABLE {KEY}_{part} PARTITION OF {KEY} FOR VALUES WITH (MODULUS {KEY_PARTS}, REMAINDER {part});"
    f"ALTER TABLE {KEY}_{part} ENABLE ROW LEVEL SECURITY;"
    f"ALTER TABLE {KEY}_{part} FORCE ROW LEVEL SECURITY;"
    for part in range(KEY_PARTS)
)

GUARD_KEYS = f"""
ALTER TABLE {KEY} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {KEY} FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON {KEY} USING ({OPERATOR}) WITH CHECK ({OPERATOR});
"""

ADD = f"""
CREATE FUNCTION public.analytics_add_event_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    start timestamptz := (date_trunc('month', month)::date)::timestamp AT TIME ZONE 'UTC';
    finish timestamptz := ((date_trunc('month', month) + interval '1 month')::date)::timestamp AT TIME ZONE 'UTC';
    name text := '{EVENT}_' || to_char(month, 'YYYY_MM');
    stood text := coalesce(current_setting('app.operator', true), '');
BEGIN
    IF month IS NULL OR first < current_date - 4400 OR first > current_date + 184 THEN
        RAISE EXCEPTION 'No partition for %: only months from twelve years back to half a year ahead are made.', month
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('analytics_event_partitions', 0));
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.{EVENT} INCLUDING ALL)', name);
    LOCK TABLE public.{EVENT}_rest IN ACCESS EXCLUSIVE MODE;
    PERFORM set_config('app.operator', 'on', true);
    EXECUTE format(
        'WITH moved AS (DELETE FROM public.{EVENT} WHERE happened_at >= %L AND happened_at < %L RETURNING *)'
        ' INSERT INTO public.%I SELECT * FROM moved', start, finish, name);
    PERFORM set_config('app.operator', stood, true);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE public.{EVENT} ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        name, start, finish);
    RETURN true;
END $$
"""

DROP = f"""
CREATE FUNCTION public.analytics_drop_event_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    name text := '{EVENT}_' || to_char(month, 'YYYY_MM');
BEGIN
    IF month IS NULL OR date_trunc('month', month) + interval '1 month' > current_date - 90 THEN
        RAISE EXCEPTION 'The partition of % stays: only months that ended at least 90 days ago are dropped.', month
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('analytics_event_partitions', 0));
    IF to_regclass('public.' || name) IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('DROP TABLE public.%I', name);
    RETURN true;
END $$
"""

NOTE_KEYS = f"""
CREATE FUNCTION public.analytics_note_event_keys(keys uuid[], months date[]) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp ROWS 10000 AS $$
DECLARE
    stood text := coalesce(current_setting('app.operator', true), '');
BEGIN
    PERFORM set_config('app.operator', 'on', true);
    RETURN QUERY
        INSERT INTO public.{KEY} AS known (id, month)
        SELECT given.id, given.month FROM unnest(keys, months) AS given (id, month) ORDER BY given.id
        ON CONFLICT DO NOTHING RETURNING known.id;
    PERFORM set_config('app.operator', stood, true);
END $$
"""

FORGET_KEYS = f"""
CREATE FUNCTION public.analytics_forget_event_keys(before date, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone integer;
    stood text := coalesce(current_setting('app.operator', true), '');
BEGIN
    IF before IS NULL OR before > current_date - 90 THEN
        RAISE EXCEPTION 'Keys of the last 90 days stay.' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM set_config('app.operator', 'on', true);
    DELETE FROM public.{KEY} WHERE id IN (SELECT id FROM public.{KEY} WHERE month < before LIMIT most);
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('app.operator', stood, true);
    RETURN gone;
END $$
"""

FORGET_KEYS_OF = f"""
CREATE FUNCTION public.analytics_forget_event_keys_of(organization uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone integer;
    stood text := coalesce(current_setting('app.operator', true), '');
BEGIN
    PERFORM set_config('app.operator', 'on', true);
    DELETE FROM public.{KEY} AS known USING public.{EVENT} AS event
    WHERE event.organization_id = organization AND known.id = event.id;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('app.operator', stood, true);
    RETURN gone;
END $$
"""

FUNCTIONS = [
    (ADD, "analytics_add_event_partition(date)"),
    (DROP, "analytics_drop_event_partition(date)"),
    (NOTE_KEYS, "analytics_note_event_keys(uuid[], date[])"),
    (FORGET_KEYS, "analytics_forget_event_keys(date, integer)"),
    (FORGET_KEYS_OF, "analytics_forget_event_keys_of(uuid)"),
]
FIRST_PARTITIONS = """
SELECT public.analytics_add_event_partition((date_trunc('month', now()) + step * interval '1 month')::date)
FROM generate_series(-1, 2) AS step
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_post_by_hand"),
        ("analytics", "0009_conversions_counted"),
        ("publishing", "0012_links_mailed"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(EVENTS, f"DROP TABLE {EVENT}"),
                migrations.RunSQL(KEYS, f"DROP TABLE {KEY}"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="EngagementEvent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("type", models.CharField(choices=TYPES, max_length=10)),
                        ("happened_at", models.DateTimeField()),
                        ("received_at", models.DateTimeField()),
                        (
                            "person",
                            models.BigIntegerField(
                                blank=True,
                                help_text="who it was, by a number that means nothing elsewhere",
                                null=True,
                            ),
                        ),
                        (
                            "person_name",
                            models.CharField(
                                blank=True, help_text="only where the platform tells", max_length=200
                            ),
                        ),
                        ("followers", models.PositiveIntegerField(blank=True, null=True)),
                        ("value", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("age_range", models.CharField(blank=True, max_length=10)),
                        ("gender", models.CharField(blank=True, max_length=10)),
                        ("metadata", models.JSONField(blank=True, null=True)),
                        (
                            "connection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="publishing.platformconnection",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="publishing.scheduledpost",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "happened_at"], name="event_of_organization"),
                            django.contrib.postgres.indexes.BrinIndex(
                                autosummarize=True, fields=["happened_at"], name="event_by_time"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EventKey",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("month", models.DateField(help_text="of the event; with its raw rows the key goes too")),
                    ],
                ),
            ],
        ),
        migrations.CreateModel(
            name="TouchedHour",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("hour", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="engagementday",
            index=models.Index(fields=["organization", "date"], name="eventdays_of_organization"),
        ),
        migrations.AddIndex(
            model_name="engagementhour",
            index=models.Index(fields=["organization", "hour"], name="hours_of_organization"),
        ),
        migrations.AlterField(
            model_name="eventbatch",
            name="status",
            field=models.CharField(
                choices=[("archived", "Archived"), ("wanted", "Being brought back"), ("restored", "Restored")],
                default="archived",
                max_length=8,
            ),
        ),
        isolate(EVENT),
        guard(EVENT, through(EVENT, "post_id", POST)),
        isolate(TOUCHED),
        guard(TOUCHED, NOTHING),
        migrations.RunSQL(GUARD_KEYS, migrations.RunSQL.noop),
        *same_organization(EVENT, [("post_id", POST), ("connection_id", CONNECTION)]),
        *[migrations.RunSQL(body, f"DROP FUNCTION public.{name}") for body, name in FUNCTIONS],
        migrations.RunSQL(FIRST_PARTITIONS, migrations.RunSQL.noop),
    ]
