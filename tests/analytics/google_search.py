"""Search Console and Google's sign-in as they are documented: what is not asked in their shape is refused."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx

from analytics.sources.search_console import SearchConsole
from publishing.platforms.pkce import challenge

SCOPE = "https://www.googleapis.com/auth/webmasters.readonly"
ASKED = {
    "startDate", "endDate", "dimensions", "type", "dimensionFilterGroups", "aggregationType", "rowLimit", "startRow",
    "dataState",
}  # fmt: skip
DIMENSIONS = {"date", "query", "page", "country", "device", "searchAppearance"}
MOST = 25_000


class Google:
    """Codes, tokens, sites and rows; `rows` are {date, page, query, clicks, impressions, position}."""

    def __init__(self, rows: list[dict[str, Any]] | None = None) -> None:
        self.rows = rows or []
        self.sites = {"sc-domain:kesar.example": "siteOwner", "https://other.example/": "siteUnverifiedUser"}
        self.codes: dict[str, tuple[str, str]] = {}
        self.refresh, self.access, self.scope = "refresh-1", "access-1", SCOPE
        self.asked: list[dict[str, Any]] = []
        self.refreshed = 0
        self.revoked: list[str] = []
        self.fault: httpx.Response | None = None
        self.sign_in_fault: httpx.Response | None = None

    def console(self, now: dt.datetime, **options: Any) -> SearchConsole:
        client = httpx.Client(transport=httpx.MockTransport(self.answer))
        told = {"client_id": "id", "client_secret": "secret"} | options
        return SearchConsole(client=client, clock=lambda: now, **told)

    def consent(self, address: str) -> tuple[str, str]:
        """Say yes as a person would; return the code and the state that come back."""
        query = {name: values[0] for name, values in parse_qs(httpx.URL(address).query.decode()).items()}
        assert query["access_type"] == "offline"
        assert query["code_challenge_method"] == "S256"
        assert query["scope"] == SCOPE
        code = f"code-{len(self.codes)}"
        self.codes[code] = (query["code_challenge"], query["redirect_uri"])
        return code, query["state"]

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.url.host == "oauth2.googleapis.com":
            return self._token(path, {name: each[0] for name, each in parse_qs(request.content.decode()).items()})
        if request.headers.get("authorization") != f"Bearer {self.access}":
            return _error(401, "authError", "Invalid Credentials")
        if self.fault is not None:
            return self.fault
        if path == "/webmasters/v3/sites" and request.method == "GET":
            rows = [{"siteUrl": url, "permissionLevel": level} for url, level in self.sites.items()]
            return httpx.Response(200, json={"siteEntry": rows})
        if path.endswith("/searchAnalytics/query") and request.method == "POST":
            raw = request.url.raw_path.decode()
            site = unquote(raw.removeprefix("/webmasters/v3/sites/").removesuffix("/searchAnalytics/query"))
            return self._query(site, json.loads(request.content))
        return _error(404, "notFound", "Not Found")

    def _token(self, path: str, form: Mapping[str, str]) -> httpx.Response:
        if self.sign_in_fault is not None:
            return self.sign_in_fault
        if path == "/revoke":
            self.revoked.append(form["token"])
            return httpx.Response(200, json={})
        if (form.get("client_id"), form.get("client_secret")) != ("id", "secret"):
            return httpx.Response(401, json={"error": "invalid_client"})
        told = {"access_token": self.access, "expires_in": 3599, "token_type": "Bearer", "scope": self.scope}
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] != self.refresh:
                return httpx.Response(400, json={"error": "invalid_grant", "error_description": "Token was revoked."})
            self.refreshed += 1
            return httpx.Response(200, json=told)
        known = self.codes.pop(form["code"], None)
        if known != (challenge(form["code_verifier"]), form["redirect_uri"]):
            return httpx.Response(400, json={"error": "invalid_grant", "error_description": "Bad Request"})
        return httpx.Response(200, json={**told, "refresh_token": self.refresh})

    def _query(self, site: str, asked: dict[str, Any]) -> httpx.Response:
        if self.sites.get(site, "siteUnverifiedUser") == "siteUnverifiedUser":
            return _error(403, "forbidden", f"User does not have sufficient permission for site '{site}'.")
        first, last = dt.date.fromisoformat(asked["startDate"]), dt.date.fromisoformat(asked["endDate"])
        limit, start = asked.get("rowLimit", 1000), asked.get("startRow", 0)
        wrong = set(asked) - ASKED or set(asked["dimensions"]) - DIMENSIONS or first > last or start < 0
        if wrong or not 1 <= limit <= MOST or asked.get("type", "web") != "web":
            return _error(400, "invalidParameter", "Request contains an invalid argument.")
        self.asked.append(asked)
        sums: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in self.rows:
            wanted = [each for group in asked.get("dimensionFilterGroups", ()) for each in group["filters"]]
            is_in = first <= dt.date.fromisoformat(row["date"]) <= last
            if is_in and all(row[each["dimension"]] == each["expression"] for each in wanted):
                sums.setdefault(tuple(row[name] for name in asked["dimensions"]), []).append(row)
        found = [_summed(keys, rows) for keys, rows in sums.items()]
        found.sort(key=lambda each: (-each["clicks"], each["keys"]))
        page = found[start : start + limit]
        told: dict[str, Any] = {"rows": page} if page else {}
        return httpx.Response(200, json=told | {"responseAggregationType": "byProperty"})


def _summed(keys: tuple[str, ...], rows: list[dict[str, Any]]) -> dict[str, Any]:
    clicks, shown = sum(row["clicks"] for row in rows), sum(row["impressions"] for row in rows)
    place = sum(row["position"] * row["impressions"] for row in rows) / shown
    return {"keys": list(keys), "clicks": clicks, "impressions": shown, "ctr": clicks / shown, "position": place}


def _error(status: int, reason: str, message: str) -> httpx.Response:
    errors = [{"message": message, "domain": "global", "reason": reason}]
    return httpx.Response(status, json={"error": {"code": status, "message": message, "errors": errors}})
