"""Every country a topic is told in, where the first one stood: what it is found, watched and fitted by."""

from importlib import import_module

import django.contrib.postgres.fields
from django.db import migrations, models

first = import_module("trends.migrations.0011_topic_words")
quick = import_module("trends.migrations.0019_quick_words")

COUNTRY = "^[A-Za-z]{2}([-_]|$)"  # as trends.normalise knows one
FILL = f"""
UPDATE trends_trendtopic SET regions = ARRAY[upper(left(region, 2))] WHERE region ~ '{COUNTRY}';
UPDATE trends_trendtopic AS topic SET regions = topic.regions || told.countries
FROM (
    SELECT live.id, array_agg(DISTINCT upper(left(source.region, 2)))::varchar[] AS countries
    FROM trends_trendtopic AS live JOIN trends_trendsource AS source ON source.region ~ '{COUNTRY}'
    WHERE live.status <> 'expired' AND upper(left(source.region, 2)) <> ALL (live.regions) AND EXISTS (
        SELECT FROM trends_trendobservation AS seen WHERE seen.topic_id = live.id AND seen.source_id = source.id
            AND seen.hour >= live.last_seen_at - interval '2 days'
    )
    GROUP BY live.id
) AS told
WHERE topic.id = told.id;
"""  # noqa: S608 (a constant of ours)
EMPTY = "UPDATE trends_trendtopic SET region = regions[1] WHERE cardinality(regions) > 0"
REMOVED = first.GONE + "DROP FUNCTION public.trends_words(text, text[], text, text, text, text, text, text[])"
REMADE = first.GONE + "DROP FUNCTION public.trends_words(text, text[], text, text, text, text[], text, text[])"
OLD = " '=region=' || upper(region),"


def as_of_many(told: str) -> str:
    """Return a statement of the older migrations with all countries in place of one."""
    return told.replace(".region,", ".regions::text[],").replace("platform, region,", "platform, regions,")


WORDS = (
    quick.WORDS.replace("region text", "regions text[]")
    .replace(OLD, "")
    .replace(
        "    words := words || ARRAY[normalized",
        "    FOREACH name IN ARRAY regions LOOP\n        words := words || ('=region=' || name);\n    END LOOP;\n"
        "    words := words || ARRAY[normalized",
    )
)
TRIGGERS = first.TRIGGERS.replace("platform, region,", "platform, regions,").replace(".region,", ".regions,")
AGAIN = """
UPDATE trends_topicwords AS kept SET words = public.trends_words(%GIVEN%)
FROM trends_trendtopic AS topic
WHERE topic.id = kept.topic_id AND topic.regions IS DISTINCT FROM ARRAY[upper(topic.region)]::varchar[]
    AND (topic.region <> '' OR cardinality(topic.regions) > 0);
""".replace("%GIVEN%", as_of_many(first.GIVEN.format("topic")))


class Migration(migrations.Migration):
    dependencies = [("trends", "0020_found")]

    operations = [
        migrations.AddField(
            "trendtopic",
            "regions",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=2),
                blank=True,
                default=list,
                help_text="whose sources told it in the two days before it was seen last, the first first; none: the world",
                size=None,
                verbose_name="countries",
            ),
        ),
        migrations.RunSQL(FILL, EMPTY),
        migrations.RunSQL(REMOVED, ";".join([quick.WORDS, first.NEW, first.CHANGED, first.TRIGGERS])),
        migrations.RunSQL(";".join([WORDS, as_of_many(first.NEW), as_of_many(first.CHANGED), TRIGGERS]), REMADE),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
        migrations.RemoveField("trendtopic", "region"),
    ]
