"""What Meta's hosts have in common: tokens, proofs, error shapes, forms, the sign-in with Facebook, paging."""

import hashlib
import hmac
import html
import itertools
import json
import re
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.peers.wire import Request, Response, Server, form_parts

VERSION = "v26.0"
APP_ID, APP_SECRET = "1460012345678", "meta-app-secret-77aa"
PERSON, PAGE, OTHER_PAGE = "90010001", "700100", "700200"
PAGE_TOKEN, OTHER_PAGE_TOKEN = "kesar-page-token-5e1c", "chai-page-token-8c2d"
USER_TOKEN = "asha-long-user-token-31bd"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
Fields = dict[str, Any]


def no(code: int, words: str, *, status: int = 400, **more: Any) -> Response:
    """An error as the Graph API shapes it."""
    error = {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "A1b2C3", **more}
    return Response(status, {"error": error})


GONE = "Unsupported get request. Object with ID does not exist, cannot be loaded due to missing permissions"


def gone() -> Response:
    return no(100, GONE, error_subcode=33)


def given(request: Request) -> Fields:
    """Query and form together, as Meta reads them."""
    found: Fields = {name: values[0] for name, values in request.query.items()}
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        found |= {name: values[0] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}
    if kind.startswith("multipart/form-data"):
        found |= {
            name: content if mime.startswith(("image/", "video/")) else content.decode()
            for name, (mime, content) in form_parts(request).items()
        }
    return found


def only(row: Mapping[str, Any], fields: str) -> Fields:
    """The asked fields of a node; `id` always."""
    names = {name.split("{")[0].split(".")[0] for name in re.split(r",(?![^{(]*[})])", fields)} | {"id"}
    return {name: value for name, value in row.items() if name in names and value is not None}


def fetched(url: str) -> bytes | None:
    """The file at an address, as the platform fetches it; None when it cannot."""
    try:
        with OPENER.open(url, timeout=10) as answer:
            return bytes(answer.read())
    except OSError:
        return None


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


