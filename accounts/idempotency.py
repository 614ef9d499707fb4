"""Doing once what is asked for twice under one Idempotency-Key, and giving the first answer again.

A row is claimed in a transaction of its own before anything is done, so that a second request finds it at once;
the answer is kept together with what was done. What failed is forgotten, so that it can be put right and sent again.
"""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.models import IdempotentRequest, Membership
from trenddrop.core.rest.problems import Refused

KEPT = dt.timedelta(hours=24)
LEASE = dt.timedelta(minutes=10)  # after which a request whose process died may be done again


class OtherRequest(Refused):
    """The key was used for something else."""

    def __init__(self) -> None:
        words = _("This Idempotency-Key was used for another request. Nothing was done; choose a new key.")
        super().__init__(422, "idempotency_key_reused", words)


class UnderWay(Refused):
    """The first request has not ended."""

    def __init__(self) -> None:
        words = _("The first request with this Idempotency-Key has not ended. Ask again in a moment.")
        super().__init__(409, "idempotency_key_in_use", words)


def claim(key: str, fingerprint: str, *, actor: str, by: Membership, now: dt.datetime) -> IdempotentRequest:
    """Take the key, or return the row with the first answer (its status_code is set). Raise OtherRequest, UnderWay."""
    with tenancy.of_member(by):
        row, is_new = IdempotentRequest.objects.get_or_create(
            organization_id=by.organization_id, actor=actor, key=key, defaults={"fingerprint": fingerprint}
        )
        if is_new or _taken_over(row, fingerprint, now):
            return row
    if row.fingerprint != fingerprint:
        raise OtherRequest
    if row.status_code is None:
        raise UnderWay
    return row


def _taken_over(row: IdempotentRequest, fingerprint: str, now: dt.datetime) -> bool:
    """Begin anew where a day has passed, or where whoever claimed it is gone."""
    is_stale = row.created_at < now - KEPT
    is_lost = row.status_code is None and row.fingerprint == fingerprint and row.updated_at < now - LEASE
    if not is_stale and not is_lost:
        return False
    same = IdempotentRequest.objects.filter(pk=row.pk, updated_at=row.updated_at)
    fresh = {"fingerprint": fingerprint, "status_code": None, "content": None, "updated_at": now}
    taken = same.update(**fresh, created_at=now if is_stale else row.created_at)
    if taken:
        row.status_code = None
    return bool(taken)


def keep(row: IdempotentRequest, *, status: int, content: bytes, headers: Mapping[str, str]) -> None:
    """Keep the answer; call in the member's scope, in the transaction of what was done where there is one."""
    IdempotentRequest.objects.filter(pk=row.pk).update(status_code=status, content=content, headers=dict(headers))


def release(row: IdempotentRequest, *, by: Membership) -> None:
    """Forget a claim that led to nothing."""
    with tenancy.of_member(by):
        IdempotentRequest.objects.filter(pk=row.pk, status_code=None).delete()


def forget_old(*, now: dt.datetime) -> int:
    """Remove what is older than a day."""
    with tenancy.operator():
        count, _each = IdempotentRequest.objects.filter(created_at__lt=now - KEPT).delete()
    return count
