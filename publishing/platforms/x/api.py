"""Calls to X's API with an account's token."""

from dataclasses import dataclass
from typing import Any

from publishing.platforms.base import SignInAgain, Token, TokenExpired
from publishing.platforms.wire import Wire
from publishing.platforms.x.refusals import SIGN_IN


@dataclass(frozen=True)
class Api:
    """The address of the API; answers come as their fields."""

    wire: Wire
    url: str

    def call(self, method: str, path: str, token: Token, **request: Any) -> dict[str, Any]:
        """The fields of an answer that worked; a token that cannot be renewed means signing in again."""
        try:
            url = f"{self.url}/2/{path}"
            return self.wire.call(method, url, token=token.access, hide=token.secrets, **request).fields()
        except TokenExpired:
            if token.refresh:
                raise
            raise SignInAgain(SIGN_IN + "the sign-in ran out and cannot be renewed.") from None
