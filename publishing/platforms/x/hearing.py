"""X's webhook: the challenge it repeats, and Account Activity events signed with the app's consumer secret."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publishing.platforms.hearing import Delivery, Heard, News, NotGenuine

SIGNATURE = "x-twitter-webhooks-signature"


def signature(secret: str, body: bytes) -> str:
    """What X writes over a body: base64, not hex."""
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def greet(delivery: Delivery, secret: str) -> str | None:
    """The signed token of a challenge."""
    token = delivery.query.get("crc_token", "")
    if not (token and secret):
        return None
    return json.dumps({"response_token": signature(secret, token.encode())})


def hear(delivery: Delivery, secret: str) -> Sequence[Heard]:
    """The facts of an event; NotGenuine unless X signed these very bytes."""
    given = delivery.headers.get(SIGNATURE, "")
    if not secret or not hmac.compare_digest(given.encode(), signature(secret, delivery.body).encode()):
        raise NotGenuine("X did not sign this.")
    try:
        event = json.loads(delivery.body)
    except ValueError:
        return []
    return list(_facts(event)) if isinstance(event, dict) else []


def _facts(event: Mapping[str, Any]) -> Iterator[Heard]:
    account = str(event.get("for_user_id") or "")
    yield from _signed_out(event)
    for one in event.get("tweet_delete_events") or []:
        status = one["status"]
        if str(status.get("user_id")) == account:
            yield Heard(News.GONE, f"gone:{status['id']}", account, str(status["id"]), at=_at(one.get("timestamp_ms")))
    for one in event.get("favorite_events") or []:
        post = one["favorited_status"]
        yield _engagement("like", str(one["id"]), account, post, one.get("user") or {}, one.get("timestamp_ms"))
    for one in event.get("tweet_create_events") or []:
        yield from _created(one, account)


def _signed_out(event: Mapping[str, Any]) -> Iterator[Heard]:
    gone = (event.get("user_event") or {}).get("revoke")
    if gone:
        user, when = str(gone["source"]["user_id"]), str(gone.get("date_time") or "")
        at = datetime.fromisoformat(when) if when else None
        yield Heard(News.SIGNED_OUT, f"revoke:{user}:{when}", user, at=at)


def _created(post: Mapping[str, Any], account: str) -> Iterator[Heard]:
    """Somebody else's reply, quotation or repost; own posts are no news."""
    user = post.get("user") or {}
    if str(user.get("id_str") or user.get("id")) == account:
        return
    for kind, about in (("share", post.get("retweeted_status")), ("quote", post.get("quoted_status"))):
        if about and str((about.get("user") or {}).get("id_str")) == account:
            yield _engagement(kind, str(post["id_str"]), account, about, user, post.get("timestamp_ms"))
            return
    if str(post.get("in_reply_to_user_id_str")) == account and post.get("in_reply_to_status_id_str"):
        about = {"id_str": post["in_reply_to_status_id_str"]}
        text = str(post.get("text") or "")
        yield _engagement("comment", str(post["id_str"]), account, about, user, post.get("timestamp_ms"), text=text)


def _engagement(
    kind: str, key: str, account: str, post: Mapping[str, Any], user: Mapping[str, Any], at: Any, text: str = ""
) -> Heard:
    data = {"kind": kind, "user": str(user.get("screen_name") or ""), **({"text": text} if text else {})}
    return Heard(News.ENGAGEMENT, f"{kind}:{key}", account, str(post["id_str"]), at=_at(at), data=data)


def _at(milliseconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (TypeError, ValueError):
        return None
