"""Records of one account's repository, under keys of our own choosing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from publishing.platforms.base import OutcomeUnknown, PlatformError, Rejected, Token
from publishing.platforms.wire import Wire

POST: Final = "app.bsky.feed.post"
GATE: Final = "app.bsky.feed.threadgate"
Ref = dict[str, str]


@dataclass(frozen=True)
class Repository:
    """The repository behind a token."""

    wire: Wire
    token: Token

    def put(self, collection: str, rkey: str, record: Mapping[str, Any]) -> Ref:
        """Write a record; the same one again changes nothing. Returns its strong reference {uri, cid}."""
        answer = self._call("putRecord", {"collection": collection, "rkey": rkey, "record": record}, final=True)
        if not (answer.get("uri") and answer.get("cid")):
            raise OutcomeUnknown("Bluesky took the post but did not say where it is. We look before sending again.")
        return {"uri": str(answer["uri"]), "cid": str(answer["cid"])}

    def get(self, collection: str, rkey: str) -> Ref | None:
        """A record's strong reference, None where there is none; needs no valid sign-in."""
        params = {"repo": self.token.extra["did"], "collection": collection, "rkey": rkey}
        url = f"{self.token.extra['pds']}/xrpc/com.atproto.repo.getRecord"
        try:
            answer = self.wire.call("GET", url, params=params).fields()
        except Rejected as refused:
            if refused.code in {"RecordNotFound", "NotFound"} or "Could not locate record" in str(refused):
                return None
            raise
        return {"uri": str(answer["uri"]), "cid": str(answer.get("cid") or "")}

    def delete(self, collection: str, rkey: str) -> None:
        """Delete a record; deleting what is gone is no error."""
        self._call("deleteRecord", {"collection": collection, "rkey": rkey})

    def did_of(self, handle: str) -> str | None:
        """Who a handle is; a name nobody can resolve, now or ever, is no reason to hold a post back."""
        url = f"{self.token.extra['pds']}/xrpc/com.atproto.identity.resolveHandle"
        try:
            return str(self.wire.call("GET", url, params={"handle": handle}).fields()["did"])
        except (PlatformError, KeyError):
            return None

    def _call(self, name: str, body: Mapping[str, Any], *, final: bool = False) -> dict[str, Any]:
        url = f"{self.token.extra['pds']}/xrpc/com.atproto.repo.{name}"
        whole = {"repo": self.token.extra["did"], **body}
        token = self.token
        return self.wire.call("POST", url, token=token.access, hide=token.secrets, json=whole, final=final).fields()
