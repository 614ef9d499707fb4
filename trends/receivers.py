"""What trends does when something happens below it."""

from typing import Any

from django.dispatch import receiver

from accounts.models import BrandProfile, Organization
from accounts.signals import brand_changed, organization_created
from trends import tasks


@receiver(brand_changed)
def fit_what_changed(brand: BrandProfile, **_kwargs: Any) -> None:
    """Look at once which live topics fit."""
    tasks.fit_brand.delay_on_commit(brand_id=str(brand.pk))  # type: ignore[attr-defined]


@receiver(organization_created)
def fit_first_brand(organization: Organization, **_kwargs: Any) -> None:
    """The brand that a new organisation begins with, too."""
    for key in BrandProfile.objects.filter(organization=organization).values_list("pk", flat=True):
        tasks.fit_brand.delay_on_commit(brand_id=str(key))  # type: ignore[attr-defined]
