"""What content costs and brings, and what searching people find of it."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from content.models import ContentAsset, GeneratedContent
from trenddrop.core.fields import EncryptedTextField


class AssetCost(TenantModel):
    """What an original and its pieces cost: entered, or estimated and said to be."""

    CLIENT_PATH = "asset__client_id"

    asset = models.OneToOneField(ContentAsset, models.CASCADE, related_name="cost")
    hours = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    hourly_rate = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    money = models.DecimalField(
        max_digits=14, decimal_places=2, default=0, help_text=_("shooting, editing, advertising, beside the hours")
    )
    currency = models.CharField(max_length=3, default="INR")
    is_estimated = models.BooleanField(default=False)
    notes = models.CharField(max_length=300, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["AssetCost"].as_manager()

    def __str__(self) -> str:
        return f"{self.money} {self.currency}"


class RoiCalculation(TenantModel):
    """What came of an original, beside what went in; every figure with the parts it was made of."""

    CLIENT_PATH = "asset__client_id"

    asset = models.OneToOneField(ContentAsset, models.CASCADE, related_name="roi")
    hours = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="INR")
    is_estimated = models.BooleanField(default=False)
    pieces = models.PositiveIntegerField(default=0)
    posts = models.PositiveIntegerField(default=0)
    reach = models.BigIntegerField(null=True, blank=True)
    views = models.BigIntegerField(null=True, blank=True)
    engagement = models.BigIntegerField(null=True, blank=True)
    conversions = models.FloatField(default=0)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("attributed to it"))
    multiplier = models.FloatField(null=True, blank=True, help_text=_("posts for one original"))
    roi = models.FloatField(null=True, blank=True, help_text=_("(value - cost) / cost"))
    cost_per_engagement = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    cost_per_reach = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    value_score = models.SmallIntegerField(null=True, blank=True, help_text=_("0 to 100"))
    parts = models.JSONField(default=dict, blank=True, help_text=_("what the score was made of"))
    calculated_at = models.DateTimeField()

    objects = TenantQuerySet["RoiCalculation"].as_manager()

    def __str__(self) -> str:
        return f"{self.value_score}"


class SearchProperty(TenantModel):
    """A site whose rankings and visits from search engines are known: by Search Console, by its files, or by hand."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    url = models.CharField(max_length=300, help_text=_("https://example.com/ or sc-domain:example.com"))
    credentials = EncryptedTextField(blank=True, default="", help_text=_("JSON of the sign-in to Search Console"))
    next_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = TenantQuerySet["SearchProperty"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        brand_id: uuid.UUID | None

    class Meta:
        verbose_name_plural = "search properties"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "url"],
                name="one_search_property",
                violation_error_message=_("This site is here already."),
            )
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_example(self) -> bool:
        """Whether no such site can be: its domain ends in what is kept for examples (RFC 2606)."""
        return self.url.rstrip("/").endswith(".example")


class SearchDay(TenantModel):
    """How a page did for one query on a day, or on so many days up to it where a file tells only their sum.

    Without a page and a query: the whole site; with one of them: that one. Search Console leaves rare queries out, so
    the sums differ, and are kept apart.
    """

    CLIENT_PATH = "property__client_id"

    property = models.ForeignKey(SearchProperty, models.CASCADE, related_name="days")
    date = models.DateField()
    days = models.PositiveSmallIntegerField(default=1, help_text=_("how many days up to the date it is the sum of"))
    page = models.CharField(max_length=500, blank=True)
    query = models.CharField(max_length=300, blank=True)
    clicks = models.PositiveIntegerField(default=0)
    impressions = models.PositiveIntegerField(default=0)
    position = models.FloatField(null=True, blank=True, help_text=_("average place, 1 is the first"))
    origin = models.CharField(max_length=8, default="csv", help_text=_("api, csv or hand"))

    objects = TenantQuerySet["SearchDay"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "-date", "-id"], name="searchday_recent")]
        constraints = [models.UniqueConstraint(fields=["property", "date", "page", "query"], name="one_searchday")]

    if TYPE_CHECKING:
        property_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.date} {self.query}"


class SeoMetrics(TenantModel):
    """What one piece is to be found for, and how it is."""

    CLIENT_PATH = "piece__client_id"

    piece = models.OneToOneField(GeneratedContent, models.CASCADE, related_name="seo")
    page = models.CharField(max_length=500, blank=True, help_text=_("its address on the site"))
    property = models.ForeignKey(SearchProperty, models.SET_NULL, null=True, blank=True, related_name="pieces")
    target_keywords = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    rankings = models.JSONField(default=dict, blank=True, help_text=_("by keyword: {position, before, at, origin}"))
    organic_traffic = models.PositiveIntegerField(null=True, blank=True, help_text=_("visits from search in 28 days"))
    backlinks = models.PositiveIntegerField(null=True, blank=True)
    authority_impact = models.FloatField(null=True, blank=True, help_text=_("entered: change of the site's authority"))
    measured_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["SeoMetrics"].as_manager()

    if TYPE_CHECKING:
        piece_id: uuid.UUID

    class Meta:
        verbose_name = verbose_name_plural = "SEO metrics"

    def __str__(self) -> str:
        return self.page
