"""A few topics out of a million by their words: always through the index.

The planner takes the beginning of a word for two of a hundred topics, whatever it is, and would rather walk all of
them by score. So the matches are asked for first, and as far as they are few that settles it.
"""

from django.db import migrations

FOUND = """
CREATE FUNCTION public.trends_found(wanted tsquery, most int) RETURNS uuid[] LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(array_agg(topic_id), '{}') FROM (
        SELECT topic_id FROM public.trends_topicwords WHERE words @@ wanted LIMIT most) AS matched;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("trends", "0019_quick_words")]

    operations = [migrations.RunSQL(FOUND, "DROP FUNCTION public.trends_found(tsquery, int)")]
