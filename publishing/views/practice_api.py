"""The practice network's HTTP interface; the protocol is written down in publishing.platforms.practice."""

import json
import math
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts import doors
from publishing.models import PracticeAccount, PracticeMedia, PracticePost
from publishing.practice import network
from publishing.practice.network import Refused

PIECE = 1024**2
POST_BYTES = 256 * 1024
REQUESTS = doors.Limit(600, timedelta(minutes=1))
View = Callable[..., HttpResponse]


def protocol(**methods: View) -> View:
    """Make a view of the protocol: by method, with its account, every refusal as the protocol writes it."""

    @csrf_exempt
    @wraps(next(iter(methods.values())))
    def view(request: HttpRequest, **kwargs: str) -> HttpResponse:
        chosen = methods.get(str(request.method))
        if chosen is None:
            return refusal(Refused(405, "invalid", "This address does not do that."))
        try:
            account = network.account_of(request.headers.get("Authorization", ""))
            doors.require("practice", str(account.pk), REQUESTS)
            return chosen(request, account, **kwargs)
        except Refused as error:
            return refusal(error)
        except doors.TooOften as error:
            return _slow_down(error)

    return view


def refusal(error: Refused) -> JsonResponse:
    """Answer with an Error."""
    return JsonResponse({"error": {"code": error.code, "message": str(error)}}, status=error.status)


def _slow_down(error: doors.TooOften) -> JsonResponse:
    response = refusal(Refused(429, "rate_limited", str(error)))
    response["Retry-After"] = str(math.ceil(error.rate.retry_after or 1))
    return response


def _account(request: HttpRequest, account: PracticeAccount) -> HttpResponse:
    del request
    now = timezone.now()
    [today] = network.days_of(account, first=now.date(), last=now.date(), now=now)
    found = {
        "id": account.pk.hex,
        "handle": account.handle,
        "name": account.display_name,
        "url": f"{settings.SITE_URL}{reverse('practice')}",
        "followers": today.followers,
        "posts": network.posts_of(account),
        "simulated": True,
    }
    return JsonResponse(found)


def _days(request: HttpRequest, account: PracticeAccount) -> HttpResponse:
    try:
        first, last = (date.fromisoformat(request.GET.get(name, "")) for name in ("from", "to"))
    except ValueError as error:
        raise Refused(422, "invalid", "Two dates are needed: from and to, as 2026-11-22.") from error
    if not timedelta() <= last - first <= network.LONGEST_HISTORY:
        raise Refused(422, "invalid", "At most 400 days are told at once, the first before the last.")
    found = network.days_of(account, first=first, last=last, now=timezone.now())
    return JsonResponse({"days": [asdict(day) for day in found], "simulated": True})


def _media(request: HttpRequest, account: PracticeAccount) -> HttpResponse:
    with tempfile.TemporaryFile() as body:
        size = 0
        while piece := request.read(PIECE):
            size += len(piece)
            if size > network.MEDIA_BYTES:
                raise Refused(413, "media_too_big", "A file may have at most 2 GB.")
            body.write(piece)
        if not size:
            raise Refused(422, "invalid", "The file is empty.")
        body.seek(0)
        kept, is_new = network.keep_file(
            account, key=_key(request), mime=request.content_type or "", body=body, size=size
        )
    return JsonResponse(_shown_media(kept), status=201 if is_new else 200)


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= 200:
        raise Refused(422, "invalid", "An Idempotency-Key of 1 to 200 characters is needed.")
    return key


def _shown_media(media: PracticeMedia) -> dict[str, Any]:
    return {"id": media.pk.hex, "mime": media.mime, "size": media.size, "sha256": media.sha256}


def _publish(request: HttpRequest, account: PracticeAccount) -> HttpResponse:
    raw = request.read(POST_BYTES)
    try:
        wanted = json.loads(raw)
    except ValueError as error:
        raise Refused(422, "invalid", "The body is no JSON.") from error
    if not isinstance(wanted, dict):
        raise Refused(422, "invalid", "The body is no object.")
    post, is_new = network.publish(account, key=_key(request), wanted=wanted)
    return JsonResponse(_shown(post), status=201 if is_new else 200)


def _find(request: HttpRequest, account: PracticeAccount) -> HttpResponse:
    post = network.find(account, key=request.GET.get("key", ""))
    return JsonResponse({"posts": [_shown(post)] if post else []})


def _shown(post: PracticePost) -> dict[str, Any]:
    found = {
        "id": post.pk.hex,
        "url": f"{settings.SITE_URL}{reverse('practice')}#p-{post.pk.hex}",
        "key": post.idempotency_key,
        "text": post.text,
        "title": post.title,
        "description": post.description,
        "hashtags": post.hashtags,
        "media": post.media,
        "created_at": post.created_at.isoformat(),
        "simulated": True,
    }
    found |= {"language": post.language} if post.language else {}
    return found | ({"thumbnail": post.thumbnail_id.hex} if post.thumbnail_id else {})


def _metrics(request: HttpRequest, account: PracticeAccount, post: str) -> HttpResponse:
    del request
    found = network.post_of(account, post)
    counts = asdict(network.counts_of(found, account))
    measured = {"id": found.pk.hex, "simulated": True, "measured_at": timezone.now().isoformat(), "metrics": counts}
    return JsonResponse(measured)


def _remove(request: HttpRequest, account: PracticeAccount, post: str) -> HttpResponse:
    del request
    network.remove(account, post)
    return HttpResponse(status=204)


account = protocol(GET=_account)
days = protocol(GET=_days)
media = protocol(POST=_media)
posts = protocol(POST=_publish, GET=_find)
post = protocol(DELETE=_remove)
metrics = protocol(GET=_metrics)
