"""What one client removed stays theirs; the account may live with another."""

from django.db import migrations, models

NAME = "one_connection_per_account"


class Migration(migrations.Migration):
    dependencies = [("publishing", "0016_posts_to_send")]

    operations = [
        migrations.RemoveConstraint("platformconnection", NAME),
        migrations.AddConstraint(
            "platformconnection",
            models.UniqueConstraint(
                condition=models.Q(("status", "removed"), _negated=True),
                fields=("organization", "platform", "account_id"),
                name=NAME,
                violation_error_message="This account is connected already.",
            ),
        ),
    ]
