"""What topics are found by, kept by the database itself, whoever writes a topic and by whatever statement.

Words are cut here and not by a text search parser: it breaks words of Devanagari and many other scripts at their
vowel signs. Characters of scripts without spaces, and pictures, are words of their own. CamelCase counts whole and in
parts. A facet ("=kind=hashtag") begins with a sign that no word begins with.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

LIVE = models.Q(("is_blocked", False), models.Q(("status", "expired"), _negated=True))

# Folded: compatible forms, lower case, no accents, no apostrophes.
PLAIN = r"""
CREATE FUNCTION public.trends_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(normalize(said, NFKD), '[\u0300-\u036f''’‘ʼ\u200b-\u200f\u00ad\ufe0e\ufe0f]', '', 'g'))
$$
"""
BREAK = r"""[\s\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u060c\u061b\u061f\u06d4\u0964\u0965\u2010-\u206f\u3000-\u303f]+"""  # fmt: skip  # noqa: E501
ALONE = r"""([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2600-\u27bf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U0001f000-\U0001faff])"""  # fmt: skip  # noqa: E501
CUT = """
CREATE FUNCTION public.trends_cut(said text) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT DISTINCT left(word, 300) FROM regexp_split_to_table(
        regexp_replace(public.trends_plain(said), '%ALONE%', ' \\1 ', 'g'), '%BREAK%') AS word WHERE word <> ''
$$
""".replace("%ALONE%", ALONE).replace("%BREAK%", BREAK)
JOINED = """
CREATE FUNCTION public.trends_joined(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT left(regexp_replace(public.trends_plain(said), '%BREAK%', '', 'g'), 300)
$$
""".replace("%BREAK%", BREAK)
WORDS = """
CREATE FUNCTION public.trends_words(title text, names text[], normalized text, kind text, platform text, region text,
    language text, sources text[]) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array_agg(DISTINCT word)) FROM (
        SELECT public.trends_cut(name || ' ' || regexp_replace(name, '([[:lower:]])([[:upper:]])', '\\1 \\2', 'g'))
            AS word FROM unnest(title || names) AS name
        UNION SELECT public.trends_joined(name) FROM unnest(title || names) AS name
        UNION SELECT normalized
        UNION SELECT '=kind=' || kind
        UNION SELECT '=platform=' || platform
        UNION SELECT '=region=' || upper(region)
        UNION SELECT '=language=' || lower(language)
        UNION SELECT '=source=' || source FROM unnest(sources) AS source
    ) AS every WHERE word <> ''
