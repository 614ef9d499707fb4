"""How things made here look: templates of an organisation, and what a brand makes of them."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet

HEX = RegexValidator(r"^#[0-9a-f]{6}\Z", _("Write a colour as #rrggbb."))


def template_file(template: "Template", name: str) -> str:
    """Return where a template's clip, picture or preview is stored."""
    return f"templates/{template.organization_id}/{template.pk}/{name}"


def look_file(look: "BrandTemplate", name: str) -> str:
    """Return where a brand's logo is stored."""
    return f"templates/{look.organization_id}/brands/{look.brand_id}/{name}"


class TemplateKind(models.TextChoices):
    INTRO = "intro", _("Intro")
    OUTRO = "outro", _("Outro")
    CAPTION_STYLE = "caption_style", _("Caption style")
    SOCIAL_LAYOUT = "social_layout", _("Post picture")
    CAROUSEL = "carousel", _("Carousel")
    IMAGE_STYLE = "image_style", _("Image style")


class Template(TenantModel):
    """One of an organisation's looks; without a client it is for all of them.

    `design`: what its kind asks for, as JSON (`content.templates.designs`). `performance` as a library item's.
    """

    IS_WORK = False

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=14, choices=TemplateKind.choices)
    name = models.CharField(_("name"), max_length=80)
    design = models.JSONField(default=dict, blank=True)
    file = models.FileField(upload_to=template_file, max_length=300, blank=True, help_text=_("a clip or a picture"))
    media_info = models.JSONField(default=dict, blank=True, help_text=_("of its clip, as an asset's"))
    preview = models.ImageField(upload_to=template_file, max_length=300, blank=True)
    formats = ArrayField(models.CharField(max_length=10), default=list, blank=True, help_text=_("empty: all"))
    category = models.CharField(_("category"), max_length=60, blank=True)
    taken_from = models.ForeignKey(
        "content.PublishedItem", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("taken from")
    )
    usage_count = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)
    performance = models.FloatField(null=True, blank=True)
    measured_posts = models.PositiveIntegerField(default=0)

    objects = TenantQuerySet["Template"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["organization", "kind"], name="template_kind"),
            models.Index(fields=["taken_from"], name="template_taken", condition=models.Q(taken_from__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateUse(TenantModel):
    """A piece that was made with a template; one row per piece and template."""

    CLIENT_PATH = "template__client_id"

    template = models.ForeignKey(Template, models.CASCADE, related_name="uses")
    piece = models.ForeignKey("content.GeneratedContent", models.CASCADE, related_name="template_uses")

    objects = TenantQuerySet["TemplateUse"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "piece"], name="one_use_of_template_per_piece")]

    def __str__(self) -> str:
        return f"{self.template_id} in {self.piece_id}"


class BrandTemplate(TenantModel):
    """A brand's own look: colours, font, logo, and the template it usually takes of each kind."""

    CLIENT_PATH = "brand__client_id"
    IS_WORK = False

    class Corner(models.TextChoices):
        TOP_LEFT = "top_left", _("Top left")
        TOP_RIGHT = "top_right", _("Top right")
        BOTTOM_LEFT = "bottom_left", _("Bottom left")
        BOTTOM_RIGHT = "bottom_right", _("Bottom right")

    brand = models.OneToOneField("accounts.BrandProfile", models.CASCADE, related_name="look")
    colour = models.CharField(_("main colour"), max_length=7, validators=[HEX], blank=True)
    accent = models.CharField(_("accent colour"), max_length=7, validators=[HEX], blank=True)
    ground = models.CharField(_("background colour"), max_length=7, validators=[HEX], blank=True)
    font = models.CharField(_("font"), max_length=40, blank=True)
    logo = models.ImageField(_("logo"), upload_to=look_file, max_length=300, blank=True)
    logo_corner = models.CharField(_("logo's place"), max_length=12, choices=Corner.choices, default=Corner.TOP_RIGHT)
    intro = models.ForeignKey(Template, models.SET_NULL, null=True, blank=True, related_name="+")
    outro = models.ForeignKey(Template, models.SET_NULL, null=True, blank=True, related_name="+")
    caption_style = models.ForeignKey(Template, models.SET_NULL, null=True, blank=True, related_name="+")
    social_layout = models.ForeignKey(Template, models.SET_NULL, null=True, blank=True, related_name="+")
    carousel = models.ForeignKey(Template, models.SET_NULL, null=True, blank=True, related_name="+")
    image_style = models.ForeignKey(Template, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["BrandTemplate"].as_manager()

    if TYPE_CHECKING:
        brand_id: uuid.UUID

    def __str__(self) -> str:
        return f"look of {self.brand_id}"
