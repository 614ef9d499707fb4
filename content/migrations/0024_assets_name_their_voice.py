"""An asset made of a voice-over names the voice, so that a consent taken back finds it whatever else is deleted."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.guarding import same_organization

FILL = [
    "SELECT set_config('app.operator', 'on', true)",
    "UPDATE content_contentasset asset SET voice_id = spoken.voice_id"
    " FROM content_voiceover spoken WHERE spoken.asset_id = asset.id",
    "SELECT set_config('app.operator', '', true)",
    "SET CONSTRAINTS ALL IMMEDIATE",
]


class Migration(migrations.Migration):
    dependencies = [("content", "0023_parts_of_jobs")]

    operations = [
        migrations.AddField(
            "contentasset",
            "voice",
            models.ForeignKey(
                blank=True,
                help_text="who speaks in it, when it was made of a voice-over",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="assets",
                to="content.voiceclone",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        *same_organization("content_contentasset", [("voice_id", "content_voiceclone")]),
    ]
