"""One adapter, its wire, and what a signed-in account there is."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import import_string

from publishing.platforms.base import Capability, Token
from tests.peers.wire import Server


@dataclass(frozen=True)
class Row:
    """An adapter, its wire, and what a signed-in account there is.

    `flows`: what is posted (see flows.py). `public` is every post that stands there, `comments` every first comment.
    `finds`: whether it can be asked for a post; `unseen`: flows that it cannot be asked for though for others;
    `never_again`: flows that are not safe to send again though others are.
    `settings`: what the operator would set, by the server. `clock`: the name of the server's clock, where it must run
    with the workers'.
    """

    key: str
    adapter: str
    wire: Callable[[], Server]
    token: Callable[[Any], Token]
    public: Callable[[Any], Iterable[Any]]
    comments: Callable[[Any], Iterable[Any]] | None = None
    settings: Callable[[Any], Mapping[str, Any]] = lambda _server: {}
    servers: Callable[[Any], list[Server]] = lambda server: [server]
    flows: tuple[str, ...] = ("words", "picture", "video")
    finds: bool = True
    unseen: tuple[str, ...] = ()
    never_again: tuple[str, ...] = ()
    clock: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.key

    def is_safe_again(self, flow: str) -> bool:
        """Whether the platform itself drops a second copy."""
        return flow not in self.never_again and Capability.SAFE_RESEND in import_string(self.adapter).capabilities

    def can_find(self, flow: str) -> bool:
        """Whether the platform can be asked for what the flow posts."""
        return self.finds and flow not in self.unseen

    def standing(self, server: Server) -> int:
        """How many posts stand on the server."""
        return len(list(self.public(server)))

    def copies(self, server: Server, mark: str, *, of_comment: bool = False) -> int:
        """How many of the posts (or comments) that stand on the server bear a mark."""
        standing = self.comments if of_comment and self.comments else self.public
        return sum(mark in json.dumps(post, default=str) for post in list(standing(server)))
