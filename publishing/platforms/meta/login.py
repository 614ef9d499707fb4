"""Facebook Login for Business: the code, the long-lived token, the Pages it opens, each with a token of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import Rejected, SignInAgain, TryLater
from publishing.platforms.meta.graph import Fields, Graph
from publishing.platforms.signing_in import Scope, Way

UNTIL_REVIEWED = _("Until Meta has reviewed this app, only people with a role in it can connect their accounts.")


def names(scopes: Iterable[Scope]) -> str:
    """Scopes as Meta's addresses take them."""
    return ",".join(scope.name for scope in scopes)


@dataclass(frozen=True)
class Person:
    """Who consented: their token never leaves this process; `id` is how deauthorisations name them."""

    id: str
    token: str
    scopes: Sequence[str]


@dataclass(frozen=True)
class FacebookLogin:
    """Sign-in with the operator's app; `version` as in v26.0."""

    graph: Graph
    web: str
    version: str
    app_id: str
    app_secret: str

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings an operator must fill in first."""
        told = {"META_APP_ID": self.app_id, "META_APP_SECRET": self.app_secret}
        return tuple(name for name, value in told.items() if not value)

    def authorize_url(self, way: Way, scopes: Iterable[Scope]) -> str:
        """Where to send the browser."""
        query = {
            "client_id": self.app_id,
            "redirect_uri": way.redirect_uri,
            "state": way.state,
            "scope": names(scopes),
            "response_type": "code",
        }
        return f"{self.web}/{self.version}/dialog/oauth?{urlencode(query)}"

    def person(self, way: Way, *, code: str) -> Person:
        """Trade the code for a short token, that for a long one (60 days), and read whose it is."""
        short = self._token(redirect_uri=way.redirect_uri, code=code)
        token = self._token(grant_type="fb_exchange_token", fb_exchange_token=short)
        granted = self.graph.rows("me/permissions", token=token)
        scopes = [str(row["permission"]) for row in granted if row.get("status") == "granted"]
        return Person(str(self.graph.get("me", token=token, fields="id")["id"]), token, scopes)

    def pages(self, person: Person, *, fields: str) -> list[Fields]:
        """The Pages the person opened to us. Tokens of Pages made from a long token do not expire."""
        return [
            page
            for page in self.graph.rows(
                "me/accounts", token=person.token, fields=f"id,name,access_token,tasks,{fields}"
            )
            if page.get("access_token")
        ]

    def revoke(self, person_id: str, token: str) -> None:
        """Give all rights of the person's consent back."""
        try:
            self.graph.delete(f"{person_id}/permissions", token=token)
        except (Rejected, SignInAgain):
            # A Page's token may not be enough for it; the person removes the app in Facebook's settings then.
            return

    def _token(self, **fields: str) -> str:
        secrets = (self.app_secret, *fields.values())
        body = {"client_id": self.app_id, "client_secret": self.app_secret, **fields}
        return token_in(self.graph, "POST", "oauth/access_token", hide=secrets, data=body)


def token_in(graph: Graph, method: str, path: str, *, hide: Iterable[str], **request: object) -> str:
    """The token that one step of a sign-in answers with."""
    return str(answer_with_token(graph, method, path, hide=hide, **request)["access_token"])


def answer_with_token(graph: Graph, method: str, path: str, *, hide: Iterable[str], **request: object) -> Fields:
    """The answer of one step of a sign-in, flat or as the first row of `data`; SignInAgain when it is refused."""
    try:
        answer = graph.plain(method, path, hide=hide, **request)
    except Rejected as error:
        if error.code == "config":
            raise
        raise SignInAgain(f"The sign-in was not completed; start it again. {error}") from None
    rows = answer.get("data")
    fields: Fields = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else answer
    if not fields.get("access_token"):
        raise TryLater("The sign-in's answer was incomplete. Nothing was changed; try again.")
    return fields
