"""Posts under measurement know their account, brand, original and kind, so that pages that compare ask one table."""

from django.db import migrations

DESCRIBE = """
UPDATE analytics_measuredpost measured SET
    connection_id = post.connection_id, brand_id = piece.brand_id, asset_id = piece.asset_id, kind = piece.kind,
    format = piece.format, category = piece.category, language = piece.language, duration = piece.duration,
    hashtags = ARRAY(SELECT lower(ltrim(tag, '#')) FROM unnest(post.hashtags) tag),
    origin = CASE WHEN measured.is_simulated THEN 'practice' ELSE 'api' END
FROM publishing_scheduledpost post JOIN content_generatedcontent piece ON piece.id = post.piece_id
WHERE post.id = measured.post_id
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0006_numbers_guarded")]

    operations = [
        migrations.RunSQL(
            ["SELECT set_config('app.operator', 'on', true)", DESCRIBE, "SELECT set_config('app.operator', '', true)"],
            migrations.RunSQL.noop,
        )
    ]
