"""What the adapters of chains say and refuse; light, so that pages can name it without loading them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol


class NotProved(Exception):
    """The wallet was not proved; the message tells the person why, and what to do."""


class ChainError(Exception):
    """A chain could not be asked, or answered nothing usable; the message tells why."""


@dataclass(frozen=True)
class Offer:
    """What a person is asked to sign: by whom, for whom, until when."""

    scheme: str
    domain: str
    uri: str
    address: str
    chain_id: int
    nonce: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Question:
    """How much of a token does an address hold?"""

    holder: str
    standard: str
    contract: str = ""
    token_id: int | None = None


@dataclass(frozen=True)
class Holding:
    """The answer: an amount in whole tokens at a block, or why there is none."""

    amount: Decimal | None
    block: int | None
    error: str = ""


class Messages(Protocol):
    """Settings path WALLET_MESSAGES."""

    def address(self, text: str) -> str:
        """Return an address with its checksum; raise NotProved when it is none."""

    def write(self, offer: Offer, *, statement: str) -> str:
        """Return the text to sign."""

    def nonce_of(self, text: str) -> str:
        """Return the nonce of a text that came back."""

    def verify(self, text: str, signature: str, *, offer: Offer, now: datetime) -> None:
        """Return when the offer's address signed this very text, in time; raise NotProved otherwise."""


class Chains(Protocol):
    """Settings path CHAINS."""

    def holdings(self, chain_id: int, questions: list[Question]) -> list[Holding]:
        """Return the answers in the order of the questions; raise ChainError when the chain cannot be asked at all."""
