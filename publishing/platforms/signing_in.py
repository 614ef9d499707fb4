"""How an account is connected: by consent in the browser (SignsIn), or by what its owner types (EntersIn)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    """Where the browser goes; `verifier` and `state` are kept by the caller until it comes back.

    `door`: which of the platform's doors was chosen (see Doors), empty where it has only one.
    """

    state: str
    verifier: str = field(repr=False)
    redirect_uri: str
    door: str = ""


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


@dataclass(frozen=True)
class Door:
    """One of several sign-ins of a platform, each with its own rights and settings."""

    name: str
    label: Words
    help: Words = ""
    scopes: Sequence[Scope] = ()
    missing: Sequence[str] = ()


@runtime_checkable
class Doors(Protocol):
    """A SignsIn with several ways in (a person or a page, one login or another); `Way.door` says which was taken."""

    @property
    def doors(self) -> Sequence[Door]: ...


@dataclass(frozen=True)
class App:
    """What a server that people name gave us when we introduced ourselves; one per server and redirect address."""

    server: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@runtime_checkable
class Registers(Protocol):
    """Consent at whatever server a person names; the caller keeps the App."""

    @property
    def scopes(self) -> Sequence[Scope]: ...

    @property
    def server_entry(self) -> Entry:
        """How the server is asked for."""

    def server_of(self, typed: str) -> str:
        """Its address as we keep it; Rejected when it is none."""

    def introduce(self, server: str, redirect_uri: str) -> App:
        """Make ourselves known there."""

    def at(self, app: App) -> SignsIn:
        """The sign-in at that server."""


@runtime_checkable
class ShowsSecret(Protocol):
    """An EntersIn whose secret its person must copy to the other side: shown once, right after connecting."""

    @property
    def shows_secret(self) -> bool: ...


@runtime_checkable
class Versioned(Protocol):
    """A platform whose API has versions that end."""

    @property
    def version(self) -> str:
        """The one we speak, as the platform writes it."""


@runtime_checkable
class Reviewed(Protocol):
    """A platform that reviews apps before it lets them do everything."""

    @property
    def until_reviewed(self) -> Words:
        """What posts are like until then, in plain words."""
