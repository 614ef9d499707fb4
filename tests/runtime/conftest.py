"""Stand-in checkouts and free ports."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.standin import Checkout
from trenddrop.runtime.ports import free_port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(tmp_path / "trend drop")
    yield made
    made.stop_all()
