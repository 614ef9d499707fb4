"""What the practice network does with a request; the protocol is written down in publishing.platforms.practice."""

import datetime as dt
import hashlib
import random
import secrets
import uuid
from collections.abc import Mapping
from typing import Any, BinaryIO, cast

import regex
from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts import tenancy
from publishing.models import PracticeAccount, PracticeMedia, PracticePost
from publishing.practice import simulation

TEXT_LIMIT = 500
LONGEST_HISTORY = dt.timedelta(days=400)
MEDIA_BYTES = 2 * 1024**3
GRAPHEME = regex.compile(r"\X")


class Refused(Exception):
    """A request the network does not take: HTTP status, code of the protocol, words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_account(
    *, organization_id: uuid.UUID, client_id: uuid.UUID | None = None, handle: str, display_name: str
) -> tuple[PracticeAccount, str]:
    """Create an account, or give an existing one a new token; returns it with the token, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    account, _new = PracticeAccount.objects.update_or_create(
        organization_id=organization_id,
        client_id=client_id,
        handle=handle,
        defaults={"display_name": display_name, "token_hash": hash_of(token)},
    )
    return account, token


def account_of(authorization: str) -> PracticeAccount:
    """Return whose token a request carries; raises Refused 401."""
    scheme, _space, token = authorization.partition(" ")
    with tenancy.operator():
        account = PracticeAccount.objects.filter(token_hash=hash_of(token)).first()
    if scheme.lower() != "bearer" or account is None:
        raise Refused(401, "unauthorized", "This token opens no practice account.")
    return account


def keep_file(
    account: PracticeAccount, *, key: str, mime: str, body: BinaryIO, size: int
) -> tuple[PracticeMedia, bool]:
    """Store a file once per key; returns it and whether it is new."""
    if not mime.startswith(("image/", "video/")):
        raise Refused(415, "media_type", "The practice network takes pictures and video.")
    with tenancy.of_organization(account.organization_id):
        kept = PracticeMedia.objects.filter(account=account, idempotency_key=key).first()
    if kept:
        return kept, False
    digest = hashlib.file_digest(cast(Any, body), "sha256").hexdigest()
    body.seek(0)
    media = PracticeMedia(
        organization_id=account.organization_id, account=account, idempotency_key=key, mime=mime, size=size
    )
    media.sha256 = digest
    media.file.save(str(media.pk), File(body), save=False)
    return _insert_media(media)


def _insert_media(media: PracticeMedia) -> tuple[PracticeMedia, bool]:
    with tenancy.of_organization(media.organization_id):
        try:
            with transaction.atomic():
                media.save(force_insert=True)
        except IntegrityError:
            media.file.delete(save=False)
            twin = PracticeMedia.objects.get(account_id=media.account_id, idempotency_key=media.idempotency_key)
            return twin, False
    return media, True


def publish(account: PracticeAccount, *, key: str, wanted: Mapping[str, Any]) -> tuple[PracticePost, bool]:
    """Put a post on the timeline once per key; returns it and whether it is new. Raises Refused."""
    with tenancy.of_organization(account.organization_id):
        post = PracticePost.objects.filter(account=account, idempotency_key=key).first()
        if post:
            return post, False
        _check(account, wanted)
        thumbnail = wanted.get("thumbnail")
        try:
            with transaction.atomic():
                made = PracticePost.objects.create(
                    organization_id=account.organization_id,
                    account=account,
                    idempotency_key=key,
                    text=wanted["text"],
                    title=str(wanted.get("title") or "")[:300],
                    description=wanted.get("description") or "",
                    hashtags=[str(tag)[:100] for tag in wanted.get("hashtags") or []],
                    language=str(wanted.get("language") or "")[:35],
                    media=list(wanted.get("media") or []),
                    thumbnail_id=uuid.UUID(hex=thumbnail) if thumbnail else None,
                    appeal=simulation.draw(random.Random(key)),
                )
        except IntegrityError:
            return PracticePost.objects.get(account=account, idempotency_key=key), False
    return made, True


