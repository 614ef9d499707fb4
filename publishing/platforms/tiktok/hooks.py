"""TikTok's webhook: signed with the app's secret over time and body, its content a JSON string inside the JSON."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from publishing.platforms.hearing import Delivery, Heard, News, NotGenuine

OLDEST: Final = timedelta(minutes=5)
SIGNATURE: Final = re.compile(r"t=(\d{1,12}),\s*s=([0-9a-fA-F]{64})")
NEWS: Final = {
    "post.publish.publicly_available": News.LIVE,
    "post.publish.failed": News.FAILED,
    "post.publish.no_longer_publicaly_available": News.GONE,
    "post.publish.no_longer_publicly_available": News.GONE,
    "authorization.removed": News.SIGNED_OUT,
}


@dataclass(frozen=True)
class Ear:
    """What TikTok tells: `web` is where its posts are looked at."""

    secret: str
    web: str

    def hear(self, delivery: Delivery) -> list[Heard]:
        """The fact of one delivery; none when it is of a kind we need not know."""
        self._verify(delivery)
        try:
            event = json.loads(delivery.body)
            content = json.loads(event.get("content") or "{}")
        except (ValueError, AttributeError, TypeError) as error:
            raise NotGenuine("TikTok's message cannot be read.") from error
        news = NEWS.get(str(event.get("event")))
        return [self._heard(news, event, content if isinstance(content, dict) else {})] if news else []

    def _verify(self, delivery: Delivery) -> None:
        found = SIGNATURE.fullmatch(delivery.headers.get("tiktok-signature", "").strip())
        if not found or not self.secret:
            raise NotGenuine("The message carries no signature of TikTok.")
        signed = hmac.new(self.secret.encode(), found[1].encode() + b"." + delivery.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signed, found[2].lower()):
            raise NotGenuine("The signature is not TikTok's.")
        if abs(delivery.now - datetime.fromtimestamp(int(found[1]), UTC)) > OLDEST:
            raise NotGenuine("The message is too old.")

    def _heard(self, news: News, event: Mapping[str, Any], content: Mapping[str, Any]) -> Heard:
        post_id, publish_id = str(content.get("post_id") or ""), str(content.get("publish_id") or "")
        created, who = int(event.get("create_time") or 0), str(event.get("user_openid") or "")
        data: dict[str, Any] = {}
        if news == News.LIVE and post_id:
            # The message does not name the account; TikTok leads any name to the right one.
            data["url"] = f"{self.web}/@/video/{post_id}"
        elif news == News.FAILED:
            data["reason"] = str(content.get("reason") or content.get("fail_reason") or "")
        named = ":".join((str(event["event"]), who, publish_id, post_id, str(created)))
        return Heard(
            news=news,
            key=hashlib.sha256(named.encode()).hexdigest(),
            account_id=who,
            post_id=post_id,
            publish_id=publish_id,
            at=datetime.fromtimestamp(created, UTC) if created else None,
            data=data,
        )
