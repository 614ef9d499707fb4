"""The audit log of everybody, by the command that writes it: each organisation's chain is whole."""

import uuid
from collections.abc import Iterator, Sequence

from django.db import transaction

from accounts import audit, tenancy
from accounts.models import AuditEntry, Membership
from trenddrop.scale.hands import Hands
from trenddrop.scale.year import Size

AT_ONCE = 500
# Each so-manieth entry is the agency's, as each so-manieth original is.
OF_AGENCY = 25


def build(size: Size, hands: Hands) -> int:
    """Write what is missing; return how many entries."""
    with tenancy.operator():
        missing = size.audit - AuditEntry.objects.count()
        owners = list(Membership.objects.order_by("pk").values_list("pk", flat=True))
    return hands.all(_write, _shares(owners, max(0, missing)))


def _shares(owners: Sequence[uuid.UUID], missing: int) -> Iterator[dict[uuid.UUID, int]]:
    """Deal entries out to the owners, some owners at a time: nobody's chain is written by two at once."""
    if not missing:
        return
    agency, makers = owners[0], owners[1:]
    of_agency = missing // OF_AGENCY if makers else missing
    yield {agency: of_agency}
    each, over = divmod(missing - of_agency, max(1, len(makers)))
    several = max(1, AT_ONCE // max(1, each))
    for start in range(0, len(makers), several):
        few = makers[start : start + several]
        yield {key: each + (start + place < over) for place, key in enumerate(few)}


def _write(share: dict[uuid.UUID, int]) -> int:
    made = 0
    with tenancy.operator():
        owners = {row.pk: row for row in Membership.objects.select_related("organization", "user").filter(pk__in=share)}
    told = [owners[key] for key, number in share.items() for _each in range(number)]
    for start in range(0, len(told), AT_ONCE):
        few = told[start : start + AT_ONCE]
        with tenancy.operator(), transaction.atomic():
            audit.record_all(
                [audit.Entry("asset.changed", each.organization, each.organization_id, each) for each in few]
            )
        made += len(few)
    return made
