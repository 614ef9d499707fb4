"""A platform that drops no copies: the practice network without idempotency keys, where sending twice is two posts."""

from datetime import timedelta
from typing import Any, ClassVar

from publishing.platforms.base import FOR_EVER, Capability
from publishing.platforms.practice import Practice
from tests.peers.fake_practice import FakePractice
from tests.peers.wire import Request, Response


class Forgetful(Practice):
    """An adapter that must look, and may never send again what might be there."""

    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.PUBLISH, Capability.METRICS})
    safe_resend = timedelta()


class Liar(Forgetful):
    """Says that its platform drops copies."""

    capabilities: ClassVar[frozenset[Capability]] = Forgetful.capabilities | {Capability.SAFE_RESEND}
    safe_resend = FOR_EVER


class ForgetfulServer(FakePractice):
    """Every accepted post is one more; the newest of a key is what a search finds."""

    def __init__(self) -> None:
        self.standing: list[dict[str, Any]] = []
        super().__init__()

    def _post(self, request: Request) -> Response:
        self.posts.pop(request.headers["idempotency-key"], None)
        answer = super()._post(request)
        if answer.status == 201:
            self.standing.append(answer.body)
        return answer
