"""Clicks and visits wait as rows of their own until they are added to their day; what was given back is kept."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import trenddrop.core.ids
from accounts.guarding import NOTHING, guard, same_organization, through
from accounts.tenancy import isolate

HIT, DAY, SITE, LINK = "analytics_hit", "analytics_siteday", "analytics_conversionsite", "analytics_shortlink"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_post_by_hand"),
        ("analytics", "0008_search_days_summed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("click", "followed a link"),
                            ("visit", "came to the page"),
                            ("agreed", "agreed to be told apart"),
                            ("conversion", "did what counts, and did not agree"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("country", models.CharField(blank=True, max_length=2)),
                ("referrer", models.CharField(blank=True, max_length=100)),
                ("device", models.CharField(blank=True, max_length=10)),
                ("channel", models.CharField(blank=True, max_length=40)),
                ("campaign", models.CharField(blank=True, max_length=120)),
                ("is_bot", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="SiteDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                ("date", models.DateField()),
                ("channel", models.CharField(blank=True, help_text="the platform, or utm_source", max_length=40)),
                ("campaign", models.CharField(blank=True, max_length=120)),
                ("visits", models.BigIntegerField(default=0)),
                (
                    "agreed",
                    models.BigIntegerField(default=0, help_text="of these, by somebody who agreed to be told apart"),
                ),
                (
                    "conversions",
                    models.BigIntegerField(default=0, help_text="by somebody who did not agree: counted, not kept"),
                ),
                ("bots", models.BigIntegerField(default=0, help_text="previews and crawlers, not in visits")),
            ],
        ),
        migrations.AddField(
            model_name="conversion",
            name="refunded",
            field=models.DecimalField(decimal_places=2, default=0, help_text="of the value, given back", max_digits=14),
        ),
        migrations.AddField(
            model_name="conversion",
            name="told",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="what came with it: its own link and utm, and names of the same thing",
            ),
        ),
        migrations.AddField(
            model_name="conversioncredit",
            name="campaign",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AlterField(
            model_name="conversion",
            name="refunded_at",
            field=models.DateTimeField(blank=True, help_text="when all of it had been given back", null=True),
        ),
        migrations.AddIndex(
            model_name="conversion",
            index=models.Index(fields=["site", "visitor", "at"], name="conversions_of_visitor"),
        ),
        migrations.AddIndex(
            model_name="conversion",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["told"], name="conversion_told", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.AddField(
            model_name="hit",
            name="link",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="analytics.shortlink",
            ),
        ),
        migrations.AddField(
            model_name="hit",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
            ),
        ),
        migrations.AddField(
            model_name="hit",
            name="site",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="analytics.conversionsite",
            ),
        ),
        migrations.AddField(
            model_name="siteday",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
            ),
        ),
        migrations.AddField(
            model_name="siteday",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="days", to="analytics.conversionsite"
            ),
        ),
        migrations.AddConstraint(
            model_name="hit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("link", None), ("site__isnull", False)),
                    models.Q(("link__isnull", False), ("site", None)),
                    _connector="OR",
                ),
                name="hit_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="siteday",
            constraint=models.UniqueConstraint(fields=("site", "date", "channel", "campaign"), name="one_siteday"),
        ),
        isolate(HIT),
        isolate(DAY),
        guard(HIT, NOTHING),
        guard(DAY, through(DAY, "site_id", SITE)),
        *same_organization(HIT, [("link_id", LINK), ("site_id", SITE)]),
        *same_organization(DAY, [("site_id", SITE)]),
    ]
