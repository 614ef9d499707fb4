"""What a published item asks for is asked as every gate asks; a use keeps the words that were put in."""

from django.db import migrations, models

STANDARDS = [("native", "The chain's own coin"), ("erc20", "ERC-20"), ("erc721", "ERC-721"), ("erc1155", "ERC-1155")]
GATED = {"gate_chain__isnull": False, "gate_minimum__gt": 0}


class Migration(migrations.Migration):
    dependencies = [("content", "0013_first_heard"), ("accounts", "0011_invitation_mail")]

    operations = [
        migrations.AddField("libraryuse", "words", models.TextField(blank=True)),
        migrations.RemoveField("publisheditem", "gate_chain"),
        migrations.AddField(
            "publisheditem",
            "gate_chain",
            models.PositiveBigIntegerField(blank=True, null=True, verbose_name="chain id"),
        ),
        migrations.AddField(
            "publisheditem",
            "gate_standard",
            models.CharField(blank=True, choices=STANDARDS, max_length=8, verbose_name="standard"),
        ),
        migrations.AlterField(
            "publisheditem", "gate_contract", models.CharField(blank=True, max_length=42, verbose_name="contract")
        ),
        migrations.AddField(
            "publisheditem",
            "gate_token_id",
            models.DecimalField(blank=True, decimal_places=0, max_digits=78, null=True, verbose_name="token id"),
        ),
        migrations.AlterField(
            "publisheditem",
            "gate_minimum",
            models.DecimalField(blank=True, decimal_places=18, max_digits=78, null=True, verbose_name="at least"),
        ),
        migrations.AddField("publisheditem", "measured_posts", models.PositiveIntegerField(default=0)),
        migrations.AlterField(
            "publisheditem",
            "average_engagement",
            models.FloatField(blank=True, help_text="over each account's own median", null=True),
        ),
        migrations.AddIndex(
            "libraryitem",
            models.Index(
                condition=models.Q(taken_from__isnull=False), fields=["taken_from"], name="library_item_taken"
            ),
        ),
        migrations.AddConstraint(
            "publisheditem",
            models.UniqueConstraint(
                condition=models.Q(of_item__isnull=False, status="waiting"),
                fields=("of_item",),
                name="one_offer_waits",
            ),
        ),
        migrations.AddConstraint(
            "publisheditem",
            models.CheckConstraint(
                condition=~models.Q(access="gated") | models.Q(**GATED) & ~models.Q(gate_standard=""),
                name="gated_item_names_its_token",
                violation_error_message="Name the chain, the standard and how much of the token it takes.",
            ),
        ),
    ]
