"""Voices are prepared in the background and keep a sample; a voice-over can be stopped and become an asset."""

import django.db.models.deletion
from django.db import migrations, models

import content.models.scripts


class Migration(migrations.Migration):
    dependencies = [("content", "0011_words_found")]

    operations = [
        migrations.RemoveIndex("voiceover", "voice_over_open"),
        migrations.AddField("voiceclone", "fence", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddField("voiceclone", "lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AddField(
            "voiceclone",
            "language",
            models.CharField(blank=True, help_text="the only one it speaks; empty: any", max_length=8),
        ),
        migrations.AddField("voiceclone", "problem", models.TextField(blank=True, help_text="why it cannot speak")),
        migrations.AddField(
            "voiceclone",
            "sample",
            models.FileField(
                blank=True,
                help_text="a sentence it spoke",
                max_length=300,
                upload_to=content.models.scripts.voice_file,
            ),
        ),
        migrations.AddField(
            "voiceover",
            "asset",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="content.contentasset",
            ),
        ),
        migrations.AlterField(
            "voiceover",
            "status",
            models.CharField(
                choices=[
                    ("queued", "Waiting"),
                    ("processing", "Working"),
                    ("completed", "Ready"),
                    ("failed", "Failed"),
                    ("cancelled", "Stopped"),
                ],
                default="queued",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            "voiceover",
            models.Index(
                condition=models.Q(("status__in", ["queued", "processing"])),
                fields=["lease_until"],
                name="voice_over_open",
            ),
        ),
    ]
