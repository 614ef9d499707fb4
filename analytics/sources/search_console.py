"""Google Search Console: which sites a person may read, and how their pages were found, day by day.

Days are Pacific ones, and final two to three days later: only those that Google calls final are asked for. Rare
queries are left out by Google, so the sums of queries stay below those of the site; each level is asked for by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode

import httpx
from django.utils.translation import gettext_lazy as _

from publishing.platforms import granting
from publishing.platforms.base import Clock, PlatformError, Rejected, SignInAgain, Token, TokenExpired, TryLater
from publishing.platforms.pkce import challenge
from publishing.platforms.signing_in import Scope, Way
from publishing.platforms.wire import Answer, Wire

SCOPES: Final = (
    Scope("https://www.googleapis.com/auth/webmasters.readonly", _("to read how your sites are found in search")),
)
# Google gives up to 25,000 rows at once; fewer keep an answer with long addresses below what is read of one.
ROWS: Final = 5_000
MOST_ROWS: Final = 200_000
LAG: Final = timedelta(days=3)
HISTORY: Final = timedelta(days=480)  # sixteen months are kept there
UNVERIFIED: Final = "siteUnverifiedUser"
BUSY: Final = frozenset({"quotaExceeded", "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"})
LONGEST_PAGE, LONGEST_QUERY = 500, 300
DATE, PAGE, QUERY = "date", "page", "query"


@dataclass(frozen=True)
class Found:
    """How often something was shown and followed on a day; `page` and `query` are empty where they were not asked."""

    day: date
    page: str
    query: str
    clicks: int
    impressions: int
    position: float | None


class SearchConsole:
    """The app of this installation at Google. Token.extra: scope."""

    settings: ClassVar[Mapping[str, str]] = {
        "client_id": "GOOGLE_SEARCH_CLIENT_ID",
        "client_secret": "GOOGLE_SEARCH_CLIENT_SECRET",
        "url": "SEARCH_CONSOLE_URL",
        "auth_url": "GOOGLE_AUTH_URL",
        "token_url": "GOOGLE_TOKEN_URL",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        client_id: str = "",
        client_secret: str = "",
        url: str = "https://searchconsole.googleapis.com",
        auth_url: str = "https://accounts.google.com",
        token_url: str = "https://oauth2.googleapis.com",  # noqa: S107 (an address)
        rows: int = ROWS,
    ) -> None:
        self._clock, self._url = clock, url.rstrip("/")
        self._id, self._secret = client_id, client_secret
        self._auth, self._tokens = auth_url.rstrip("/"), token_url.rstrip("/")
        self._wire = Wire(client, "Search Console", clock, refusal)
        self._signing = Wire(client, "Google", clock, sign_in_refusal)
        self._rows = rows

    # Signing in

    @property
    def missing(self) -> Sequence[str]:
        """The settings an operator must fill in first."""
        values = {"GOOGLE_SEARCH_CLIENT_ID": self._id, "GOOGLE_SEARCH_CLIENT_SECRET": self._secret}
        return [name for name, value in values.items() if not value]

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        query = {
            "client_id": self._id,
            "redirect_uri": way.redirect_uri,
            "response_type": "code",
            "scope": " ".join(scope.name for scope in SCOPES),
            "state": way.state,
            "code_challenge": challenge(way.verifier),
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        return f"{self._auth}/o/oauth2/v2/auth?{urlencode(query)}"

    def exchange(self, way: Way, *, code: str) -> Token:
        """The token for a code; Rejected when the code is no good, or the right was not given."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": way.redirect_uri,
            "code_verifier": way.verifier,
        }
        try:
            token = self._token(form, hide=(code, way.verifier))
        except SignInAgain as error:
            raise Rejected(f"Google did not let us in; start it again. {error}", code="sign_in") from None
        if SCOPES[0].name not in token.extra["scope"].split():
            raise Rejected("The right to read Search Console was not given. Start again and leave it ticked.")
        if not token.refresh:
            raise Rejected("Google gave no lasting right. Remove the app in your Google account, then connect again.")
        return token

    def refresh(self, token: Token) -> Token:
        """A new access token; the refresh token stays."""
        if not token.refresh:
            raise SignInAgain("Google's sign-in ran out. Connect the site again.")
        return self._token(
            {"grant_type": "refresh_token", "refresh_token": token.refresh}, hide=token.secrets, before=token
        )

    def revoke(self, token: Token) -> None:
        """Give the authorisation back."""
        form = {"token": token.refresh or token.access}
        try:
            self._signing.call("POST", f"{self._tokens}/revoke", data=form, hide=token.secrets, takes={200})
        except SignInAgain:
            return  # it was taken back already

    def _token(self, form: Mapping[str, str], *, hide: tuple[str, ...], before: Token | None = None) -> Token:
        body = {"client_id": self._id, "client_secret": self._secret, **form}
        answer = self._signing.call("POST", f"{self._tokens}/token", data=body, hide=(self._secret, *hide))
        fields = answer.fields()
        if not fields.get("access_token"):
            raise TryLater("Google's sign-in answer was incomplete. Nothing was changed; we ask again later.")
        known = before.extra.get("scope", "") if before else ""
        return Token(
            access=str(fields["access_token"]),
            refresh=str(fields.get("refresh_token") or (before.refresh if before else "")),
            expires_at=self._clock() + timedelta(seconds=int(fields.get("expires_in") or 3599)),
            extra={"scope": str(fields.get("scope") or known)},
        )

    # Reading

    def sites(self, token: Token) -> list[str]:
        """The sites whose numbers the person may read, as Search Console names them."""
        answer = self._wire.call("GET", f"{self._url}/webmasters/v3/sites", token=token.access)
        rows = answer.fields().get("siteEntry") or []
        named = [row for row in rows if isinstance(row, dict) and row.get("permissionLevel") != UNVERIFIED]
        return sorted(str(row["siteUrl"]) for row in named if row.get("siteUrl"))

    def days(
        self, site: str, token: Token, *, first: date, last: date, by: Sequence[str] = (), page: str = ""
    ) -> Iterator[Found]:
        """What was found from `first` to `last` by these dimensions beside the day; with `page`, of that one alone."""
        asked: dict[str, Any] = {
            "startDate": f"{first:%Y-%m-%d}",
            "endDate": f"{last:%Y-%m-%d}",
            "dimensions": [DATE, *by],
            "type": "web",
            "dataState": "final",
            "rowLimit": self._rows,
        }
        if page:
            only = {"dimension": PAGE, "operator": "equals", "expression": page}
            asked["dimensionFilterGroups"] = [{"groupType": "and", "filters": [only]}]
        place = f"{self._url}/webmasters/v3/sites/{quote(site, safe='')}/searchAnalytics/query"
        for start in range(0, MOST_ROWS, self._rows):
            answer = self._wire.call("POST", place, token=token.access, json={**asked, "startRow": start})
            rows = answer.fields().get("rows") or []
            yield from (found for row in rows if (found := _read(row, by, page)))
            if len(rows) < self._rows:
                return

    def last_day(self) -> date:
        """The last day that is surely final, by Google's calendar and ours."""
        now: datetime = self._clock()
        return now.date() - LAG