def _check(account: PracticeAccount, wanted: Mapping[str, Any]) -> None:
    text, media = wanted.get("text"), wanted.get("media") or []
    if not isinstance(text, str) or not isinstance(media, list):
        raise Refused(422, "invalid", "A post is a text and a list of files.")
    if not text.strip() and not media:
        raise Refused(422, "empty", "A post needs a text or a file.")
    length = len(GRAPHEME.findall(text))
    if length > TEXT_LIMIT:
        raise Refused(422, "text_too_long", f"The text has {length} characters; at most {TEXT_LIMIT} are taken.")
    ids = [str(each.get("id")) for each in media if isinstance(each, dict)]
    ids += [str(wanted["thumbnail"])] if wanted.get("thumbnail") else []
    found = _files(account, ids)
    if len(found) != len(set(ids)) or len(media) > 4:
        code = "too_many_files" if len(media) > 4 else "media_unknown"
        raise Refused(422, code, "One video or four pictures of this account can go with a post.")
    if len(media) > 1 and any(each.mime.startswith("video/") for each in found):
        raise Refused(422, "too_many_files", "A video goes alone.")


def _files(account: PracticeAccount, ids: list[str]) -> list[PracticeMedia]:
    try:
        keys = {uuid.UUID(hex=each) for each in ids}
    except ValueError as error:
        raise Refused(422, "media_unknown", "There is no such file of this account.") from error
    return list(PracticeMedia.objects.filter(account=account, pk__in=keys))


def find(account: PracticeAccount, *, key: str) -> PracticePost | None:
    """Return the post with a key."""
    with tenancy.of_organization(account.organization_id):
        return PracticePost.objects.filter(account=account, idempotency_key=key, deleted_at=None).first()


def post_of(account: PracticeAccount, post_id: str) -> PracticePost:
    """Return a post of the account; raises Refused 404."""
    with tenancy.of_organization(account.organization_id):
        try:
            return PracticePost.objects.get(account=account, pk=uuid.UUID(hex=post_id), deleted_at=None)
        except (PracticePost.DoesNotExist, ValueError) as error:
            raise Refused(404, "not_found", "There is no such post.") from error


def remove(account: PracticeAccount, post_id: str) -> None:
    """Take a post down; one that is gone already is no error."""
    try:
        post = post_of(account, post_id)
    except Refused:
        return
    with tenancy.of_organization(account.organization_id):
        PracticePost.objects.filter(pk=post.pk).update(deleted_at=timezone.now())


def posts_of(account: PracticeAccount) -> int:
    """Count what stands on the account's timeline."""
    with tenancy.of_organization(account.organization_id):
        return PracticePost.objects.filter(account=account, deleted_at=None).count()


def counts_of(post: PracticePost, account: PracticeAccount) -> simulation.Counts:
    """Return a post's simulated numbers as of now."""
    age = timezone.now() - post.created_at
    return simulation.counts(appeal=post.appeal, followers=account.followers, age=age)


def days_of(account: PracticeAccount, *, first: dt.date, last: dt.date, now: dt.datetime) -> list[simulation.Day]:
    """Return the account's simulated days, first to last, none before it was opened or after today."""
    today = now.astimezone(dt.UTC).date()
    with tenancy.of_organization(account.organization_id):
        told = PracticePost.objects.filter(account=account, deleted_at=None).values_list("created_at", "appeal")
        posts = [simulation.Told(at, appeal) for at, appeal in told]
    opened = min([account.created_at, *(post.at for post in posts)]).astimezone(dt.UTC).date()
    found = simulation.days(
        name=account.handle,
        base=account.followers,
        opened=opened,
        posts=posts,
        last=min(last, today),
        now=now,
    )
    return [day for day in found if day.date >= first]


def handle_for(name: str) -> str:
    """Return the handle of an account called `name`."""
    return slugify(name)[:60] or "practice"


def address() -> str:
    """Return where the network is spoken to."""
    return str(settings.PRACTICE_URL)
