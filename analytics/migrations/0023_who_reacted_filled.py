"""Sum who reacted on the days that there are: one organisation at a time, and again without harm."""

from typing import Any

from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FILL = """
INSERT INTO analytics_reactionday
    (id, created_at, updated_at, organization_id, connection_id, date, kind, key, count)
SELECT gen_random_uuid(), now(), now(), %(organization)s, day.connection_id, day.date, part.kind, part.key,
    sum(day.count)
FROM analytics_engagementday day
CROSS JOIN LATERAL (VALUES ('country', country), ('age', age_range), ('gender', gender)) AS part (kind, key)
WHERE day.organization_id = %(organization)s AND day.type NOT IN ('unlike', 'unfollow')
GROUP BY day.connection_id, day.date, part.kind, part.key
ON CONFLICT (connection_id, date, kind, key) DO UPDATE SET count = EXCLUDED.count
"""


def fill(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Add the days up once; from now on the roll-up does."""
    with editor.connection.cursor() as cursor:
        with transaction.atomic(using=editor.connection.alias):
            cursor.execute("SELECT set_config('app.operator', 'on', true)")
            cursor.execute("SELECT DISTINCT organization_id FROM analytics_engagementday")
            owners = [owner for (owner,) in cursor.fetchall()]
        for owner in owners:
            with transaction.atomic(using=editor.connection.alias):
                cursor.execute("SELECT set_config('app.operator', 'on', true)")
                cursor.execute(FILL, {"organization": owner})


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("analytics", "0022_who_reacted_by_day")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
