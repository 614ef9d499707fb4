"""Monthly partitions, made and dropped by the owner's functions: the app's role can create no table itself.

Both run with their owner's rights, look names up nowhere but where they say, and take only a month: one from a
year back to half a year ahead can be added, one that ended at least 90 days ago can be dropped.
"""

from django.db import migrations

ADD = """
CREATE FUNCTION public.trends_add_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    start timestamptz := (date_trunc('month', month)::date)::timestamp AT TIME ZONE 'UTC';
    finish timestamptz := ((date_trunc('month', month) + interval '1 month')::date)::timestamp AT TIME ZONE 'UTC';
    name text := 'trends_trendobservation_' || to_char(month, 'YYYY_MM');
BEGIN
    IF month IS NULL OR first < current_date - 366 OR first > current_date + 184 THEN
        RAISE EXCEPTION 'No partition for %: only months from a year back to half a year ahead are made.', month
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('trends_partitions', 0));
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.trends_trendobservation INCLUDING ALL)', name);
    LOCK TABLE public.trends_trendobservation_rest IN ACCESS EXCLUSIVE MODE;
    EXECUTE format(
        'WITH moved AS (DELETE FROM public.trends_trendobservation_rest WHERE hour >= %L AND hour < %L RETURNING *)'
        ' INSERT INTO public.%I (topic_id, source_id, hour, count, rank, traffic, engagement)'
        ' SELECT topic_id, source_id, hour, count, rank, traffic, engagement FROM moved', start, finish, name);
    EXECUTE format('ALTER TABLE public.trends_trendobservation ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        name, start, finish);
    RETURN true;
END $$
"""

DROP = """
CREATE FUNCTION public.trends_drop_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    name text := 'trends_trendobservation_' || to_char(month, 'YYYY_MM');
BEGIN
    IF month IS NULL OR date_trunc('month', month) + interval '1 month' > current_date - 90 THEN
        RAISE EXCEPTION 'The partition of % stays: only months that ended at least 90 days ago are dropped.', month
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('trends_partitions', 0));
    IF to_regclass('public.' || name) IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('DROP TABLE public.%I', name);
    RETURN true;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("trends", "0004_context_and_notes")]

    operations = [
        migrations.RunSQL(ADD, "DROP FUNCTION public.trends_add_partition(date)"),
        migrations.RunSQL(DROP, "DROP FUNCTION public.trends_drop_partition(date)"),
    ]
