"""Rows of tenants: guarded by PostgreSQL itself."""

from django.db import migrations

from accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial")]

    operations = [
        isolate("content_upload", client=True),
        isolate("content_contentasset", client=True),
        isolate("content_pipelinestep"),
        isolate("content_posterframe"),
        isolate("content_transcript"),
        isolate("content_contentanalysis"),
        isolate("content_trendmatch"),
        isolate("content_generatedcontent", client=True),
        isolate("content_pieceversion"),
    ]
