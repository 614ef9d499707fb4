"""Numbers are unique in the books of one legal entity: another registration begins its own at 1."""

from django.db import migrations, models

from trenddrop.core.migrating import Together


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_told_early")]

    operations = [
        Together(
            [
                *[
                    migrations.AddField(
                        model,
                        "books",
                        models.CharField(
                            blank=True,
                            default="",
                            help_text="the legal entity whose numbers these are",
                            max_length=40,
                        ),
                        preserve_default=False,
                    )
                    for model in ("invoice", "creditnote")
                ],
                *[
                    migrations.AlterField(model, "number", models.CharField(blank=True, max_length=16, null=True))
                    for model in ("invoice", "creditnote")
                ],
                migrations.AddConstraint(
                    "invoice", models.UniqueConstraint(fields=("books", "number"), name="one_invoice_of_a_number")
                ),
                migrations.AddConstraint(
                    "creditnote", models.UniqueConstraint(fields=("books", "number"), name="one_note_of_a_number")
                ),
            ]
        )
    ]
