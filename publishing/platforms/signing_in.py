"""How an account is connected: by consent in the browser (SignsIn), or by what its owner types (EntersIn)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.utils.functional import Promise

from publishing.platforms.base import Connected, Token

Words = str | Promise


@dataclass(frozen=True)
class Scope:
    """One right we ask for; `why` is shown before the person leaves. Without a needed one nothing can be sent."""

    name: str
    why: Words
    needed: bool = True


@dataclass(frozen=True)
class Entry:
    """One thing a person types; a `secret` one is never shown again."""

    name: str
    label: Words
    help: Words = ""
    secret: bool = False
    required: bool = True
    placeholder: str = ""
    initial: str = ""


@dataclass(frozen=True)
class Way:
    """Where the browser goes; `verifier` and `state` are kept by the caller until it comes back."""

    state: str
    verifier: str
    redirect_uri: str


@runtime_checkable
class SignsIn(Protocol):
    """Consent at the platform, with one app of this installation's operator."""

    @property
    def scopes(self) -> Sequence[Scope]: ...

    @property
    def missing(self) -> Sequence[str]:
        """The settings an operator must fill in first; empty when people can sign in."""

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        """Trade the code; every account the person opened to us (pages, channels), at least one. May raise Rejected."""

    def revoke(self, token: Token) -> None:
        """Give the authorisation back; a platform without such a call does nothing."""


@runtime_checkable
class EntersIn(Protocol):
    """An account opened by what its owner types: a token, an address."""

    @property
    def entries(self) -> Sequence[Entry]: ...

    def enter(self, typed: Mapping[str, str]) -> Connected:
        """Open the account; Rejected says which entry is wrong and what to do."""
