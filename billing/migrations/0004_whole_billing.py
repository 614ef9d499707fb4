import django.core.validators
import django.db.models.deletion
import trenddrop.core.ids
import trenddrop.core.migrating
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_post_by_hand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("billing", "0003_clients_guarded"),
    ]

    operations = [
        trenddrop.core.migrating.Together(
            operations=[
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("key", models.SlugField(max_length=30, unique=True)),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("description", models.CharField(blank=True, max_length=200, verbose_name="description")),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="shown on the pricing page, and can be bought",
                                verbose_name="sold",
                            ),
                        ),
                        (
                            "is_trial",
                            models.BooleanField(
                                default=False, help_text="new organisations try this plan", verbose_name="tried first"
                            ),
                        ),
                        (
                            "is_by_agreement",
                            models.BooleanField(
                                default=False,
                                help_text="the page asks people to write rather than to pay",
                                verbose_name="by agreement",
                            ),
                        ),
                        (
                            "rank",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="a higher rank is an upgrade", verbose_name="rank"
                            ),
                        ),
                        ("sort_order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "ordering": ["sort_order", "rank"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_trial", True)), fields=("is_trial",), name="one_trial_plan"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanVersion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("number", models.PositiveIntegerField(default=1)),
                        (
                            "features",
                            models.JSONField(blank=True, default=list, help_text="keys of what the plan opens"),
                        ),
                        (
                            "limits",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="by meter: limit (none: as much as one likes), and whether it is hard",
                            ),
                        ),
                        ("trial_days", models.PositiveSmallIntegerField(default=14)),
                        (
                            "sold_from",
                            models.DateTimeField(
                                help_text="the last version sold from a time before now is the one on sale"
                            ),
                        ),
                        ("note", models.CharField(blank=True, help_text="why it was changed", max_length=200)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="billing.plan"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["plan", "-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("plan", "number"), name="one_version_of_a_plan")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanPrice",
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
                            "currency",
                            models.CharField(
                                default="INR",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as INR."
                                    )
                                ],
                            ),
                        ),
                        (
                            "interval",
                            models.CharField(
                                choices=[("month", "Monthly"), ("year", "Yearly")], default="month", max_length=5
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, help_text="before tax", max_digits=14)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="prices",
                                to="billing.planversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["currency", "interval"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "currency", "interval"), name="one_price"),
                            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="a_price_is_something"),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="planprice_currency"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditPack",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("key", models.SlugField(max_length=30)),
                        ("credits", models.PositiveIntegerField()),
                        (
                            "currency",
                            models.CharField(
                                default="INR",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as INR."
                                    )
                                ],
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, help_text="before tax", max_digits=14)),
                        ("valid_days", models.PositiveSmallIntegerField(default=365)),
                        ("is_active", models.BooleanField(default=True)),
                        ("sort_order", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ["sort_order", "credits"],
                        "constraints": [
                            models.UniqueConstraint(fields=("key", "currency"), name="one_pack_in_a_currency"),
                            models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="pack_costs_something"),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="creditpack_currency"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Subscription",
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
                                    ("trial", "Trial"),
                                    ("active", "Active"),
                                    ("past_due", "Payment due"),
                                    ("canceled", "Cancelled"),
                                    ("expired", "Expired"),
                                ],
                                default="trial",
                                max_length=8,
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="INR",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as INR."
                                    )
                                ],
                            ),
                        ),
                        (
                            "interval",
                            models.CharField(
                                choices=[("month", "Monthly"), ("year", "Yearly")], default="month", max_length=5
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                help_text="what a period costs before tax, as sold",
                                max_digits=14,
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("trial_ends_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "anchor_day",
                            models.PositiveSmallIntegerField(
                                default=1, help_text="day of the month on which periods begin"
                            ),
                        ),
                        ("anchor_month", models.PositiveSmallIntegerField(default=1)),
                        ("current_period_start", models.DateTimeField()),
                        ("current_period_end", models.DateTimeField()),
                        ("cancel_at_period_end", models.BooleanField(default=False)),
                        ("canceled_at", models.DateTimeField(blank=True, null=True)),
                        ("cancel_reason", models.CharField(blank=True, max_length=300)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("past_due_since", models.DateTimeField(blank=True, null=True)),
                        ("grace_until", models.DateTimeField(blank=True, null=True)),
                        (
                            "held_at",
                            models.DateTimeField(blank=True, help_text="scheduled posts are held since", null=True),
                        ),
                        ("gateway", models.CharField(blank=True, max_length=20)),
                        ("gateway_account", models.CharField(blank=True, max_length=60)),
                        ("gateway_subscription_id", models.CharField(blank=True, max_length=120)),
                        (
                            "gateway_state",
                            models.CharField(blank=True, help_text="as the gateway told it last", max_length=40),
                        ),
                        (
                            "gateway_told_at",
                            models.DateTimeField(blank=True, help_text="older news are passed over", null=True),
                        ),
                        ("gateway_rank", models.PositiveSmallIntegerField(default=0)),
                        (
                            "mandate",
                            models.CharField(
                                choices=[
                                    ("none", "none"),
                                    ("pending", "waits for the bank"),
                                    ("active", "active"),
                                    ("paused", "paused by the customer"),
                                    ("revoked", "revoked"),
                                    ("expired", "expired"),
                                ],
                                default="none",
                                max_length=8,
                            ),
                        ),
                        (
                            "mandate_limit",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="the most one debit may take",
                                max_digits=14,
                                null=True,
                            ),
                        ),
                        (
                            "renewal",
                            models.CharField(
                                choices=[
                                    ("none", "nothing is due"),
                                    ("notice", "announced: the bank asks for a day's notice"),
                                    ("action", "waits for the customer to confirm it"),
                                    ("pending", "being collected"),
                                ],
                                default="none",
                                max_length=8,
                            ),
                        ),
                        ("notice_sent_at", models.DateTimeField(blank=True, null=True)),
                        ("action_url", models.URLField(blank=True, max_length=1000)),
                        ("action_due_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "price",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing.planprice",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.planversion"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["status", "current_period_end"], name="subscription_due"),
                            models.Index(fields=["organization", "-started_at"], name="subscription_of_organization"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ["trial", "active", "past_due"])),
                                fields=("organization",),
                                name="one_living_subscription",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("gateway_subscription_id", ""), _negated=True),
                                fields=("gateway", "gateway_account", "gateway_subscription_id"),
                                name="one_subscription_at_a_gateway",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("current_period_end__gt", models.F("current_period_start"))),
                                name="a_period_ends_after_it_began",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "past_due"), _negated=True),
                                    ("past_due_since__isnull", False),
                                    _connector="OR",
                                ),
                                name="past_due_since_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("anchor_day__range", (1, 31)), ("anchor_month__range", (1, 12))),
                                name="anchor_is_a_day",
                            ),
                            models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="subscription_amount"),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="subscription_currency"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SubscriptionChange",
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
                                    ("trial", "trial began"),
                                    ("start", "bought"),
                                    ("renewal", "renewed"),
                                    ("upgrade", "upgraded"),
                                    ("downgrade", "downgraded"),
                                    ("interval", "paid by another interval"),
                                    ("cancel", "cancelled"),
                                    ("resume", "kept after all"),
                                    ("past_due", "payment failed"),
                                    ("hold", "held"),
                                    ("recover", "paid after all"),
                                    ("end", "ended"),
                                ],
                                default="start",
                                max_length=9,
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("scheduled", "at the period's end"),
                                    ("unpaid", "waits for payment"),
                                    ("done", "done"),
                                    ("undone", "taken back"),
                                ],
                                default="done",
                                max_length=9,
                            ),
                        ),
                        ("at", models.DateTimeField(help_text="when it takes effect")),
                        (
                            "currency",
                            models.CharField(
                                default="INR",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as INR."
                                    )
                                ],
                            ),
                        ),
                        (
                            "proration",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                help_text="to pay now, before tax; what is left of the old plan taken off",
                                max_digits=14,
                            ),
                        ),
                        ("proration_days", models.PositiveSmallIntegerField(default=0)),
                        (
                            "mrr_before",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                help_text="a month's worth before, in this currency",
                                max_digits=14,
                            ),
                        ),
                        ("mrr_after", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "keeps",
                            models.JSONField(
                                blank=True, default=dict, help_text="what the user chose to keep, by meter: keys"
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "from_price",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing.planprice",
                            ),
                        ),
                        (
                            "from_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing.planversion",
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
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="billing.subscription",
                            ),
                        ),
                        (
                            "to_price",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing.planprice",
                            ),
                        ),
                        (
                            "to_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing.planversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["subscription", "-at"], name="change_of_subscription"),
                            models.Index(fields=["status", "at"], name="change_due"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status", "scheduled")),
                                fields=("subscription",),
                                name="one_change_is_coming",
                            ),
                            models.CheckConstraint(condition=models.Q(("proration__gte", 0)), name="change_proration"),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="subscriptionchange_currency",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DunningStep",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("since", models.DateTimeField(help_text="when the payment failed: day 0")),
                        ("day", models.PositiveSmallIntegerField(default=0)),
                        ("due_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        ("is_void", models.BooleanField(default=False, help_text="paid before it was due")),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="dunning",
                                to="billing.subscription",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at__isnull", True), ("is_void", False)),
                                fields=["due_at"],
                                name="dunning_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("subscription", "since", "day"), name="one_dunning_step")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Checkout",
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
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("buy", "buy a plan"),
                                    ("upgrade", "upgrade now"),
                                    ("due", "pay what is due"),
                                    ("method", "another way to pay"),
                                    ("credits", "credits"),
                                ],
                                default="buy",
                                max_length=8,
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("completed", "completed"),
                                    ("expired", "expired"),
                                    ("failed", "failed"),
                                ],
                                default="open",
                                max_length=9,
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="INR",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as INR."
                                    )
                                ],
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(decimal_places=2, default=0, help_text="before tax", max_digits=14),
                        ),
                        ("tax", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "total",
                            models.DecimalField(
                                decimal_places=2, default=0, help_text="what the gateway takes", max_digits=14
                            ),
                        ),
                        ("gateway", models.CharField(max_length=20)),
                        ("gateway_account", models.CharField(blank=True, max_length=60)),
                        ("gateway_session_id", models.CharField(blank=True, max_length=200)),
                        ("gateway_subscription_id", models.CharField(blank=True, max_length=120)),
                        ("url", models.URLField(blank=True, max_length=2000)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("completed_at", models.DateTimeField(blank=True, null=True)),
                        ("error", models.CharField(blank=True, max_length=300)),
                        (
                            "by",
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
                            "pack",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing.creditpack",
                            ),
                        ),
                        (
                            "price",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing.planprice",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="checkouts",
                                to="billing.subscription",
                            ),
                        ),
                        (
                            "change",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="billing.subscriptionchange",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "-created_at"], name="checkout_of_organization")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("gateway_session_id", ""), _negated=True),
                                fields=("gateway", "gateway_account", "gateway_session_id"),
                                name="one_checkout_session",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("purpose__in", ["buy", "upgrade", "due"]), ("status", "open")),
                                fields=("organization", "purpose"),
                                name="one_open_checkout",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0), ("tax__gte", 0), ("total__gte", 0)),
                                name="checkout_amounts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="checkout_currency"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Payment",
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
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("first", "first payment"),
                                    ("renewal", "renewal"),
                                    ("upgrade", "upgrade"),
                                    ("credits", "credits"),
                                ],
                                default="first",
                                max_length=8,
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("pending", "Pending"),
                                    ("success", "Paid"),
                                    ("failed", "Failed"),
                                    ("refunded", "Refunded"),
                                ],
                                default="pending",
                                max_length=8,
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, help_text="what was taken, tax included", max_digits=14
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="INR",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as INR."
                                    )
                                ],
                            ),
                        ),
                        ("gateway", models.CharField(max_length=20)),
                        ("gateway_account", models.CharField(blank=True, max_length=60)),
                        ("gateway_payment_id", models.CharField(blank=True, max_length=120)),
                        ("gateway_order_id", models.CharField(blank=True, max_length=120)),
                        ("gateway_invoice_id", models.CharField(blank=True, max_length=120)),
                        ("gateway_told_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "raw",
                            models.JSONField(
                                blank=True, default=dict, help_text="as the gateway told it, without cards' numbers"
                            ),
                        ),
                        (
                            "method",
                            models.CharField(blank=True, help_text="such as: Visa •••• 4242, UPI", max_length=60),
                        ),
                        ("period_start", models.DateTimeField(blank=True, null=True)),
                        ("period_end", models.DateTimeField(blank=True, null=True)),
                        ("paid_at", models.DateTimeField(blank=True, null=True)),
                        ("failed_at", models.DateTimeField(blank=True, null=True)),
                        ("failure_code", models.CharField(blank=True, max_length=80)),
                        ("failure_reason", models.CharField(blank=True, max_length=300)),
                        (
                            "action_url",
                            models.URLField(blank=True, help_text="where the customer confirms it", max_length=1000),
                        ),
                        ("refunded_at", models.DateTimeField(blank=True, null=True)),
                        ("refunded_amount", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("disputed_at", models.DateTimeField(blank=True, null=True)),
                        ("receipt_url", models.URLField(blank=True, max_length=1000)),
                        (
                            "checkout",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="payments",
                                to="billing.checkout",
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
                            "price",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing.planprice",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="payments",
                                to="billing.subscription",
                            ),
                        ),
                        (
                            "change",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="billing.subscriptionchange",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "-created_at"], name="payment_of_organization"),
                            models.Index(
                                fields=["gateway", "gateway_account", "created_at"], name="payment_of_gateway"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("gateway_payment_id", ""), _negated=True),
                                fields=("gateway", "gateway_account", "gateway_payment_id"),
                                name="one_payment_at_a_gateway",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("refunded_amount__lte", models.F("amount"))),
                                name="no_more_back_than_came",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0), ("refunded_amount__gte", 0)),
                                name="payment_amounts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="payment_currency"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Refund",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        (
                            "currency",
                            models.CharField(
                                default="INR",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as INR."
                                    )
                                ],
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("requested", "waits for a second person"),
                                    ("approved", "to be sent"),
                                    ("pending", "sent"),
                                    ("success", "given back"),
                                    ("failed", "failed"),
                                    ("refused", "refused"),
                                ],
                                default="requested",
                                max_length=9,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("approved_at", models.DateTimeField(blank=True, null=True)),
                        ("gateway_refund_id", models.CharField(blank=True, max_length=120)),
                        ("gateway_told_at", models.DateTimeField(blank=True, null=True)),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        ("error", models.CharField(blank=True, max_length=300)),
                        ("raw", models.JSONField(blank=True, default=dict)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
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
                            "payment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="refunds",
                                to="billing.payment",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "-created_at"], name="refund_of_organization")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("gateway_refund_id", ""), _negated=True),
                                fields=("payment", "gateway_refund_id"),
                                name="one_refund_at_a_gateway",
                            ),
                            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="a_refund_is_something"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("approved_by__isnull", True),
                                    ("requested_by__isnull", True),
                                    models.Q(("approved_by", models.F("requested_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_second_person_agrees",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="refund_currency"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GatewayCustomer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("gateway", models.CharField(max_length=20)),
                        ("gateway_account", models.CharField(blank=True, max_length=60)),
                        ("customer_id", models.CharField(max_length=120)),
                        (
                            "method",
                            models.CharField(blank=True, help_text="such as: Visa •••• 4242, UPI", max_length=60),
                        ),
                        ("method_expires_on", models.DateField(blank=True, null=True)),
                        ("gone_at", models.DateTimeField(blank=True, help_text="removed at the gateway", null=True)),
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
                                fields=("gateway", "gateway_account", "customer_id"), name="one_gateway_customer"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("gone_at__isnull", True)),
                                fields=("organization", "gateway", "gateway_account"),
                                name="one_customer_per_gateway",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GatewayPrice",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("gateway", models.CharField(max_length=20)),
                        ("gateway_account", models.CharField(blank=True, max_length=60)),
                        (
                            "total_minor",
                            models.PositiveBigIntegerField(help_text="what the gateway takes, in hundredths"),
                        ),
                        ("gateway_price_id", models.CharField(max_length=120)),
                        ("gateway_product_id", models.CharField(blank=True, max_length=120)),
                        (
                            "price",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="at_gateways",
                                to="billing.planprice",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("gateway", "gateway_account", "price", "total_minor"),
                                name="one_price_at_a_gateway",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GatewayEvent",
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
                        ("gateway", models.CharField(max_length=20)),
                        ("account", models.CharField(blank=True, max_length=60)),
                        ("dedupe_key", models.CharField(max_length=200)),
                        (
                            "kind",
                            models.CharField(
                                blank=True, help_text="the event's type, in the gateway's words", max_length=80
                            ),
                        ),
                        ("object_id", models.CharField(blank=True, max_length=120)),
                        (
                            "origin",
                            models.CharField(
                                choices=[("webhook", "told"), ("poll", "asked for")], default="webhook", max_length=7
                            ),
                        ),
                        ("body", models.BinaryField(help_text="the bytes as they came")),
                        ("headers", models.JSONField(blank=True, default=dict)),
                        (
                            "happened_at",
                            models.DateTimeField(blank=True, help_text="by the gateway's clock", null=True),
                        ),
                        ("received_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "waits"),
                                    ("applied", "applied"),
                                    ("ignored", "nothing to do"),
                                    ("unmatched", "of nobody here"),
                                    ("failed", "failed, tried again later"),
                                ],
                                default="new",
                                max_length=9,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("next_at", models.DateTimeField(blank=True, null=True)),
                        ("applied_at", models.DateTimeField(blank=True, null=True)),
                        ("error", models.CharField(blank=True, max_length=300)),
                        ("outcome", models.CharField(blank=True, help_text="what applying it did", max_length=200)),
                        (
                            "matched_organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["new", "failed"])),
                                fields=["next_at"],
                                name="gatewayevent_due",
                            ),
                            models.Index(fields=["gateway", "object_id"], name="gatewayevent_of_object"),
                            models.Index(fields=["-received_at"], name="gatewayevent_recent"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("gateway", "account", "dedupe_key"), name="one_gateway_event"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UsagePeriod",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("uploads", models.BigIntegerField(default=0)),
                        ("ai_credits", models.BigIntegerField(default=0, help_text="spent")),
                        ("api_calls", models.BigIntegerField(default=0)),
                        (
                            "storage_bytes",
                            models.BigIntegerField(default=0, help_text="the most that was kept at once"),
                        ),
                        (
                            "limits",
                            models.JSONField(
                                blank=True, default=dict, help_text="as they stood when the period was last asked"
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
                            models.UniqueConstraint(fields=("organization", "starts_at"), name="one_usage_period"),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="usage_ends_after_it_began",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ai_credits__gte", 0),
                                    ("api_calls__gte", 0),
                                    ("storage_bytes__gte", 0),
                                    ("uploads__gte", 0),
                                ),
                                name="usage_is_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UsageMark",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("meter", models.CharField(max_length=30)),
                        ("percent", models.PositiveSmallIntegerField(default=80)),
                        ("used", models.BigIntegerField(default=0)),
                        ("limit", models.BigIntegerField(default=0)),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "period",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="marks",
                                to="billing.usageperiod",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("period", "meter", "percent"), name="one_usage_mark")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditAccount",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("balance", models.IntegerField(default=0)),
                        ("held", models.IntegerField(default=0)),
                        (
                            "is_open",
                            models.BooleanField(
                                default=True, help_text="no plans are sold here: counted, and never refused"
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
                            models.UniqueConstraint(fields=("organization",), name="one_credit_account"),
                            models.CheckConstraint(
                                condition=models.Q(("is_open", True), ("balance__gte", 0), _connector="OR"),
                                name="credits_never_below_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("held__gte", 0),
                                    models.Q(("is_open", True), ("held__lte", models.F("balance")), _connector="OR"),
                                ),
                                name="no_more_held_than_there_is",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditGrant",
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
                            "source",
                            models.CharField(
                                choices=[
                                    ("plan", "Plan"),
                                    ("trial", "Trial"),
                                    ("pack", "Bought"),
                                    ("gift", "Given"),
                                    ("opening", "Used before plans were sold"),
                                ],
                                default="plan",
                                max_length=7,
                            ),
                        ),
                        ("amount", models.PositiveIntegerField(default=0)),
                        ("remaining", models.PositiveIntegerField(default=0)),
                        ("starts_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("reference", models.CharField(max_length=120)),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="billing.payment",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("remaining__gt", 0)), fields=["expires_at"], name="grant_ends"
                            ),
                            models.Index(
                                condition=models.Q(("remaining__gt", 0)),
                                fields=["organization", "expires_at"],
                                name="grant_left",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("organization", "reference"), name="one_credit_grant"),
                            models.CheckConstraint(
                                condition=models.Q(("remaining__lte", models.F("amount"))),
                                name="no_more_left_than_given",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditReservation",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("held", "held"),
                                    ("committed", "spent"),
                                    ("released", "released"),
                                    ("lapsed", "ran out"),
                                ],
                                default="held",
                                max_length=9,
                            ),
                        ),
                        ("amount", models.PositiveIntegerField(default=0)),
                        ("spent", models.PositiveIntegerField(default=0)),
                        ("reason", models.CharField(max_length=120)),
                        ("reference", models.CharField(max_length=120)),
                        ("expires_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
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
                                condition=models.Q(("state", "held")), fields=["expires_at"], name="reservation_due"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("organization", "reference"), name="one_reservation"),
                            models.CheckConstraint(
                                condition=models.Q(("spent__lte", models.F("amount"))), name="no_more_than_was_held"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BillingDetails",
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
                                choices=[("business", "Business"), ("person", "Person")], default="person", max_length=8
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="legal name")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail for invoices")),
                        ("line1", models.CharField(blank=True, max_length=200, verbose_name="address")),
                        ("line2", models.CharField(blank=True, max_length=200, verbose_name="address, second line")),
                        ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                        ("postal_code", models.CharField(blank=True, max_length=12, verbose_name="PIN or postal code")),
                        (
                            "state",
                            models.CharField(
                                blank=True, help_text="its code for GST, such as 27", max_length=2, verbose_name="state"
                            ),
                        ),
                        (
                            "region",
                            models.CharField(
                                blank=True, help_text="outside India", max_length=100, verbose_name="state or region"
                            ),
                        ),
                        ("country", models.CharField(default="IN", max_length=2, verbose_name="country")),
                        ("gstin", models.CharField(blank=True, max_length=15, verbose_name="GSTIN")),
                        ("is_sez", models.BooleanField(default=False, verbose_name="in a special economic zone")),
                        (
                            "tax_id",
                            models.CharField(
                                blank=True, help_text="outside India", max_length=40, verbose_name="tax number"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="INR",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as INR."
                                    )
                                ],
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
                        "verbose_name_plural": "billing details",
                        "constraints": [
                            models.UniqueConstraint(fields=("organization",), name="one_billing_details"),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="billingdetails_currency"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InvoiceCounter",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("seller", models.CharField(help_text="the legal entity: its GSTIN", max_length=40)),
                        ("series", models.CharField(max_length=4)),
                        ("financial_year", models.CharField(help_text="such as 2627", max_length=4)),
                        ("last", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("seller", "series", "financial_year"), name="one_counter")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invoice",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("number", models.CharField(blank=True, max_length=16, null=True, unique=True)),
                        ("series", models.CharField(blank=True, max_length=4)),
                        ("financial_year", models.CharField(blank=True, max_length=4)),
                        ("sequence", models.PositiveIntegerField(blank=True, null=True)),
                        ("issued_at", models.DateTimeField(blank=True, null=True)),
                        ("issued_on", models.DateField(blank=True, help_text="the day in India", null=True)),
                        (
                            "currency",
                            models.CharField(
                                default="INR",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as INR."
                                    )
                                ],
                            ),
                        ),
                        ("taxable", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("cgst", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "sgst",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                help_text="of a state, or of a union territory",
                                max_digits=14,
                            ),
                        ),
                        ("igst", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "other_tax",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                help_text="outside India, as the gateway told it",
                                max_digits=14,
                            ),
                        ),
                        ("rounding", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("total", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "fx_rate",
                            models.DecimalField(
                                blank=True, decimal_places=6, help_text="INR for one", max_digits=14, null=True
                            ),
                        ),
                        ("fx_source", models.CharField(blank=True, max_length=60)),
                        ("total_inr", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                        ("seller", models.JSONField(blank=True, default=dict, help_text="as it was then")),
                        ("buyer", models.JSONField(blank=True, default=dict, help_text="as it was then")),
                        ("gstin", models.CharField(blank=True, max_length=15)),
                        ("place_of_supply", models.CharField(blank=True, max_length=2)),
                        (
                            "supply",
                            models.CharField(blank=True, help_text="intra, inter, sez, export, outside", max_length=12),
                        ),
                        ("sac", models.CharField(blank=True, max_length=8)),
                        ("reverse_charge", models.BooleanField(default=False)),
                        ("lut", models.CharField(blank=True, max_length=40)),
                        ("irn", models.CharField(blank=True, max_length=64)),
                        (
                            "document",
                            models.JSONField(
                                blank=True, default=dict, help_text="everything else that the document says"
                            ),
                        ),
                        ("pdf", models.FileField(blank=True, max_length=200, upload_to="invoices/")),
                        (
                            "status",
                            models.CharField(
                                choices=[("draft", "Draft"), ("sent", "Sent"), ("paid", "Paid"), ("void", "Void")],
                                default="draft",
                                max_length=5,
                            ),
                        ),
                        ("period_start", models.DateTimeField(blank=True, null=True)),
                        ("period_end", models.DateTimeField(blank=True, null=True)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("paid_at", models.DateTimeField(blank=True, null=True)),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "realised_on",
                            models.DateField(blank=True, help_text="exports: when the money came in", null=True),
                        ),
                        (
                            "external_number",
                            models.CharField(
                                blank=True, help_text="the gateway's own invoice, outside India", max_length=60
                            ),
                        ),
                        ("external_url", models.URLField(blank=True, max_length=1000)),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="invoices",
                                to="billing.payment",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="invoices",
                                to="billing.subscription",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "-issued_at"], name="invoice_of_organization")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("payment__isnull", False)),
                                fields=("payment",),
                                name="one_invoice_for_a_payment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status", "draft"),
                                    models.Q(("issued_at__isnull", False), ("number__isnull", False)),
                                    _connector="OR",
                                ),
                                name="what_is_sent_has_a_number",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("taxable__gte", 0),
                                    ("cgst__gte", 0),
                                    ("sgst__gte", 0),
                                    ("igst__gte", 0),
                                    ("other_tax__gte", 0),
                                    ("total__gte", 0),
                                ),
                                name="invoice_amounts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="invoice_currency"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InvoiceLine",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("position", models.PositiveSmallIntegerField(default=1)),
                        ("description", models.CharField(max_length=300)),
                        ("sac", models.CharField(blank=True, max_length=8)),
                        ("quantity", models.DecimalField(decimal_places=2, default=1, max_digits=10)),
                        ("unit_price", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("discount", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("taxable", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "rate",
                            models.DecimalField(
                                decimal_places=2, default=0, help_text="percent, all heads together", max_digits=5
                            ),
                        ),
                        ("cgst", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("sgst", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("igst", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("total", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("period_start", models.DateTimeField(blank=True, null=True)),
                        ("period_end", models.DateTimeField(blank=True, null=True)),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="billing.invoice"
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
                        "ordering": ["invoice", "position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("invoice", "position"), name="one_invoice_line")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditNote",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        ("number", models.CharField(blank=True, max_length=16, null=True, unique=True)),
                        ("series", models.CharField(blank=True, max_length=4)),
                        ("financial_year", models.CharField(blank=True, max_length=4)),
                        ("sequence", models.PositiveIntegerField(blank=True, null=True)),
                        ("issued_at", models.DateTimeField(blank=True, null=True)),
                        ("issued_on", models.DateField(blank=True, help_text="the day in India", null=True)),
                        (
                            "currency",
                            models.CharField(
                                default="INR",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as INR."
                                    )
                                ],
                            ),
                        ),
                        ("taxable", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("cgst", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "sgst",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                help_text="of a state, or of a union territory",
                                max_digits=14,
                            ),
                        ),
                        ("igst", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "other_tax",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                help_text="outside India, as the gateway told it",
                                max_digits=14,
                            ),
                        ),
                        ("rounding", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("total", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "fx_rate",
                            models.DecimalField(
                                blank=True, decimal_places=6, help_text="INR for one", max_digits=14, null=True
                            ),
                        ),
                        ("fx_source", models.CharField(blank=True, max_length=60)),
                        ("total_inr", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                        ("seller", models.JSONField(blank=True, default=dict, help_text="as it was then")),
                        ("buyer", models.JSONField(blank=True, default=dict, help_text="as it was then")),
                        ("gstin", models.CharField(blank=True, max_length=15)),
                        ("place_of_supply", models.CharField(blank=True, max_length=2)),
                        (
                            "supply",
                            models.CharField(blank=True, help_text="intra, inter, sez, export, outside", max_length=12),
                        ),
                        ("sac", models.CharField(blank=True, max_length=8)),
                        ("reverse_charge", models.BooleanField(default=False)),
                        ("lut", models.CharField(blank=True, max_length=40)),
                        ("irn", models.CharField(blank=True, max_length=64)),
                        (
                            "document",
                            models.JSONField(
                                blank=True, default=dict, help_text="everything else that the document says"
                            ),
                        ),
                        ("pdf", models.FileField(blank=True, max_length=200, upload_to="invoices/")),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("lines", models.JSONField(blank=True, default=list, help_text="as invoice lines")),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_notes",
                                to="billing.invoice",
                            ),
                        ),
                        (
                            "refund",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="credit_notes",
                                to="billing.refund",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "-issued_at"], name="creditnote_of_organization")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("refund__isnull", False)),
                                fields=("refund",),
                                name="one_note_for_a_refund",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("taxable__gte", 0),
                                    ("cgst__gte", 0),
                                    ("sgst__gte", 0),
                                    ("igst__gte", 0),
                                    ("other_tax__gte", 0),
                                    ("total__gte", 0),
                                ),
                                name="creditnote_amounts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="creditnote_currency"
                            ),
                        ],
                    },
                ),
                migrations.AddConstraint(
                    model_name="creditentry",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "expiry"), _negated=True), ("amount__lte", 0), _connector="OR"
                        ),
                        name="expiry_is_negative",
                    ),
                ),
            ],
        ),
    ]
