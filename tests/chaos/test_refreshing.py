"""Thirty-two workers need a sign-in that runs out, on every platform whose secrets rotate: one of them renews it."""

import datetime as dt
import re
import threading
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from accounts import tenancy
from publishing.delivery import adapters, tokens
from publishing.models import PlatformConnection
from publishing.platforms.base import SignInAgain, TryLater
from tests.cast import gather
from tests.chaos.row import Row
from tests.chaos.rows import ROWS
from tests.publishing.conftest import make_connection

pytestmark = pytest.mark.chaos

CROWD = 32
RENEWAL = re.compile("token|refresh", re.IGNORECASE)
ROTATING = [row for row in ROWS if row.key in {"bluesky", "x", "tiktok", "youtube", "pinterest"}]


@pytest.mark.parametrize("row", ROTATING, ids=str)
def test_of_32_workers_one_renews_the_sign_in(transactional_db: None, row: Row, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {row.key: row.adapter}
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    kesar = gather().kesar
    with row.wire() as server:
        for name, value in row.settings(server).items():
            setattr(settings, name, value)
        adapters.close()
        token = row.token(server)
        with tenancy.of_organization(kesar.pk):
            account = make_connection(
                kesar,
                platform=row.key,
                access_token=token.access,
                refresh_token=token.refresh,
                expires_at=timezone.now() + dt.timedelta(minutes=1),
                extra=dict(token.extra),
            )
        before = len(server.requests)
        found = crowd(account)
        assert len(found) == CROWD, found
        assert len(set(found)) == 1, "the workers hold different secrets"
        assert found[0] != token.access or row.key == "youtube"
        asked = [one.path for one in server.requests[before:] if RENEWAL.search(one.path)]
        assert len(asked) == 1, asked


def crowd(account: PlatformConnection) -> list[str]:
    """Let them all begin at once; the access secrets they got."""
    start, found = threading.Barrier(CROWD), list[str]()

    def work() -> None:
        try:
            start.wait()
            found.append(tokens.fresh(account, now=timezone.now()).access)
        except (SignInAgain, TryLater) as error:
            found.append(f"broken: {error}")
        finally:
            database.close()

    threads = [threading.Thread(target=work) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
