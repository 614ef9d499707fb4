"""Goals, findings and odd days, advice and its back-tests, the advisor, reports."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import trenddrop.core.ids
from trenddrop.core.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_post_by_hand"),
        ("analytics", "0011_sums_kept_small"),
        ("content", "0026_versions_keep_options"),
        ("publishing", "0012_links_mailed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Goal",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("name", models.CharField(max_length=120)),
                        ("metric", models.CharField(help_text="its key in the catalogue", max_length=40)),
                        (
                            "measure",
                            models.CharField(
                                choices=[
                                    ("level", "the count as it stands"),
                                    ("sum", "all of it from the first day to the last"),
                                    ("rate", "the rate over the last 28 days"),
                                ],
                                max_length=5,
                            ),
                        ),
                        ("target", models.FloatField()),
                        ("starts_on", models.DateField()),
                        ("deadline", models.DateField()),
                        (
                            "start_value",
                            models.FloatField(blank=True, help_text="where it stood on the first day", null=True),
                        ),
                        ("value", models.FloatField(blank=True, help_text="as last measured", null=True)),
                        (
                            "value_on",
                            models.DateField(
                                blank=True, help_text="the last day of which something is known", null=True
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("reached", "Reached"),
                                    ("missed", "Missed"),
                                    ("given_up", "Given up"),
                                ],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        (
                            "outlook",
                            models.CharField(
                                choices=[
                                    ("unknown", "Too early to say"),
                                    ("on_course", "On course"),
                                    ("unsure", "Could go either way"),
                                    ("behind", "Behind"),
                                    ("impossible", "Out of reach"),
                                ],
                                default="unknown",
                                max_length=10,
                            ),
                        ),
                        (
                            "projection",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="what is expected at the deadline, its band, and when it is reached",
                            ),
                        ),
                        ("checked_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("reached_on", models.DateField(blank=True, null=True)),
                        ("note", models.CharField(blank=True, help_text="why it was given up", max_length=300)),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="goals",
                                to="analytics.trackedaccount",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.clientaccount",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "status", "deadline"], name="goals_of_organization")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("deadline__gte", models.F("starts_on"))), name="goal_has_days"
                            ),
                            models.CheckConstraint(condition=models.Q(("target__gt", 0)), name="goal_above_nothing"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GoalMilestone",
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
                            "percent",
                            models.PositiveSmallIntegerField(help_text="of the way from the start to the target"),
                        ),
                        ("passed_on", models.DateField()),
                        ("value", models.FloatField()),
                        ("told_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "goal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="milestones",
                                to="analytics.goal",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("goal", "percent"), name="one_milestone")],
                    },
                ),
                migrations.CreateModel(
                    name="InsightRun",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("ran_at", models.DateTimeField()),
                        (
                            "asked",
                            models.PositiveIntegerField(
                                default=0, help_text="tests, all of which the correction counts"
                            ),
                        ),
                        ("found", models.PositiveIntegerField(default=0, help_text="findings that stood")),
                        (
                            "thin",
                            models.JSONField(
                                blank=True, default=list, help_text="where too little is known: what, have, need"
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.clientaccount",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["organization", "-ran_at"], name="insight_runs")],
                    },
                ),
                migrations.CreateModel(
                    name="Insight",
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
                                    ("growth", "Growth"),
                                    ("content", "Content"),
                                    ("cross", "Across platforms"),
                                    ("trend", "Trends"),
                                    ("goal", "Goals"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "question",
                            models.CharField(help_text="what was asked: content.hour, growth.pace …", max_length=40),
                        ),
                        ("key", models.CharField(help_text="the question and of whom it was asked", max_length=200)),
                        ("platform", models.CharField(blank=True, max_length=20)),
                        ("metric", models.CharField(blank=True, max_length=40)),
                        ("sentence", models.TextField()),
                        (
                            "basis",
                            models.TextField(
                                blank=True, help_text="how many of what it rests on, and its interval, in words"
                            ),
                        ),
                        ("numbers", models.JSONField(default=dict)),
                        ("evidence", models.JSONField(default=dict)),
                        ("advice", models.JSONField(blank=True, default=dict)),
                        ("effect", models.FloatField(help_text="a ratio: 1 is no difference")),
                        ("p", models.FloatField()),
                        ("q", models.FloatField(help_text="p, corrected for all that was asked")),
                        ("sample", models.PositiveIntegerField()),
                        ("use", models.FloatField(default=0.0, help_text="what the order goes by")),
                        ("is_current", models.BooleanField(default=True, help_text="it still stood when last asked")),
                        ("is_simulated", models.BooleanField(default=False)),
                        ("first_found_at", models.DateTimeField()),
                        ("found_at", models.DateTimeField(help_text="when it was last found")),
                        ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "dismissed_for",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("known", "I knew that"),
                                    ("useless", "It is of no use to me"),
                                    ("wrong", "It is not so"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "used_at",
                            models.DateTimeField(blank=True, help_text="when somebody did what it says", null=True),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="analytics.trackedaccount",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.clientaccount",
                            ),
                        ),
                        (
                            "connection",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="publishing.platformconnection",
                            ),
                        ),
                        (
                            "dismissed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "goal",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="insights",
                                to="analytics.goal",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["organization", "-use", "id"], name="insights_by_use")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "client", "key"), name="one_insight", nulls_distinct=False
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Anomaly",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("platform", models.CharField(blank=True, max_length=20)),
                        ("series", models.CharField(help_text="whose and of what: account:…:followers", max_length=80)),
                        ("metric", models.CharField(max_length=40)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("spike", "Far above"),
                                    ("drop", "Far below"),
                                    ("rise", "Higher from here on"),
                                    ("fall", "Lower from here on"),
                                ],
                                max_length=5,
                            ),
                        ),
                        ("date", models.DateField()),
                        ("value", models.FloatField()),
                        ("expected", models.FloatField()),
                        ("low", models.FloatField()),
                        ("high", models.FloatField()),
                        ("score", models.FloatField(help_text="0 to 1: how far from the ordinary")),
                        ("p", models.FloatField(default=0.0)),
                        ("sentence", models.TextField()),
                        ("is_simulated", models.BooleanField(default=False)),
                        ("found_at", models.DateTimeField()),
                        ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="analytics.trackedaccount",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.clientaccount",
                            ),
                        ),
                        (
                            "connection",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="publishing.platformconnection",
                            ),
                        ),
                        (
                            "dismissed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "anomalies",
                        "indexes": [models.Index(fields=["organization", "-date"], name="anomalies_by_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "series", "date", "kind"), name="one_anomaly"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AnomalyCause",
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
                                    ("post", "a post"),
                                    ("silence", "no post for long"),
                                    ("outside", "not what was posted"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "share",
                            models.FloatField(
                                blank=True, help_text="of what was beyond the expected, 0 to 1", null=True
                            ),
                        ),
                        ("sentence", models.TextField()),
                        (
                            "anomaly",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="causes",
                                to="analytics.anomaly",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="publishing.scheduledpost",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-share", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="ArmPrior",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("platform", models.CharField(max_length=20)),
                        ("dimension", models.CharField(max_length=24)),
                        ("value", models.CharField(max_length=80)),
                        (
                            "mean",
                            models.FloatField(help_text="of the logarithm of engagement over the account's usual"),
                        ),
                        ("variance", models.FloatField(help_text="between accounts")),
                        ("posts", models.PositiveIntegerField()),
                        ("organizations", models.PositiveIntegerField()),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("platform", "dimension", "value"), name="one_armprior")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SuggestionArm",
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
                            "dimension",
                            models.CharField(
                                help_text="hour, hook, length, format, hashtag, cta, template …", max_length=24
                            ),
                        ),
                        ("value", models.CharField(max_length=80)),
                        ("posts", models.FloatField(default=0.0, help_text="how many, older ones count less")),
                        (
                            "mean",
                            models.FloatField(
                                default=0.0, help_text="of the logarithm of engagement over the account's usual"
                            ),
                        ),
                        ("variance", models.FloatField(default=1.0, help_text="of that mean")),
                        ("prior_mean", models.FloatField(default=0.0)),
                        ("prior_variance", models.FloatField(default=1.0)),
                        ("last_at", models.DateTimeField(blank=True, null=True)),
                        ("is_simulated", models.BooleanField(default=False)),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.clientaccount",
                            ),
                        ),
                        (
                            "connection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="arms",
                                to="publishing.platformconnection",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("connection", "dimension", "value"), name="one_arm")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Suggestion",
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
                            "status",
                            models.CharField(
                                choices=[
                                    ("offered", "Offered"),
                                    ("taken", "Taken"),
                                    ("dismissed", "Dismissed"),
                                    ("expired", "Expired"),
                                    ("settled", "Its result is known"),
                                ],
                                default="offered",
                                max_length=9,
                            ),
                        ),
                        ("choices", models.JSONField(default=dict, help_text="dimension → value")),
                        ("reasons", models.JSONField(blank=True, default=list, help_text="why each was chosen")),
                        ("sentence", models.TextField(blank=True)),
                        (
                            "expected",
                            models.FloatField(blank=True, help_text="engagement over the account's usual", null=True),
                        ),
                        ("low", models.FloatField(blank=True, null=True)),
                        ("high", models.FloatField(blank=True, null=True)),
                        (
                            "is_trial",
                            models.BooleanField(
                                default=False, help_text="chosen to learn something, not for being the best"
                            ),
                        ),
                        (
                            "propensity",
                            models.FloatField(blank=True, help_text="how probable it was to be chosen", null=True),
                        ),
                        ("suggested_for", models.DateTimeField(blank=True, help_text="when to post it", null=True)),
                        ("offered_at", models.DateTimeField()),
                        ("taken_at", models.DateTimeField(blank=True, null=True)),
                        ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "outcome",
                            models.FloatField(blank=True, help_text="what it did, over the account's usual", null=True),
                        ),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        ("is_simulated", models.BooleanField(default=False)),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="accounts.brandprofile",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.clientaccount",
                            ),
                        ),
                        (
                            "connection",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="publishing.platformconnection",
                            ),
                        ),
                        (
                            "dismissed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "insight",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="suggestions",
                                to="analytics.insight",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "piece",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="content.generatedcontent",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="publishing.scheduledpost",
                            ),
                        ),
                        (
                            "taken_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "status", "-offered_at"], name="suggestions_recent"),
                            models.Index(
                                condition=models.Q(("post__isnull", False)), fields=["post"], name="suggestion_of_post"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BackTest",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("week", models.DateField(help_text="its Monday")),
                        ("advised", models.PositiveIntegerField(default=0, help_text="posts that did as advised")),
                        ("own", models.PositiveIntegerField(default=0, help_text="posts that did not")),
                        (
                            "advised_result",
                            models.FloatField(blank=True, help_text="over the account's usual", null=True),
                        ),
                        ("own_result", models.FloatField(blank=True, null=True)),
                        ("ratio", models.FloatField(blank=True, null=True)),
                        ("low", models.FloatField(blank=True, null=True)),
                        ("high", models.FloatField(blank=True, null=True)),
                        ("p", models.FloatField(blank=True, null=True)),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("helped", "It helped"),
                                    ("hurt", "It did worse"),
                                    ("same", "No difference that can be told"),
                                    ("thin", "Too little to say"),
                                ],
                                max_length=6,
                            ),
                        ),
                        (
                            "numbers",
                            models.JSONField(
                                blank=True, default=dict, help_text="what the page's chart and table show"
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("is_simulated", models.BooleanField(default=False)),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.clientaccount",
                            ),
                        ),
                        (
                            "connection",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="publishing.platformconnection",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "client", "connection", "week"),
                                name="one_backtest",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AdvisorConversation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("title", models.CharField(blank=True, max_length=200)),
                        ("last_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.clientaccount",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "user", "-last_at"], name="conversations_of_person")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AdvisorQuestion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("fence", models.PositiveIntegerField(default=0, editable=False)),
                        ("question", models.TextField()),
                        (
                            "guided",
                            models.CharField(blank=True, help_text="which of the ready questions it is", max_length=60),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("waiting", "Looking it up"),
                                    ("answered", "Answered"),
                                    ("unknown", "Not in the data"),
                                    ("refused", "The answer was not kept"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("answer", models.TextField(blank=True)),
                        (
                            "calls",
                            models.JSONField(
                                blank=True, default=list, help_text="tools asked, with what, and what they said"
                            ),
                        ),
                        ("charts", models.JSONField(blank=True, default=list)),
                        (
                            "numbers",
                            models.JSONField(
                                blank=True, default=list, help_text="each number of the answer and where it is from"
                            ),
                        ),
                        (
                            "model",
                            models.CharField(
                                blank=True, help_text="who put it in words; empty: no language model", max_length=120
                            ),
                        ),
                        ("error", models.TextField(blank=True)),
                        ("asked_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        ("is_helpful", models.BooleanField(blank=True, null=True)),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="questions",
                                to="analytics.advisorconversation",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status", "waiting")), fields=["asked_at"], name="questions_waiting"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportSchedule",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("fence", models.PositiveIntegerField(default=0, editable=False)),
                        ("name", models.CharField(max_length=120)),
                        (
                            "period",
                            models.CharField(
                                choices=[
                                    ("week", "Week"),
                                    ("month", "Month"),
                                    ("quarter", "Quarter"),
                                    ("custom", "Chosen days"),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("hour", models.PositiveSmallIntegerField(default=9, help_text="of the organisation's zone")),
                        (
                            "recipients",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.EmailField(max_length=254), blank=True, default=list, size=None
                            ),
                        ),
                        ("language", models.CharField(default="en", max_length=8)),
                        ("is_active", models.BooleanField(default=True)),
                        ("next_at", models.DateTimeField(blank=True, null=True)),
                        ("last_at", models.DateTimeField(blank=True, null=True)),
                        ("failures", models.PositiveSmallIntegerField(default=0)),
                        ("error", models.TextField(blank=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="accounts.brandprofile",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.clientaccount",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_active", True)), fields=["next_at"], name="reports_due"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OptimizationReport",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("title", models.CharField(max_length=200)),
                        (
                            "period",
                            models.CharField(
                                choices=[
                                    ("week", "Week"),
                                    ("month", "Month"),
                                    ("quarter", "Quarter"),
                                    ("custom", "Chosen days"),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("first_day", models.DateField()),
                        ("last_day", models.DateField()),
                        (
                            "status",
                            models.CharField(
                                choices=[("making", "Being made"), ("ready", "Ready"), ("failed", "Failed")],
                                default="making",
                                max_length=7,
                            ),
                        ),
                        (
                            "content",
                            models.JSONField(
                                blank=True, default=dict, help_text="top performers, best times, hashtags, advice"
                            ),
                        ),
                        ("error", models.TextField(blank=True)),
                        ("made_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "sent_to",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.EmailField(max_length=254), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="accounts.brandprofile",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.clientaccount",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "schedule",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="reports",
                                to="analytics.reportschedule",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["organization", "-made_at"], name="reports_recent")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))), name="report_has_days"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
