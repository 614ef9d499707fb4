"""What every adapter must do, told once: a new platform's test is its wire and a subclass of this."""

import itertools
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import (
    SENDING,
    Capability,
    Media,
    OutcomeUnknown,
    Platform,
    PlatformError,
    PublishKit,
    Rejected,
    SignInAgain,
    Step,
    Token,
    TryLater,
)
from tests.peers.wire import Response, Server

PAGE = Response(200, "<!DOCTYPE html><title>Attention required</title>", {"Content-Type": "text/html"})
BROKEN = Response(503, {"error": "Unavailable", "message": "Service Unavailable"})
TROUBLE: list[dict[str, Any]] = [
    {"answer": BROKEN},
    {"answer": PAGE},
    {"answer": Response(403, "<html>Blocked</html>")},
    {"cut_before": True},
    {"cut_after": True},
]


class Killed(BaseException):
    """The worker is gone."""


@dataclass
class Bench:
    """An adapter at a server whose answers can go wrong."""

    adapter: Platform
    token: Token
    server: Server
    final: tuple[str, str]
    staging: tuple[str, str]
    text_limit: int
    read_text: Callable[[str], str]
    read_media: Callable[[str], list[bytes]]
    count: Callable[[str], None]
    refusal: Callable[[str], Response]
    letter: str = "ক্ষ"
    steps: list[Step] = field(default_factory=list)

    def publish(self, kit: PublishKit, *, resume: Step | None = None) -> str:
        """Publish; what was recorded is in `steps`."""
        return self.adapter.publish(kit, token=self.token, record=self.steps.append, resume=resume).platform_id

    def find(self, kit: PublishKit, *, resume: Step | None = None) -> str | None:
        since = datetime.now(UTC) - timedelta(minutes=1)
        found = self.adapter.find_published(kit, token=self.token, since=since, resume=resume)
        return found.platform_id if found else None

    def sent(self) -> int:
        """How often the call that publishes was made."""
        return len(self.server.seen(*self.final))

    def uploads(self) -> int:
        return len(self.server.seen(*self.staging))


def killed_after(number: int, steps: list[Step]) -> Callable[[Step], None]:
    """A `record` that stores `number` steps, then the worker dies."""

    def record(step: Step) -> None:
        steps.append(step)
        if len(steps) == number:
            raise Killed

    return record


NUMBERS = itertools.count(1)


