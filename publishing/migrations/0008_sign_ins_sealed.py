from typing import Any

from django.db import migrations, models

import trenddrop.core.fields

PLATFORMS = (
    "tiktok", "youtube", "instagram", "x", "bluesky", "mastodon", "threads", "facebook", "linkedin", "pinterest",
    "telegram", "discord", "webhook", "spill", "fanbase", "practice",
)  # fmt: skip
REVIEWED_BY = {"tiktok", "youtube", "instagram", "threads", "facebook", "linkedin", "pinterest"}


def name_platforms(apps: Any, _schema: Any) -> None:
    """Give operators a row to fill in for each platform; those that review apps have not reviewed this one yet."""
    rows = apps.get_model("publishing", "Platform").objects
    for key in PLATFORMS:
        audit = "pending" if key in REVIEWED_BY else "not_needed"
        rows.get_or_create(key=key, defaults={"audit": audit})


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0007_every_platform"),
    ]

    operations = [
        migrations.AddField(
            model_name="signinchoice",
            name="state_hash",
            field=models.CharField(
                help_text="of the state the browser brings back; empty once it did",
                max_length=64,
                null=True,
                unique=True,
            ),
        ),
        migrations.AddField(
            model_name="signinchoice",
            name="way",
            field=trenddrop.core.fields.EncryptedTextField(
                blank=True, default="", help_text="JSON of where the browser was sent, with its verifier"
            ),
        ),
        migrations.AlterField(
            model_name="signinchoice",
            name="accounts",
            field=trenddrop.core.fields.EncryptedTextField(
                blank=True,
                default="",
                help_text="JSON of publishing.platforms.base.Connected, one after the other",
            ),
        ),
        migrations.RunPython(name_platforms, migrations.RunPython.noop, elidable=True),
    ]
