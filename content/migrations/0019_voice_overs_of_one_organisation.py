"""The asset made of a voice-over is of the same organisation."""

from django.db import migrations

from accounts.guarding import same_organization


class Migration(migrations.Migration):
    dependencies = [("content", "0018_found_by_index")]

    operations = same_organization("content_voiceover", [("asset_id", "content_contentasset")])