class PlatformContract(ABC):
    """Subclass with a `bench` fixture; each test works on a post of its own."""

    @pytest.fixture
    @abstractmethod
    def bench(self) -> Any: ...

    @pytest.fixture
    def kit(self) -> PublishKit:
        number = next(NUMBERS)
        key = f"01934b6e-7c00-7{number:03x}-8000-{id(self) & 0xFFFFFFFFFFFF:012x}"
        text = f"Saffron harvest, day {number} 🌸\n\nhttps://kesar.example/harvest?day={number} #saffron"
        return PublishKit(key=key, text=text, language="en")

    @pytest.fixture
    def picture(self, tmp_path: Path) -> Media:
        path = tmp_path / "harvest.png"
        path.write_bytes(PNG)
        return Media(path, "image/png", alt="Crocus flowers", width=2, height=1, size=len(PNG))

    @pytest.fixture
    def video(self, tmp_path: Path) -> Media:
        path = tmp_path / "harvest.mp4"
        path.write_bytes(MP4)
        return Media(path, "video/mp4", alt="Hands picking", width=1080, height=1920, duration=7.5, size=len(MP4))

    # Publishing

    def test_a_post_stands_on_the_server_as_it_was_written(self, bench: Bench, kit: PublishKit) -> None:
        published = bench.adapter.publish(kit, token=bench.token, record=bench.steps.append)
        assert bench.read_text(published.platform_id) == kit.text
        assert published.url.startswith("http")
        assert bench.token.access not in repr(published)

    def test_a_picture_arrives_byte_for_byte(self, bench: Bench, kit: PublishKit, picture: Media) -> None:
        post = bench.publish(replace(kit, media=[picture]))
        assert bench.read_media(post) == [PNG]

    def test_a_video_arrives_byte_for_byte(self, bench: Bench, kit: PublishKit, video: Media) -> None:
        post = bench.publish(replace(kit, media=[video]))
        assert bench.read_media(post) == [MP4]

    def test_the_step_before_the_call_that_publishes_is_recorded_first(self, bench: Bench, kit: PublishKit) -> None:
        made: list[tuple[str, int]] = []
        bench.adapter.publish(kit, token=bench.token, record=lambda step: made.append((step.name, bench.sent())))
        assert made[-1] == (SENDING, 0)
        assert bench.sent() == 1

    def test_the_same_kit_sent_twice_is_one_post(self, bench: Bench, kit: PublishKit) -> None:
        assert Capability.SAFE_RESEND in bench.adapter.capabilities
        first = bench.publish(kit)
        assert bench.publish(kit, resume=bench.steps[-1]) == first

    def test_a_worker_killed_after_any_step_leaves_one_post(
        self, bench: Bench, kit: PublishKit, picture: Media
    ) -> None:
        whole = replace(kit, media=[picture, replace(picture, alt="The same again")])
        bench.publish(whole)
        for number in range(1, len(bench.steps) + 1):
            again = replace(whole, key=f"{kit.key[:-2]}{number:02x}", text=f"{number} {kit.text}")
            done: list[Step] = []
            with pytest.raises(Killed):
                bench.adapter.publish(again, token=bench.token, record=killed_after(number, done))
            before = bench.uploads()
            assert bench.find(again, resume=done[-1]) is None
            post = bench.publish(again, resume=done[-1])
            assert bench.find(again, resume=done[-1]) == post
            assert bench.read_media(post) == [PNG, PNG]
            uploaded = sum(step.name == "uploaded" for step in done)
            assert bench.uploads() - before == 2 - uploaded

    def test_steps_are_plain_data(self, bench: Bench, kit: PublishKit, picture: Media) -> None:
        bench.publish(replace(kit, media=[picture]))
        for step in bench.steps:
            assert plain(step.data), step
            assert bench.token.access not in repr(step)

    # Looking for a post

    def test_a_post_that_was_not_sent_is_not_found(self, bench: Bench, kit: PublishKit) -> None:
        assert bench.find(kit) is None

    def test_a_published_post_is_found_without_any_step(self, bench: Bench, kit: PublishKit) -> None:
        post = bench.publish(kit)
        assert bench.find(kit) == post

    def test_a_similar_post_is_not_taken_for_it(self, bench: Bench, kit: PublishKit) -> None:
        bench.publish(kit)
        other = replace(kit, key=kit.key[:-1] + "z", text=kit.text.replace("harvest", "Harvest"))
        assert bench.find(other) is None

    # What a platform refuses

    def test_a_token_the_platform_does_not_know_means_signing_in_again(self, bench: Bench, kit: PublishKit) -> None:
        stranger = replace(bench.token, access="stranger-token-00", refresh="stranger-refresh-00")
        with pytest.raises(SignInAgain):
            bench.adapter.publish(kit, token=stranger, record=bench.steps.append)
        assert bench.find(kit) is None

    def test_one_character_over_the_limit_is_refused_before_anything_is_uploaded(
        self, bench: Bench, kit: PublishKit, picture: Media
    ) -> None:
        long = replace(kit, text="👩🏽‍🌾" * (bench.text_limit + 1), media=[picture])
        with pytest.raises(Rejected, match="1"):
            bench.publish(long)
        assert bench.uploads() == bench.sent() == 0

    def test_exactly_the_limit_is_taken(self, bench: Bench, kit: PublishKit) -> None:
        text = bench.letter * (bench.text_limit - 8) + " saffron"
        assert bench.read_text(bench.publish(replace(kit, text=text))) == text

    def test_five_pictures_are_refused(self, bench: Bench, kit: PublishKit, picture: Media) -> None:
        with pytest.raises(Rejected):
            bench.publish(replace(kit, media=[picture] * 5))
        assert bench.uploads() == 0

    def test_a_post_of_nothing_is_refused(self, bench: Bench, kit: PublishKit) -> None:
        with pytest.raises(Rejected):
            bench.publish(replace(kit, text=""))

    def test_a_file_deleted_before_its_hour_is_said(self, bench: Bench, kit: PublishKit, picture: Media) -> None:
        picture.path.unlink()
        with pytest.raises(Rejected, match="deleted"):
            bench.publish(replace(kit, media=[picture]))
        assert bench.sent() == 0

    def test_the_platforms_own_words_reach_the_user(self, bench: Bench, kit: PublishKit) -> None:
        bench.server.fault(*bench.final, answer=bench.refusal("the moon is in the wrong phase"))
        with pytest.raises(Rejected, match="moon"):
            bench.publish(kit)

    # When the network fails

    def test_an_answer_lost_after_acceptance_is_unknown_and_then_found(self, bench: Bench, kit: PublishKit) -> None:
        bench.server.fault(*bench.final, cut_after=True)
        with pytest.raises(OutcomeUnknown):
            bench.publish(kit)
        found = bench.find(kit, resume=bench.steps[-1])
        assert found is not None
        assert bench.publish(kit, resume=bench.steps[-1]) == found

    def test_an_answer_that_takes_too_long_is_unknown(
        self, bench: Bench, kit: PublishKit, client: httpx.Client
    ) -> None:
        patience = client.timeout

        def record(step: Step) -> None:
            bench.steps.append(step)
            client.timeout = httpx.Timeout(1.5)

        bench.server.fault(*bench.final, slow=4)
        with pytest.raises(OutcomeUnknown, match="did not answer in time"):
            bench.adapter.publish(kit, token=bench.token, record=record)
        client.timeout = patience
        assert bench.find(kit, resume=bench.steps[-1]) is not None

    def test_a_request_lost_before_acceptance_is_unknown_not_found_and_sent_again(
        self, bench: Bench, kit: PublishKit
    ) -> None:
        bench.server.fault(*bench.final, cut_before=True)
        with pytest.raises(OutcomeUnknown):
            bench.publish(kit)
        assert bench.find(kit, resume=bench.steps[-1]) is None
        assert bench.read_text(bench.publish(kit, resume=bench.steps[-1])) == kit.text

    @pytest.mark.parametrize(
        "answer", [BROKEN, PAGE, Response(200, b"\x00\xff"), Response(502, "<html>Bad gateway</html>")]
    )
    def test_an_answer_nobody_can_read_after_sending_is_unknown(
        self, bench: Bench, kit: PublishKit, answer: Response
    ) -> None:
        bench.server.fault(*bench.final, answer=answer)
        with pytest.raises(OutcomeUnknown):
            bench.publish(kit)

    @pytest.mark.parametrize("what", TROUBLE)
    def test_trouble_during_an_upload_publishes_nothing_and_is_tried_later(
        self, bench: Bench, kit: PublishKit, picture: Media, what: dict[str, Any]
    ) -> None:
        whole = replace(kit, media=[picture])
        bench.server.fault(*bench.staging, **what)
        with pytest.raises(TryLater):
            bench.publish(whole)
        assert bench.sent() == 0
        assert bench.read_media(bench.publish(whole, resume=bench.steps[-1] if bench.steps else None)) == [PNG]

    def test_a_server_that_is_not_there_is_tried_later(self, bench: Bench, kit: PublishKit) -> None:
        bench.server.stop()
        with pytest.raises(TryLater, match="cannot be reached"):
            bench.publish(kit)

    @pytest.mark.parametrize("step", ["final", "staging"])
    def test_a_full_quota_says_when_to_come_back(
        self, bench: Bench, kit: PublishKit, picture: Media, step: str
    ) -> None:
        busy = Response(429, {"error": "RateLimitExceeded", "message": "Too Many Requests"}, {"Retry-After": "90"})
        bench.server.fault(*getattr(bench, step), answer=busy)
        with pytest.raises(TryLater) as slowed:
            bench.publish(replace(kit, media=[picture]))
        assert slowed.value.after == timedelta(seconds=90)

    def test_no_error_shows_a_secret(self, bench: Bench, kit: PublishKit, picture: Media) -> None:
        words = f"token {bench.token.access} is {bench.token.refresh or 'fine'}"
        for answer in (bench.refusal(words), BROKEN, Response(418, bench.refusal(words).body)):
            for step in (bench.final, bench.staging):
                bench.server.fault(*step, answer=answer)
                with pytest.raises(PlatformError) as shown:
                    bench.publish(replace(kit, media=[picture]))
                told = "".join(traceback.format_exception(shown.value)) + repr(shown.value)
                assert not any(secret in told for secret in bench.token.secrets)

    # Afterwards

    def test_a_post_is_measured(self, bench: Bench, kit: PublishKit) -> None:
        post = bench.publish(kit)
        bench.count(post)
        numbers = bench.adapter.metrics([post], token=bench.token)[post]
        assert numbers.metrics["likes"] == 1
        assert all(isinstance(number, int) for number in numbers.metrics.values())

    def test_a_deleted_post_is_not_found_and_has_no_numbers(self, bench: Bench, kit: PublishKit) -> None:
        kept, gone = bench.publish(kit), bench.publish(replace(kit, key=kit.key[:-1] + "y", text="Soon gone"))
        bench.adapter.delete(gone, token=bench.token)
        bench.adapter.delete(gone, token=bench.token)
        assert set(bench.adapter.metrics([kept, gone], token=bench.token)) == {kept}
        assert bench.find(replace(kit, key=kit.key[:-1] + "y", text="Soon gone")) is None

    def test_the_account_behind_a_token_is_told(self, bench: Bench) -> None:
        profile = bench.adapter.profile(bench.token)
        assert "kesar" in profile.handle
        assert profile.url.startswith("http")


def plain(value: Any) -> bool:
    """Whether a value survives JSON unchanged."""
    if isinstance(value, dict):
        return all(isinstance(name, str) and plain(part) for name, part in value.items())
    if isinstance(value, list):
        return all(map(plain, value))
    return value is None or isinstance(value, str | int | float | bool)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd0000000f4944415478da63fc304d8481"
    "81010008ec019cf41f068f0000000049454e44ae426082"
)
MP4 = bytes.fromhex("0000002066747970") + b"isom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(range(256)) * 1200
