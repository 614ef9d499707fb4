"""How much is kept: asked by the plan's limits."""

import uuid

from django.db.models import BigIntegerField, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from content.models import ContentAsset, PieceFile, Upload


def storage_bytes(organization_id: uuid.UUID) -> int:
    """Sum what stands: originals, files of pieces, and uploads on their way with all they were announced with."""
    assets = ContentAsset.objects.filter(organization_id=organization_id, deleted_at=None)
    files = PieceFile.objects.filter(organization_id=organization_id, piece__deleted_at=None)
    uploads = Upload.objects.filter(organization_id=organization_id, asset=None)
    size = Cast(KeyTextTransform("size", "media_info"), BigIntegerField())
    found = (
        assets.aggregate(sum=Sum("size")),
        files.aggregate(sum=Sum(size)),
        uploads.aggregate(sum=Sum("length")),
    )
    return sum(each["sum"] or 0 for each in found)
