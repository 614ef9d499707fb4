"""How far hours are rolled up into days; and live topics' vectors apart, kept by the database itself.

Whoever writes a topic, and by whatever statement: a topic that is live and has a vector of the common width stands
in trends_topicvector, any other does not.
"""

import django.db.models.deletion
import pgvector.django
from django.db import migrations, models

TABLE = """
CREATE TABLE trends_topicvector (
    topic_id uuid PRIMARY KEY REFERENCES trends_trendtopic (id) ON DELETE CASCADE,
    embedder varchar(60) NOT NULL,
    embedding halfvec(256) NOT NULL
)
"""
NEW = """
CREATE FUNCTION public.trends_vectors_of_new() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.trends_topicvector (topic_id, embedder, embedding)
    SELECT id, embedder, embedding::public.halfvec(256) FROM made
    WHERE NOT is_blocked AND status <> 'expired' AND embedding IS NOT NULL AND public.vector_dims(embedding) = 256
    ORDER BY id
    ON CONFLICT (topic_id) DO NOTHING;
    RETURN NULL;
END $$
"""
CHANGED = """
CREATE FUNCTION public.trends_vector_of_changed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.is_blocked OR NEW.status = 'expired' OR NEW.embedding IS NULL OR public.vector_dims(NEW.embedding) <> 256
    THEN
        DELETE FROM public.trends_topicvector WHERE topic_id = NEW.id;
    ELSE
        INSERT INTO public.trends_topicvector (topic_id, embedder, embedding)
        VALUES (NEW.id, NEW.embedder, NEW.embedding::public.halfvec(256))
        ON CONFLICT (topic_id) DO UPDATE SET embedder = excluded.embedder, embedding = excluded.embedding;
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = """
CREATE TRIGGER vectors_of_new AFTER INSERT ON trends_trendtopic REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION public.trends_vectors_of_new();
CREATE TRIGGER vector_of_changed AFTER UPDATE OF embedding, embedder ON trends_trendtopic
    FOR EACH ROW WHEN ((OLD.embedder, OLD.embedding) IS DISTINCT FROM (NEW.embedder, NEW.embedding))
    EXECUTE FUNCTION public.trends_vector_of_changed();
CREATE TRIGGER vector_of_over AFTER UPDATE OF status, is_blocked ON trends_trendtopic
    FOR EACH ROW WHEN ((OLD.is_blocked OR OLD.status = 'expired') <> (NEW.is_blocked OR NEW.status = 'expired'))
    EXECUTE FUNCTION public.trends_vector_of_changed();
"""
GONE = """
DROP TRIGGER vectors_of_new ON trends_trendtopic;
DROP TRIGGER vector_of_changed ON trends_trendtopic;
DROP TRIGGER vector_of_over ON trends_trendtopic;
DROP FUNCTION public.trends_vectors_of_new(), public.trends_vector_of_changed();
"""
FILL = """
INSERT INTO trends_topicvector (topic_id, embedder, embedding)
SELECT id, embedder, embedding::halfvec(256) FROM trends_trendtopic
WHERE NOT is_blocked AND status <> 'expired' AND embedding IS NOT NULL AND vector_dims(embedding) = 256
"""


class Migration(migrations.Migration):
    dependencies = [("trends", "0015_names_and_blocks")]

    operations = [
        migrations.AddField(
            "trendsource",
            "rolled_to",
            models.DateField(blank=True, editable=False, help_text="its hours up to this day are rolled up", null=True),
        ),
        migrations.AddField(
            "trendday",
            "is_stale",
            models.BooleanField(default=False, help_text="an hour came late: to be rolled up again"),
        ),
        migrations.AddIndex(
            "trendday",
            models.Index(condition=models.Q(is_stale=True), fields=["source", "day"], name="trend_day_stale"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE trends_topicvector")],
            state_operations=[
                migrations.CreateModel(
                    name="TopicVector",
                    fields=[
                        (
                            "topic",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="nearness",
                                serialize=False,
                                to="trends.trendtopic",
                            ),
                        ),
                        ("embedder", models.CharField(max_length=60)),
                        ("embedding", pgvector.django.HalfVectorField(dimensions=256)),
                    ],
                ),
            ],
        ),
        migrations.RunSQL(NEW, migrations.RunSQL.noop),
        migrations.RunSQL(CHANGED, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, GONE),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
