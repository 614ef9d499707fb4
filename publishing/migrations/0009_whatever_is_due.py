"""One index for everything that something happens to by itself: also live posts whose address is not told yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0008_sign_ins_sealed")]

    operations = [
        migrations.RemoveIndex(model_name="scheduledpost", name="post_due"),
        migrations.AddIndex(
            model_name="scheduledpost",
            index=models.Index(fields=["next_try_at"], name="post_due", condition=models.Q(next_try_at__isnull=False)),
        ),
    ]
