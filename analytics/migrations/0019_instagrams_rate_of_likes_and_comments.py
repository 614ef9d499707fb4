"""Instagram's engagement rate counts likes and comments; days that were reckoned with shares and saves are mended."""

from django.db import migrations

RATED = """
UPDATE analytics_dailymetrics SET document = jsonb_set(document, '{engagement_rate}', to_jsonb(round(
    (coalesce((document->>'likes')::numeric, 0) + coalesce((document->>'comments')::numeric, 0)) / followers, 6)))
WHERE platform = 'instagram' AND followers > 0 AND document->'reckoned' ? 'engagement_rate'
  AND (document->>'likes' IS NOT NULL OR document->>'comments' IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0018_days_of_events_summed_by_hashing")]

    operations = [migrations.RunSQL(RATED, migrations.RunSQL.noop)]
