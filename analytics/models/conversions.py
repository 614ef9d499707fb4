"""From a post to a sign-up, a sale: links of ours, who came by them, what they did, and which post earned it."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from publishing.models import ScheduledPost
from trenddrop.core.fields import EncryptedTextField


class ConversionSite(TenantModel):
    """A website that tells us what visitors do there: its public key, its secret, and what was agreed."""

    class Model(models.TextChoices):
        FIRST = "first", _("first touch")
        LAST = "last", _("last touch")
        LINEAR = "linear", _("every touch alike")
        DECAY = "decay", _("later touches more")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    public_key = models.CharField(max_length=32, unique=True, help_text=_("stands in the page; opens nothing"))
    secret = EncryptedTextField(blank=True, default="", help_text=_("signs what the site's own server sends"))
    stripe_secret = EncryptedTextField(blank=True, default="")
    shopify_secret = EncryptedTextField(blank=True, default="")
    domains = models.JSONField(default=list, blank=True, help_text=_("where its page may stand"))
    needs_consent = models.BooleanField(default=True, help_text=_("visitors are counted only after they agreed"))
    window_days = models.PositiveSmallIntegerField(default=30, help_text=_("how long before a touch still counts"))
    half_life_days = models.FloatField(default=7.0, help_text=_("of a touch, when later touches count more"))
    attribution = models.CharField(max_length=6, choices=Model.choices, default=Model.LAST)
    currency = models.CharField(max_length=3, default="INR")
    salt = models.BinaryField(max_length=32, editable=False, help_text=_("visitors are told apart by it, no longer"))
    salted_on = models.DateField(null=True, blank=True, editable=False)
    is_active = models.BooleanField(default=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["ConversionSite"].as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_example(self) -> bool:
        """Whether no such site can be: its domains end in what is kept for examples (RFC 2606)."""
        return bool(self.domains) and all(str(each).endswith(".example") for each in self.domains)


class ShortLink(TenantModel):
    """A link of ours that counts who follows it, with the marks it puts on the address."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    piece = models.ForeignKey("content.GeneratedContent", models.SET_NULL, null=True, blank=True, related_name="+")
    post = models.ForeignKey(ScheduledPost, models.SET_NULL, null=True, blank=True, related_name="links")
    code = models.CharField(max_length=40, unique=True)
    url = models.URLField(max_length=2000)
    utm = models.JSONField(default=dict, blank=True, help_text=_("source, medium, campaign, term, content"))
    title = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    clicks = models.BigIntegerField(default=0)
    last_clicked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = TenantQuerySet["ShortLink"].as_manager()

    if TYPE_CHECKING:
        post_id: uuid.UUID | None
        client_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.code


class LinkDay(TenantModel):
    """How often a link was followed on a day, by country and by where from."""

    CLIENT_PATH = "link__client_id"

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+", db_index=False)
    link = models.ForeignKey(ShortLink, models.CASCADE, related_name="days", db_index=False)
    date = models.DateField()
    country = models.CharField(max_length=2, blank=True)
    referrer = models.CharField(max_length=100, blank=True, help_text=_("the host alone"))
    device = models.CharField(max_length=10, blank=True)
    clicks = models.BigIntegerField(default=0)
    bots = models.BigIntegerField(default=0, help_text=_("previews and crawlers, not in clicks"))

    objects = TenantQuerySet["LinkDay"].as_manager()

    class Meta:
        indexes = [  # with all that the funnel's sum and the row policy ask for
            models.Index(fields=["organization", "date"], include=["link", "clicks"], name="linkdays_of_organization")
        ]
        constraints = [
            models.UniqueConstraint(fields=["link", "date", "country", "referrer", "device"], name="one_linkday")
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.clicks}"


class SiteDay(TenantModel):
    """How often a website's page was opened from elsewhere on a day: counted alone, of everybody, with no pseudonym."""

    CLIENT_PATH = "site__client_id"

    site = models.ForeignKey(ConversionSite, models.CASCADE, related_name="days", db_index=False)
    date = models.DateField()
    channel = models.CharField(max_length=40, blank=True, help_text=_("the platform, or utm_source"))
    campaign = models.CharField(max_length=120, blank=True)
    visits = models.BigIntegerField(default=0)
    agreed = models.BigIntegerField(default=0, help_text=_("of these, by somebody who agreed to be told apart"))
    conversions = models.BigIntegerField(default=0, help_text=_("by somebody who did not agree: counted, not kept"))
    bots = models.BigIntegerField(default=0, help_text=_("previews and crawlers, not in visits"))

    objects = TenantQuerySet["SiteDay"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "date", "channel", "campaign"], name="one_siteday")]

    def __str__(self) -> str:
        return f"{self.date}: {self.visits}"