class FakeGraph(Server):
    """A host of Meta's; subclasses answer `graph(method, parts, fields, token)` for the tokens in `tokens`.

    `tokens`: whose each is. `version`: the first part of paths, empty for hosts without. `proofs`: whether calls must
    carry the app's proof. `page_size`: rows of a page.
    """

    version = VERSION
    proofs = True
    page_size = 25

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.ids = itertools.count(17_900_000_000_000_001)
        self.tokens: dict[str, str] = {PAGE_TOKEN: PAGE, OTHER_PAGE_TOKEN: OTHER_PAGE, USER_TOKEN: PERSON}
        self.codes: dict[str, str] = {}
        self.granted: list[str] = []
        self.subscribed: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.posts: list[Fields] = []
        self.secret = APP_SECRET
        super().__init__(self._handle)

    def graph(self, method: str, parts: list[str], fields: Fields, token: str) -> Response:
        raise NotImplementedError

    def new_id(self) -> str:
        return str(next(self.ids))

    def _handle(self, request: Request) -> Response:
        answer = self._dispatch(request)
        return Response(answer.status, answer.body, {**self.headers, **answer.headers}) if self.headers else answer

    def _dispatch(self, request: Request) -> Response:
        parts = [part for part in request.path.split("/") if part]
        fields = given(request)
        if early := self.sign_in(request, parts, fields):
            return early
        if self.version:
            if not parts or parts[0] != self.version:
                return no(2635, f"You are calling a deprecated version of the API. Use {self.version}.")
            parts = parts[1:]
        token = request.bearer
        if token not in self.tokens:
            return no(190, "Invalid OAuth access token - Cannot parse access token", status=401, error_subcode=467)
        if self.proofs and fields.pop("appsecret_proof", "") != self._proof(token):
            return no(100, "API calls from the server require an appsecret_proof argument")
        return self.common(request.method, parts, fields, token) or self.graph(request.method, parts, fields, token)

    def _proof(self, token: str) -> str:
        return hmac.new(self.secret.encode(), token.encode(), hashlib.sha256).hexdigest()

    # The sign-in with Facebook

    def sign_in(self, request: Request, parts: list[str], fields: Fields) -> Response | None:
        """The dialogue in the browser, and the token endpoint."""
        if parts[-2:] == ["dialog", "oauth"]:
            return consent(self, fields)
        if parts[-2:] == ["oauth", "access_token"]:
            return self._traded(fields)
        return None

    def _traded(self, fields: Fields) -> Response:
        if fields.get("client_id") != APP_ID or fields.get("client_secret") != self.secret:
            return no(101, "Error validating application. Cannot get application info.")
        if fields.get("grant_type") == "fb_exchange_token":
            if fields.get("fb_exchange_token") != "asha-short-token-02":
                return no(190, "Error validating access token: Session has expired", error_subcode=463)
            return Response(200, {"access_token": USER_TOKEN, "token_type": "bearer", "expires_in": 5_183_944})
        if self.codes.pop(str(fields.get("code")), None) != fields.get("redirect_uri"):
            return no(100, "Invalid verification code format.", error_subcode=36009)
        return Response(200, {"access_token": "asha-short-token-02", "token_type": "bearer", "expires_in": 5_400})

    def common(self, method: str, parts: list[str], fields: Fields, token: str) -> Response | None:
        """What all products answer: whose token, which rights, which Pages, subscriptions."""
        owner = self.tokens[token]
        if parts == ["me"] and owner == PERSON:
            return Response(200, {"id": PERSON})
        if parts in (["me", "permissions"], [PERSON, "permissions"]):
            if method == "DELETE":
                self.tokens.pop(token)
                return Response(200, {"success": True})
            return Response(200, {"data": [{"permission": name, "status": "granted"} for name in self.granted]})
        if parts == ["me", "accounts"]:
            return self.paged([only(page, str(fields.get("fields", ""))) for page in self.pages()], fields)
        if parts[-1:] == ["subscribed_apps"]:
            return self._subscriptions(method, parts[0], fields)
        return None

    def pages(self) -> list[Fields]:
        """The Pages of the person."""
        tasks = ["ANALYZE", "CREATE_CONTENT"]
        return [
            {"id": PAGE, "name": "Kesar Naturals", "access_token": PAGE_TOKEN, "tasks": tasks},
            {"id": OTHER_PAGE, "name": "Chai Point", "access_token": OTHER_PAGE_TOKEN, "tasks": tasks},
        ]

    def _subscriptions(self, method: str, node: str, fields: Fields) -> Response:
        if method == "DELETE":
            self.subscribed.pop(node, None)
        else:
            self.subscribed[node] = str(fields.get("subscribed_fields", ""))
        return Response(200, {"success": True})

    def paged(self, rows: list[Fields], fields: Fields) -> Response:
        """A page of rows, with the cursor of the next."""
        start, size = int(fields.get("after") or 0), min(int(fields.get("limit") or self.page_size), self.page_size)
        page, end = rows[start : start + size], start + size
        paging: Fields = {"cursors": {"before": str(start), "after": str(end)}}
        if end < len(rows):
            paging["next"] = f"{self.url}/next"
        return Response(200, {"data": page, "paging": paging} if page else {"data": []})


def consent(server: FakeGraph, fields: Fields) -> Response:
    """A page where the person says yes; the link leads back with a code."""
    code = f"code-{server.new_id()}"
    server.codes[code] = str(fields["redirect_uri"])
    server.granted = re.split(r"[,\s]+", str(fields.get("scope", "")))
    back = f"{fields['redirect_uri']}?{urlencode({'code': code, 'state': fields['state']})}"
    rights = "".join(f"<li>{html.escape(name)}</li>" for name in server.granted)
    allow = f'<a id="allow" href="{html.escape(back)}">Allow</a>'
    page = f'<!DOCTYPE html><html lang="en"><title>Sign in</title><ul>{rights}</ul>{allow}</html>'
    return Response(200, page, {"Content-Type": "text/html; charset=utf-8"})


def structure(value: Any) -> Any:
    """A JSON field of a form."""
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


class FakeUploads(Server):
    """rupload.facebook.com: `OAuth` before the token, bytes from `offset` on; `hurt` answers failure with HTTP 200."""

    def __init__(self, tokens: dict[str, str], taken: Callable[[str, int, bytes, int], Response]) -> None:
        self._tokens, self._taken = tokens, taken
        self.hurt: Fields | None = None
        super().__init__(self._handle)

    def _handle(self, request: Request) -> Response:
        scheme, _blank, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "OAuth" or token not in self._tokens:
            debug = {"retriable": False, "type": "NotAuthorizedError", "message": "OAuth token expected"}
            return Response(401, {"debug_info": debug})
        if self.hurt:
            debug, self.hurt = self.hurt, None
            return Response(200, {"debug_info": debug})
        node = request.path.rsplit("/", 1)[-1]
        headers = request.headers
        if not {"offset", "file_size"} <= set(headers):
            return no(100, "Missing header offset or file_size")
        return self._taken(node, int(headers["offset"]), request.body, int(headers["file_size"]))