def _read(row: Any, by: Sequence[str], page: str) -> Found | None:
    """Return a row; None of one that is not as documented, or whose address is longer than any we keep."""
    if not isinstance(row, dict) or len(row.get("keys") or ()) != 1 + len(by):
        return None
    keys = dict(zip((DATE, *by), map(str, row["keys"]), strict=True))
    try:
        day = date.fromisoformat(keys[DATE])
        clicks, impressions = round(float(row.get("clicks") or 0)), round(float(row.get("impressions") or 0))
        position = float(row["position"]) if row.get("position") and impressions else None
    except (TypeError, ValueError):
        return None
    address, query = keys.get(PAGE, page), keys.get(QUERY, "")
    if len(address) > LONGEST_PAGE or clicks < 0 or impressions < 0:
        return None
    return Found(day, address, query[:LONGEST_QUERY], clicks, impressions, position)


def refusal(answer: Answer) -> PlatformError:
    """What a 4xx answer of Search Console means."""
    error = answer.fields().get("error")
    fields = error if isinstance(error, dict) else {}
    first = next((each for each in fields.get("errors") or [] if isinstance(each, dict)), {})
    reason, words = str(first.get("reason") or fields.get("status") or ""), str(fields.get("message") or "")[:200]
    if reason in BUSY:
        return TryLater("Search Console asks us to slow down; we ask again later.", after=timedelta(hours=1))
    if answer.status == 401:
        return TokenExpired("The sign-in at Google ran out and is being renewed.")
    if reason in {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}:
        return SignInAgain("This sign-in lacks the right to read Search Console. Connect the site again.")
    if answer.status == 403:
        return Rejected(f"Search Console does not let this person read the site: {words}", code="forbidden")
    return Rejected(f"Search Console does not take this: {words or answer.status}", code=reason or str(answer.status))


def sign_in_refusal(answer: Answer) -> PlatformError:
    """What a 4xx answer of Google's token address means; only a refused grant ends a sign-in."""
    code, words = granting.told(answer.fields())
    if code in granting.APP:
        return Rejected("Google does not know this installation's app; its operator must look.", code="config")
    words = (words or str(answer.status))[:120]
    if granting.is_over(code, words):
        return SignInAgain(f"Google no longer takes this sign-in ({words}). Connect the site again.")
    return TryLater(f"Google's sign-in gave no clear answer ({words}). We ask again later.")
