from django.db import migrations, models


class Migration(migrations.Migration):
    """A version says which voice samples it was written after."""

    dependencies = [("content", "0004_clients_guarded")]

    operations = [
        migrations.AddField(
            model_name="pieceversion",
            name="steered_by",
            field=models.JSONField(blank=True, default=list, help_text="the voice samples it was written after"),
        ),
    ]
