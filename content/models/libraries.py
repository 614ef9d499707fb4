"""What pieces are built from: hashtags, calls to action, hooks and caption templates; own, and published for all."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BaseModel, TenantModel, TenantQuerySet, TokenGate
from content.models.templates import TemplateKind


class LibraryKind(models.TextChoices):
    HOOK = "hook", _("Hook")
    CAPTION = "caption", _("Caption template")
    CALL_TO_ACTION = "call_to_action", _("Call to action")
    HASHTAGS = "hashtags", _("Hashtags")


class CallKind(models.TextChoices):
    SUBSCRIBE = "subscribe", _("Subscribe")
    LINK_CLICK = "link_click", _("Click the link")
    DOWNLOAD = "download", _("Download")
    FOLLOW = "follow", _("Follow")
    SAVE = "save", _("Save")
    COMMENT = "comment", _("Comment")


def published_file(item: "PublishedItem", name: str) -> str:
    """Return where the clip, picture or preview of a published template is stored: nobody's, the installation's."""
    return f"published/{item.pk}/{name}"


class LibraryItem(TenantModel):
    """One of an organisation's hooks, captions, calls or sets of hashtags; without a client it is for all of them.

    `performance`: median engagement of the posts that used it over the account's own median; empty before enough.
    """

    IS_WORK = False

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=14, choices=LibraryKind.choices)
    name = models.CharField(_("name"), max_length=80)
    body = models.TextField(_("text"), blank=True, help_text=_("words with {placeholders}"))
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    call_kind = models.CharField(_("asks to"), max_length=10, choices=CallKind.choices, blank=True)
    platform = models.CharField(_("platform"), max_length=20, blank=True)
    category = models.CharField(_("category"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    taken_from = models.ForeignKey(
        "content.PublishedItem", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("taken from")
    )
    usage_count = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)
    performance = models.FloatField(null=True, blank=True)
    measured_posts = models.PositiveIntegerField(default=0)

    objects = TenantQuerySet["LibraryItem"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["organization", "kind", "platform"], name="library_item_kind"),
            models.Index(
                fields=["taken_from"], name="library_item_taken", condition=models.Q(taken_from__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LibraryUse(TenantModel):
    """A piece that was written with an item, and the words that were put in; one row per piece and item."""

    CLIENT_PATH = "item__client_id"

    item = models.ForeignKey(LibraryItem, models.CASCADE, related_name="uses")
    piece = models.ForeignKey("content.GeneratedContent", models.CASCADE, related_name="library_uses")
    words = models.TextField(blank=True)

    objects = TenantQuerySet["LibraryUse"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "piece"], name="one_use_per_piece")]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.piece_id}"


class PublishedItem(BaseModel):
    """An item or template offered to all on this installation once an operator approved it. No tenant's row: a copy."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for review")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Access(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        PREMIUM = "premium", _("Premium plans")
        GATED = "gated", _("Holders of a token")

    offered_by = models.ForeignKey("accounts.Organization", models.SET_NULL, null=True, related_name="+")
    of_item = models.UUIDField(null=True, blank=True, help_text=_("the item it was copied from"))
    kind = models.CharField(max_length=14, choices=[*LibraryKind.choices, *TemplateKind.choices])
    name = models.CharField(max_length=80)
    body = models.TextField(blank=True)
    design = models.JSONField(default=dict, blank=True, help_text=_("of a template"))
    file = models.FileField(upload_to=published_file, max_length=300, blank=True)
    preview = models.ImageField(upload_to=published_file, max_length=300, blank=True)
    formats = ArrayField(models.CharField(max_length=10), default=list, blank=True, help_text=_("empty: all"))
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    call_kind = models.CharField(max_length=10, choices=CallKind.choices, blank=True)
    platform = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    access = models.CharField(max_length=7, choices=Access.choices, default=Access.PUBLIC)
    gate_chain = models.PositiveBigIntegerField(_("chain id"), null=True, blank=True)
    gate_standard = models.CharField(_("standard"), max_length=8, choices=TokenGate.Standard.choices, blank=True)
    gate_contract = models.CharField(_("contract"), max_length=42, blank=True)
    gate_token_id = models.DecimalField(_("token id"), max_digits=78, decimal_places=0, null=True, blank=True)
    gate_minimum = models.DecimalField(_("at least"), max_digits=78, decimal_places=18, null=True, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.CharField(max_length=300, blank=True)
    usage_count = models.PositiveIntegerField(default=0)
    rating_sum = models.PositiveIntegerField(default=0)
    rating_count = models.PositiveIntegerField(default=0)
    measured_posts = models.PositiveIntegerField(default=0)
    average_engagement = models.FloatField(null=True, blank=True, help_text=_("over each account's own median"))
    success_rate = models.FloatField(null=True, blank=True, help_text=_("share of posts above their account's median"))

    class Meta:
        indexes = [models.Index(fields=["status", "kind", "-usage_count"], name="published_item_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["of_item"], name="one_offer_waits", condition=models.Q(status="waiting", of_item__isnull=False)
            ),
            models.CheckConstraint(
                condition=~models.Q(access="gated")
                | models.Q(gate_chain__isnull=False, gate_minimum__gt=0) & ~models.Q(gate_standard=""),
                name="gated_item_names_its_token",
                violation_error_message=_("Name the chain, the standard and how much of the token it takes."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def average_stars(self) -> float | None:
        """1 to 5; None before anybody rated it."""
        return self.rating_sum / self.rating_count if self.rating_count else None


class ItemRating(TenantModel):
    """One person's stars for a published item."""

    item = models.ForeignKey(PublishedItem, models.CASCADE, related_name="ratings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    stars = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])

    objects = TenantQuerySet["ItemRating"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "user"], name="one_rating_per_person"),
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="one_to_five_stars"),
        ]

    def __str__(self) -> str:
        return f"{self.stars}★"
