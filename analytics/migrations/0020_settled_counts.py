"""Posts under measurement know how long their text is, and what they stood at when they were 48 hours old.

Those that there are are filled in by the thousand, so that nobody waits for long; it may be begun again at any row.
"""

from typing import Any

from django.db import migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 5000
COLUMNS = ("letters integer NOT NULL DEFAULT 0", "settled_views bigint", "settled_actions bigint")
# A post that is younger than three days gets its counts when it is next counted.
FILL = """
WITH batch AS (
    SELECT id, post_id, published_at FROM analytics_measuredpost WHERE id > %(after)s ORDER BY id LIMIT %(size)s
), filled AS (
    UPDATE analytics_measuredpost measured SET letters = length(post.text), settled_views = shot.views,
        settled_actions = shot.actions
    FROM batch JOIN publishing_scheduledpost post ON post.id = batch.post_id
    LEFT JOIN LATERAL (
        SELECT told.views,
            CASE WHEN num_nonnulls(told.likes, told.comments, told.shares, told.saves) > 0 THEN
                coalesce(told.likes, 0) + coalesce(told.comments, 0) + coalesce(told.shares, 0) + coalesce(told.saves, 0)
            END AS actions
        FROM analytics_postmetrics told
        WHERE told.post_id = batch.post_id AND told.taken_at <= batch.published_at + interval '48 hours'
            AND batch.published_at < now() - interval '72 hours'
        ORDER BY told.taken_at DESC LIMIT 1
    ) shot ON true
    WHERE measured.id = batch.id
)
SELECT id FROM batch ORDER BY id DESC LIMIT 1
"""
FIRST = "00000000-0000-0000-0000-000000000000"


def fill(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Look every older post's counts up once."""
    after: Any = FIRST
    with editor.connection.cursor() as cursor:
        while after:
            with transaction.atomic(using=editor.connection.alias):
                cursor.execute("SELECT set_config('app.operator', 'on', true)")
                cursor.execute(FILL, {"after": after, "size": BATCH})
                found = cursor.fetchone()
            after = found and found[0]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("analytics", "0019_instagrams_rate_of_likes_and_comments")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    f"ALTER TABLE analytics_measuredpost ADD COLUMN IF NOT EXISTS {column}",
                    f"ALTER TABLE analytics_measuredpost DROP COLUMN IF EXISTS {column.split()[0]}",
                )
                for column in COLUMNS
            ],
            [
                migrations.AddField(
                    "measuredpost", "letters", models.IntegerField(db_default=0, default=0, editable=False)
                ),
                *[
                    migrations.AddField(
                        "measuredpost", name, models.BigIntegerField(blank=True, editable=False, null=True)
                    )
                    for name in ("settled_views", "settled_actions")
                ],
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
