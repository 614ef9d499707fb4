"""What stands (members, accounts, storage): of a hundred who ask at one below the limit, exactly one passes."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership, User
from billing import metering
from content.models import Upload
from publishing.models import PlatformConnection
from tests.billing.living import subscribe
from tests.billing.test_limits import passed, sold  # noqa: F401 (the fixture that turns billing on)
from tests.cast import Cast, gather
from tests.rows import Place, build
from trenddrop.core import limits

BYTES = 1_000


def a_member(cast: Cast, turn: int) -> None:
    user = User.objects.create_user(f"new{turn}@kesar.example", "monsoon-marigold-7", full_name=f"New {turn}")
    Membership.objects.create(organization=cast.kesar, user=user, role="creator")


def an_account(cast: Cast, turn: int) -> None:
    row = build(PlatformConnection, Place("kesar", cast.kesar, None, cast.asha))
    row.platform, row.status, row.platform_user_id = "youtube", "active", f"channel-{turn}"  # type: ignore[attr-defined]
    row.save(force_insert=True)


def an_upload(cast: Cast, _turn: int) -> None:
    row = build(Upload, Place("kesar", cast.kesar, None, cast.asha))
    row.length, row.asset = BYTES, None  # type: ignore[attr-defined]
    row.save(force_insert=True)


WAYS: dict[str, tuple[Callable[[Cast, int], None], int]] = {
    "members": (a_member, 1),
    "connections": (an_account, 1),
    "storage_bytes": (an_upload, BYTES),
}


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_who_add_at_one_below_the_limit_exactly_one_passes() -> None:
    cast = gather()
    with tenancy.of_organization(cast.kesar.pk):
        stands = {meter: metering.standing(cast.kesar.pk, meter) for meter in WAYS}
    subscribe(cast.kesar, timezone.now(), **{meter: stands[meter] + amount for meter, (_add, amount) in WAYS.items()})
    for meter, (add, amount) in WAYS.items():

        def one(turn: int, meter: str = meter, add: Callable[[Cast, int], None] = add, amount: int = amount) -> None:
            with tenancy.of_organization(cast.kesar.pk):
                limits.require(cast.kesar.pk, meter, amount=amount)
                add(cast, turn)

        assert passed(one) == 1, meter
        with tenancy.of_organization(cast.kesar.pk):
            assert metering.standing(cast.kesar.pk, meter) == stands[meter] + amount