$$
"""
QUOTED = r"""
CREATE FUNCTION public.trends_quoted(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT '''' || replace(replace(word, '\', '\\'), '''', '''''') || ''''
$$
"""
# Every word's beginning, or the beginning of all of them closed up; and every facet.
WANTED = """
CREATE FUNCTION public.trends_wanted(said text, keys text[], facets text[]) RETURNS tsquery LANGUAGE sql
IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg('(' || part || ')', ' & ')::tsquery FROM (
        SELECT concat_ws(' | ',
            (SELECT '(' || string_agg(public.trends_quoted(word) || ':*', ' & ') || ')'
                FROM public.trends_cut(said) AS word),
            (SELECT string_agg(public.trends_quoted(word) || ':*', ' | ')
                FROM unnest(array_append(keys, public.trends_joined(said))) AS word WHERE word <> '')
        ) AS part WHERE said <> ''
        UNION ALL SELECT public.trends_quoted(facet) FROM unnest(facets) AS facet
    ) AS every WHERE part <> ''
$$
"""
GIVEN = "{0}.title, {0}.names::text[], {0}.normalized, {0}.kind, {0}.platform, {0}.region, {0}.language, {0}.source_kinds::text[]"  # fmt: skip  # noqa: E501
TABLE = """
CREATE TABLE trends_topicwords (
    topic_id uuid PRIMARY KEY REFERENCES trends_trendtopic (id) ON DELETE CASCADE,
    words tsvector NOT NULL
);
CREATE INDEX topic_words ON trends_topicwords USING gin (words);
ALTER TABLE trends_topicwords ALTER words SET STATISTICS 500;
"""
NEW = """
CREATE FUNCTION public.trends_words_of_new() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO public.trends_topicwords (topic_id, words)
    SELECT made.id, public.trends_words(%GIVEN%) FROM made ORDER BY made.id
    ON CONFLICT (topic_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END $$
""".replace("%GIVEN%", GIVEN.format("made"))
CHANGED = """
CREATE FUNCTION public.trends_words_of_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE public.trends_topicwords SET words = public.trends_words(%GIVEN%) WHERE topic_id = NEW.id;
    RETURN NULL;
END $$
""".replace("%GIVEN%", GIVEN.format("NEW"))
COLUMNS = "title, names, normalized, kind, platform, region, language, source_kinds"
OLD_ROW = ", ".join(f"OLD.{name.strip()}" for name in COLUMNS.split(","))
NEW_ROW = ", ".join(f"NEW.{name.strip()}" for name in COLUMNS.split(","))
TRIGGERS = f"""
CREATE TRIGGER words_of_new AFTER INSERT ON trends_trendtopic REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION public.trends_words_of_new();
CREATE TRIGGER words_of_changed AFTER UPDATE OF {COLUMNS} ON trends_trendtopic
    FOR EACH ROW WHEN (({OLD_ROW}) IS DISTINCT FROM ({NEW_ROW}))
    EXECUTE FUNCTION public.trends_words_of_changed();
"""
FILL = """
INSERT INTO trends_topicwords (topic_id, words) SELECT id, trends_words(%GIVEN%) FROM trends_trendtopic AS topic
""".replace("%GIVEN%", GIVEN.format("topic"))
GONE = """
DROP TRIGGER words_of_new ON trends_trendtopic;
DROP TRIGGER words_of_changed ON trends_trendtopic;
DROP FUNCTION public.trends_words_of_new(), public.trends_words_of_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("trends", "0010_source_outcomes")]

    operations = [
        migrations.AddField(
            "trendtopic",
            "forms",
            models.JSONField(blank=True, default=dict, help_text="what each kind of source calls it"),
        ),
        migrations.AddField(
            "trendtopic", "top_score", models.FloatField(default=0, help_text="the highest this run had")
        ),
        migrations.RunSQL("UPDATE trends_trendtopic SET top_score = score", migrations.RunSQL.noop),
        migrations.RemoveIndex("trendtopic", "topic_live"),
        migrations.RemoveIndex("trendtopic", "topic_by_state"),
        migrations.AddIndex("trendtopic", models.Index(condition=LIVE, fields=["-score", "-id"], name="topic_live")),
        migrations.AddIndex(
            "trendtopic", models.Index(condition=LIVE, fields=["status", "-score", "-id"], name="topic_by_state")
        ),
        migrations.AddIndex(
            "trendtopic",
            models.Index(
                condition=LIVE & models.Q(("growth_24h__isnull", False)),
                fields=["-growth_24h", "-id"],
                name="topic_growing",
            ),
        ),
        migrations.AddIndex(
            "trendtopic",
            models.Index(
                condition=LIVE & models.Q(("burst__isnull", False)), fields=["-burst", "-id"], name="topic_bursting"
            ),
        ),
        migrations.AddIndex(
            "trendtopic", models.Index(condition=LIVE, fields=["-first_detected_at", "-id"], name="topic_newest")
        ),
        *(
            migrations.RunSQL(make, f"DROP FUNCTION public.{name}")
            for make, name in (
                (PLAIN, "trends_plain(text)"),
                (CUT, "trends_cut(text)"),
                (JOINED, "trends_joined(text)"),
                (QUOTED, "trends_quoted(text)"),
                (WORDS, "trends_words(text, text[], text, text, text, text, text, text[])"),
                (WANTED, "trends_wanted(text, text[], text[])"),
            )
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE trends_topicwords")],
            state_operations=[
                migrations.CreateModel(
                    name="TopicWords",
                    fields=[
                        (
                            "topic",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="wording",
                                serialize=False,
                                to="trends.trendtopic",
                            ),
                        ),
                        ("words", django.contrib.postgres.search.SearchVectorField()),
                    ],
                    options={
                        "verbose_name_plural": "topic words",
                        "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["words"], name="topic_words")],
                    },
                ),
            ],
        ),
        migrations.RunSQL(NEW, migrations.RunSQL.noop),
        migrations.RunSQL(CHANGED, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, GONE),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
