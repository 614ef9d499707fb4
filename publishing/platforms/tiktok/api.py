"""TikTok's API: every answer is an envelope that says in itself whether the call worked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from publishing.platforms.base import OutcomeUnknown, PlatformError, Token, TryLater
from publishing.platforms.tiktok.refusals import TROUBLE, failure, meaning
from publishing.platforms.wire import Wire, hidden

JSON: Final = {"Content-Type": "application/json; charset=UTF-8"}
COMPLETE, INBOX, FAILED, UPLOADING = "PUBLISH_COMPLETE", "SEND_TO_USER_INBOX", "FAILED", "PROCESSING_UPLOAD"
AT_ONCE: Final = 20
VIDEO_FIELDS: Final = "id,create_time,share_url,video_description,title,like_count,comment_count,share_count,view_count"
Row = dict[str, Any]


@dataclass(frozen=True)
class State:
    """How far TikTok is with one post."""

    publish_id: str
    status: str
    uploaded: int = 0
    post_id: str = ""
    reason: str = ""

    @property
    def stands(self) -> bool:
        """Whether it is live, or a draft in the inbox."""
        return self.status in {COMPLETE, INBOX}

    def lacks(self, size: int) -> bool:
        """Whether bytes are still missing: then nothing can become public."""
        return self.status == UPLOADING and self.uploaded < size

    @property
    def failure(self) -> PlatformError | None:
        """Why it will never be public, None unless that is so."""
        return failure(self.reason) if self.status == FAILED else None


@dataclass(frozen=True)
class Api:
    """Calls with an account's token."""

    wire: Wire
    url: str

    def ask(
        self,
        path: str,
        token: Token,
        body: Mapping[str, Any] | None = None,
        *,
        method: str = "POST",
        final: bool = False,
        **request: Any,
    ) -> Row:
        """The `data` of an answer that says "ok"; else one of the four errors."""
        if method == "POST":
            request |= {"json": body or {}, "headers": JSON}
        address = f"{self.url}/v2/{path}"
        answer = self.wire.call(method, address, token=token.access, hide=token.secrets, final=final, **request)
        fields = answer.fields()
        error = fields.get("error")
        code = str(error.get("code")) if isinstance(error, dict) else ""
        if code == "ok":
            data = fields.get("data")
            return data if isinstance(data, dict) else {}
        raise hidden(
            _refused(code, str(error.get("message") or "") if isinstance(error, dict) else "", final), token.secrets
        )

    def creator(self, token: Token) -> Row:
        """What the account may do right now; TikTok wants it asked before each post."""
        return self.ask("post/publish/creator_info/query/", token)

    def state(self, publish_id: str, token: Token) -> State:
        """How far a post is."""
        data = self.ask("post/publish/status/fetch/", token, {"publish_id": publish_id})
        # Misspelt by TikTok; spelt right one day, perhaps.
        ids = data.get("publicaly_available_post_id") or data.get("publicly_available_post_id") or []
        return State(
            publish_id,
            str(data.get("status") or ""),
            int(data.get("uploaded_bytes") or 0),
            str(ids[0]) if ids else "",
            str(data.get("fail_reason") or ""),
        )

    def videos(self, ids: Sequence[str], token: Token) -> list[Row]:
        """Own videos by id; one that is gone is left out."""
        found: list[Row] = []
        for start in range(0, len(ids), AT_ONCE):
            body = {"filters": {"video_ids": list(ids[start : start + AT_ONCE])}}
            found += self.ask("video/query/", token, body, params={"fields": VIDEO_FIELDS}).get("videos") or []
        return found

    def page(self, token: Token, cursor: int | None) -> Row:
        """Own public videos, the newest first."""
        body = {"max_count": AT_ONCE, **({"cursor": cursor} if cursor else {})}
        return self.ask("video/list/", token, body, params={"fields": VIDEO_FIELDS})


def _refused(code: str, message: str, final: bool) -> PlatformError:
    if code in TROUBLE or not code:
        if final:
            return OutcomeUnknown(
                "TikTok had trouble after the post was sent. It may be public: we look before sending again."
            )
        return TryLater("TikTok has trouble of its own. Nothing was published; we try again.")
    return meaning(code, message)
