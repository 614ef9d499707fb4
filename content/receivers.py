"""What content does when something happens below it."""

from typing import Any

from django.dispatch import receiver

from accounts.models import BrandProfile, Membership
from accounts.signals import brand_moved
from content.models import ContentAsset
from content.services import assets, prompts, templates, uploads


@receiver(brand_moved)
def take_the_work_along(brand: BrandProfile, by: Membership, **_kwargs: Any) -> None:
    """What was made for a brand goes to the client it was given to; what is another client's stays behind."""
    mine = ContentAsset.objects.filter(organization_id=brand.organization_id, brand=brand)
    assets.move(list(mine.values_list("pk", flat=True)), client_id=brand.client_id, by=by)
    prompts.move(brand)
    uploads.move(brand)
    templates.leave_foreign(brand)
