"""What the brand side keeps: what fits stand on, who asked for ideas, what posts with a hashtag brought."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import trenddrop.core.ids
from accounts.guarding import guard, same_organization, through
from accounts.tenancy import isolate

BRAND, ASKED, FIT = "accounts_brandprofile", "trends_idearequest", "trends_brandfit"
ANGLES = [
    ("explain", "Explain it"),
    ("side", "Take a side"),
    ("how_to", "How-to"),
    ("story", "Behind the scenes"),
    ("list", "List"),
    ("question", "Question"),
    ("reaction", "Reaction"),
]
ID = models.UUIDField(default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False)


def times() -> list[tuple[str, models.Field]]:
    """Return the key and the two times of every row."""
    return [
        ("id", ID.clone()),
        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
    ]


def to(table: str, **more: object) -> models.ForeignKey:
    """Return a key whose row goes with the other."""
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=table, **more)


class Migration(migrations.Migration):
    dependencies = [("trends", "0011_topic_words"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            "trendopportunity", "angle_kind", models.CharField(choices=ANGLES, default="explain", max_length=8)
        ),
        migrations.AddField("trendopportunity", "language", models.CharField(default="en", max_length=8)),
        migrations.AddField(
            "trendopportunity",
            "round",
            models.PositiveSmallIntegerField(default=0, help_text="which ideas these are: 0 the first, 1 others …"),
        ),
        migrations.RemoveField("ownhashtag", "baseline"),
        migrations.AddField(
            "ownhashtag",
            "ratios",
            models.JSONField(
                blank=True,
                default=list,
                help_text="of each post old enough: its engagement by its connection's median without the tag",
            ),
        ),
        migrations.CreateModel(
            name="FittedTopic",
            fields=[
                (
                    "topic",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="trends.trendtopic",
                    ),
                ),
                ("digest", models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="BrandFit",
            fields=[
                *times(),
                ("digest", models.CharField(max_length=64)),
                ("whole_at", models.DateTimeField()),
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brandprofile"
                    ),
                ),
                ("organization", to("accounts.organization")),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="IdeaRequest",
            fields=[
                *times(),
                ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("fence", models.PositiveIntegerField(default=0, editable=False)),
                ("asked_at", models.DateTimeField()),
                (
                    "number",
                    models.PositiveIntegerField(
                        default=1, help_text="how often it was asked; each asking is paid once"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("message", models.TextField(blank=True, help_text="what went wrong")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("brand", to("accounts.brandprofile")),
                ("organization", to("accounts.organization")),
                ("topic", to("trends.trendtopic")),
            ],
        ),
        migrations.AddConstraint(
            "idearequest", models.UniqueConstraint(fields=("topic", "brand"), name="one_idea_request_at_a_time")
        ),
        *(isolate(table) for table in (ASKED, FIT)),
        guard(ASKED, through(ASKED, "brand_id", BRAND)),
        guard(FIT, through(FIT, "brand_id", BRAND)),
        *same_organization(ASKED, [("brand_id", BRAND)]),
        *same_organization(FIT, [("brand_id", BRAND)]),
    ]
