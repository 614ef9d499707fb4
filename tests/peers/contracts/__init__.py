"""What we send and what stand-ins answer, held to a platform's own machine-readable contract.

`folder(name)` finds a contract of the platforms (not part of the repository: mark such tests `shared`);
`schemas(platform)` is one of ours, written by hand from the facts. Each is a `Contract`; a test runs a whole flow and
asserts `contract.problems(server.answered) == []`.
"""

import os
from functools import cache
from pathlib import Path

from tests.peers.contracts.base import Contract, Strange
from tests.peers.contracts.by_hand import ByHand
from tests.peers.contracts.discovery import Discovery
from tests.peers.contracts.meta import Meta
from tests.peers.contracts.openapi import OpenApi
from tests.peers.contracts.postman import Postman

__all__ = ["CONTRACTS", "ByHand", "Contract", "Discovery", "Meta", "OpenApi", "Postman", "Strange", "folder", "schemas"]

CONTRACTS = Path(os.environ.get("CONTRACTS_DIR", Path(__file__).parents[4] / "shared" / "contracts"))
BY_HAND = Path(__file__).parents[1] / "schemas"


def folder(name: str) -> Path:
    """Where a platform's own contract lies."""
    return CONTRACTS / name


@cache
def schemas(platform: str) -> ByHand:
    """The contract we wrote ourselves for a platform that publishes none."""
    return ByHand(BY_HAND / f"{platform}.json")
