"""Calls to the Graph API: fields as forms or queries, proofs of the app's secret, errors also inside a 200."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpx

from publishing.platforms.base import Clock, PlatformError
from publishing.platforms.meta.errors import Meaning
from publishing.platforms.wire import UPLOAD, Answer, Wire, hidden

PAGES = 10
Fields = dict[str, Any]


class Graph:
    """One of Meta's hosts at one version. `secret`: of the app; empty where proofs are not asked for."""

    def __init__(self, client: httpx.Client, clock: Clock, *, name: str, base: str, secret: str = "") -> None:
        self.meaning = Meaning(name)
        self._wire = Wire(client, name, clock, self.meaning)
        self._final = Wire(client, name, clock, Meaning(name, final=True))
        self._base, self._secret = base.rstrip("/"), secret

    def get(self, path: str, *, token: str, **fields: Any) -> Fields:
        """The fields of a node, or of the answer of an edge."""
        return self._call("GET", path, token=token, params=self._given(fields, token))

    def post(self, path: str, *, token: str, final: bool = False, **fields: Any) -> Fields:
        """The answer to a form; `final` marks the call that publishes."""
        return self._call("POST", path, token=token, final=final, data=self._given(fields, token))

    def send(self, path: str, *, token: str, files: Mapping[str, Any], **fields: Any) -> Fields:
        """The answer to a form with files."""
        return self._call("POST", path, token=token, data=self._given(fields, token), files=files, timeout=UPLOAD)

    def delete(self, path: str, *, token: str) -> Fields:
        """The answer to a deletion."""
        return self._call("DELETE", path, token=token, params=self._given({}, token))

    def plain(self, method: str, path: str, *, hide: Iterable[str], **request: Any) -> Fields:
        """A call of the sign-in, whose secrets are fields; `hide` keeps them out of messages."""
        return self._call(method, path, hide=hide, **request)

    def raw(self, method: str, path: str, *, token: str, headers: Mapping[str, str], **request: Any) -> Fields:
        """A call to an uploader, which spells the authorisation its own way."""
        spelled = {"Authorization": f"OAuth {token}", **headers}
        return self._call(method, path, hide=(token,), headers=spelled, **request)

    def rows(self, path: str, *, token: str, pages: int = PAGES, **fields: Any) -> Iterator[Fields]:
        """The rows of an edge, newest first as Meta lists them, page after page."""
        after: str | None = None
        for _page in range(pages):
            answer = self.get(path, token=token, **fields, after=after)
            yield from (row for row in answer.get("data") or () if isinstance(row, dict))
            paging = answer.get("paging") or {}
            after = str((paging.get("cursors") or {}).get("after") or "")
            if not after or not paging.get("next"):
                return

    def _call(
        self, method: str, path: str, *, token: str = "", hide: Iterable[str] = (), final: bool = False, **request: Any
    ) -> Fields:
        wire = self._final if final else self._wire
        hide = tuple(hide)
        answer = wire.call(method, f"{self._base}/{path}", token=token, hide=hide, final=final, **request)
        fields = answer.fields()
        if isinstance(fields.get("error"), dict) or "debug_info" in fields:
            raise hidden(self._refused(wire, answer), (token, *hide))
        return fields

    def _refused(self, wire: Wire, answer: Answer) -> PlatformError:
        return wire.refusal(answer)

    def _given(self, fields: Mapping[str, Any], token: str) -> dict[str, str]:
        given = {name: encoded(value) for name, value in fields.items() if value is not None and value != ""}
        return {**given, "appsecret_proof": proof(self._secret, token)} if self._secret else given


def encoded(value: Any) -> str:
    """A field as forms carry it: JSON for lists, objects and booleans."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def proof(secret: str, token: str) -> str:
    """What shows that a call comes from the app itself: the token signed with the app's secret."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
