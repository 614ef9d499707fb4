"""Meta's adapters at their stand-ins, for tests of what they count."""

import json
from datetime import timedelta
from typing import Any

from tests.analytics.counting_contract import Counted, signed_otherwise
from tests.peers.fake_graph import no
from tests.peers.fake_insights import PACIFIC, Told
from tests.peers.wire import Response

NARROW = "kesar-token-without-insights-2a"
STRANGER = "token-of-nobody-00"


def busy(account: str) -> Response:
    """What Meta answers who asks too often, with the minutes to wait."""
    use = [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 12}]
    return Response(
        400, no(80002, "There have been too many calls").body, {"X-Business-Use-Case-Usage": json.dumps({account: use})}
    )


def counted(adapter: Any, server: Any, token: Any, account: str, *, renamed: tuple[str, str]) -> Counted:
    """A bench; `renamed`: a metric of Meta's, and our key of it."""
    told: Told = server.told
    server.tokens[NARROW] = server.tokens[token.access]
    told.locked.add(NARROW)

    def rename() -> str:
        told.rename(renamed[0])
        return renamed[1]

    return Counted(
        adapter=adapter,
        token=token,
        account=account,
        server=server,
        today=server.now().astimezone(PACIFIC).date(),
        document=adapter.key,
        stand=lambda number: setattr(told, "followers", number),
        tell=told.tell,
        vanish=lambda: setattr(told, "is_gone", True),
        hush=told.days.clear,
        narrow=signed_otherwise(token, NARROW),
        rename=rename,
        shrink=lambda: setattr(told, "followers", 99),
        stranger=signed_otherwise(token, STRANGER),
        busy=busy(account),
        busy_for=timedelta(minutes=12),
    )