class Hit(TenantModel):
    """One click or visit that waits to be added to its day; gone within seconds, with nothing of who it was."""

    class Kind(models.TextChoices):
        CLICK = "click", _("followed a link")
        VISIT = "visit", _("came to the page")
        AGREED = "agreed", _("agreed to be told apart")
        CONVERSION = "conversion", _("did what counts, and did not agree")

    link = models.ForeignKey(ShortLink, models.CASCADE, null=True, related_name="+", db_index=False)
    site = models.ForeignKey(ConversionSite, models.CASCADE, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    country = models.CharField(max_length=2, blank=True)
    referrer = models.CharField(max_length=100, blank=True)
    device = models.CharField(max_length=10, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    campaign = models.CharField(max_length=120, blank=True)
    is_bot = models.BooleanField(default=False)

    objects = TenantQuerySet["Hit"].as_manager()

    if TYPE_CHECKING:
        link_id: uuid.UUID | None
        site_id: uuid.UUID | None

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(link=None, site__isnull=False) | models.Q(link__isnull=False, site=None),
                name="hit_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.kind


class Touch(TenantModel):
    """A visit that somebody who agreed made: by which post or link, to which page, when."""

    class Kind(models.TextChoices):
        CLICK = "click", _("followed a link")
        VISIT = "visit", _("came to the page")
        ENGAGED = "engaged", _("did something with a post")

    CLIENT_PATH = "site__client_id"

    site = models.ForeignKey(ConversionSite, models.CASCADE, related_name="touches", db_index=False)
    visitor = models.CharField(max_length=64, help_text=_("a pseudonym of this site alone; no address is kept"))
    post = models.ForeignKey(ScheduledPost, models.SET_NULL, null=True, blank=True, related_name="touches")
    link = models.ForeignKey(ShortLink, models.SET_NULL, null=True, blank=True, related_name="touches")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    channel = models.CharField(max_length=40, blank=True, help_text=_("the platform, or utm_source"))
    campaign = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    objects = TenantQuerySet["Touch"].as_manager()

    class Meta:
        verbose_name_plural = "touches"
        indexes = [
            models.Index(fields=["site", "visitor", "at"], name="touches_of_visitor"),
            models.Index(fields=["at"], name="touches_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Conversion(TenantModel):
    """What somebody did that counts: once, however often it is told."""

    class Type(models.TextChoices):
        EMAIL_SIGNUP = "email_signup", _("Sign-up by mail")
        SUBSCRIPTION = "subscription", _("Subscription")
        PURCHASE = "purchase", _("Purchase")

    class Source(models.TextChoices):
        PIXEL = "pixel", _("the page")
        SERVER = "server", _("the site's server")
        STRIPE = "stripe", _("Stripe")
        SHOPIFY = "shopify", _("Shopify")
        CSV = "csv", _("a file")
        HAND = "hand", _("entered by hand")

    CLIENT_PATH = "site__client_id"

    site = models.ForeignKey(ConversionSite, models.CASCADE, related_name="conversions", db_index=False)
    external_id = models.CharField(max_length=200, help_text=_("the order, the sign-up: named once"))
    type = models.CharField(max_length=12, choices=Type.choices)
    source = models.CharField(max_length=8, choices=Source.choices)
    visitor = models.CharField(max_length=64, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    at = models.DateTimeField()
    first_touch = models.CharField(max_length=8, choices=Touch.Kind.choices, blank=True)
    first_touch_at = models.DateTimeField(null=True, blank=True)
    touchpoints = models.JSONField(default=list, blank=True, help_text=_("[{at, kind, channel, post, link}], in order"))
    refunded = models.DecimalField(max_digits=14, decimal_places=2, default=0, help_text=_("of the value, given back"))
    refunded_at = models.DateTimeField(null=True, blank=True, help_text=_("when all of it had been given back"))
    told = models.JSONField(
        default=dict, blank=True, help_text=_("what came with it: its own link and utm, and names of the same thing")
    )

    objects = TenantQuerySet["Conversion"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-at"], name="conversion_recent"),
            models.Index(fields=["site", "visitor", "at"], name="conversions_of_visitor"),
            GinIndex(fields=["told"], name="conversion_told", opclasses=["jsonb_path_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "source", "external_id"], name="one_conversion"),
            models.CheckConstraint(condition=models.Q(value=None) | models.Q(value__gte=0), name="conversion_worth"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.external_id}"


class ConversionCredit(TenantModel):
    """Which share of a conversion a post earned, by one of the models; the shares of a model add up to one."""

    CLIENT_PATH = "conversion__site__client_id"

    conversion = models.ForeignKey(Conversion, models.CASCADE, related_name="credits")
    model = models.CharField(max_length=6, choices=ConversionSite.Model.choices)
    post = models.ForeignKey(ScheduledPost, models.CASCADE, null=True, blank=True, related_name="credits")
    channel = models.CharField(max_length=40, blank=True)
    campaign = models.CharField(max_length=120, blank=True)
    share = models.FloatField()

    objects = TenantQuerySet["ConversionCredit"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["post", "model"], name="credits_of_post")]

    def __str__(self) -> str:
        return f"{self.model} {self.share:.2f}"


class ConversionMessage(TenantModel):
    """What a site or a shop sent, as it came: kept once by its id, then applied."""

    CLIENT_PATH = "site__client_id"

    site = models.ForeignKey(ConversionSite, models.CASCADE, related_name="messages")
    source = models.CharField(max_length=8, choices=Conversion.Source.choices)
    external_id = models.CharField(max_length=200)
    body = models.JSONField(default=dict, help_text=_("without names, addresses and cards"))
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = TenantQuerySet["ConversionMessage"].as_manager()

    if TYPE_CHECKING:
        site_id: uuid.UUID

    class Meta:
        indexes = [models.Index(fields=["received_at"], name="messages_waiting", condition=models.Q(applied_at=None))]
        constraints = [models.UniqueConstraint(fields=["site", "source", "external_id"], name="one_message")]

    def __str__(self) -> str:
        return self.external_id
