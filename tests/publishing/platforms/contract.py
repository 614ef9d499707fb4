"""What every adapter must do, told once: a new platform's test is its wire and a subclass of this."""

import itertools
import traceback
from abc import ABC, abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote_plus

import httpx
import pytest

from publishing.platforms.base import (
    POSTED,
    SENDING,
    CannotLook,
    Capability,
    Media,
    OutcomeUnknown,
    PlatformError,
    Published,
    PublishKit,
    Rejected,
    SignInAgain,
    Step,
    TryLater,
)
from publishing.platforms.parts import take_down
from tests.peers.wire import Response
from tests.publishing.platforms.bench import (
    BROKEN,
    COMMENT,
    EXTRA,
    MP4,
    PAGE,
    PARTS,
    PNG,
    TROUBLE,
    Bench,
    Killed,
    killed_after,
    plain,
)
from trenddrop.core.platforms.options import read

# What the address that renews sign-ins may answer without having refused one.
NO_WORD_ABOUT_A_SIGN_IN = [
    Response(200, {}),
    Response(200, {"error": "internal_error", "error_description": "Something went wrong"}),
    Response(200, {"error": {"code": "internal_error", "message": "Something went wrong"}}),
    Response(400, {}),
    Response(400, {"error": "temporarily_unavailable"}),
    Response(401, {"error": "invalid_client", "error_description": "Client authentication failed"}),
]
__all__ = ["MP4", "PNG", "Bench", "Killed", "PlatformContract", "killed_after"]
NUMBERS = itertools.count(1)


class PlatformContract(ABC):
    """Subclass with a `bench` fixture; each test works on a post of its own.

    `finds`: a post can be looked for (else find_published raises CannotLook unless its step is POSTED). `stages`: files
    are laid ready by calls of their own. `needs_media`: no post of words alone. `pictures`, `videos`: how many of each
    one post takes (None: any number). `counts`, `deletes`: metrics and taking down. `comments`: the option
    first_comment, with Bench.comment. `tells_url`: a fresh post has its address at once. `extras`: options every kit
    carries.
    """

    finds: ClassVar[bool] = True
    stages: ClassVar[bool] = True
    needs_media: ClassVar[bool] = False
    counts: ClassVar[bool] = True
    deletes: ClassVar[bool] = True
    comments: ClassVar[bool] = False
    tells_url: ClassVar[bool] = True
    limits_text: ClassVar[bool] = True
    pictures: ClassVar[int | None] = 4
    videos: ClassVar[int] = 1
    extras: ClassVar[dict[str, Any]] = {}

    def files_again(self, done: list[Step], files: int) -> int | None:
        """How many staging calls are left for a worker that resumes after these steps; None where it cannot be told."""
        return files - sum(step.name == "uploaded" for step in done)

    @pytest.fixture
    @abstractmethod
    def bench(self) -> Any: ...

    @pytest.fixture
    def kit(self, bench: Bench, attachment: Media) -> PublishKit:
        number = next(NUMBERS)
        key = f"01934b6e-7c00-7{number:03x}-8000-{id(self) & 0xFFFFFFFFFFFF:012x}"
        text = f"Saffron harvest, day {number} 🌸\n\nhttps://kesar.example/harvest?day={number} #saffron"
        options = read(bench.adapter.key, self.extras)
        media = [attachment] if self.needs_media else []
        return PublishKit(
            key=key, text=text, title=f"Harvest {number}", language="en", media=media, options=options, extra=EXTRA
        )

    @pytest.fixture
    def attachment(self, picture: Media, video: Media) -> Media:
        """A file the platform takes."""
        return video if self.pictures == 0 else picture

    @pytest.fixture
    def picture(self, tmp_path: Path) -> Media:
        path = tmp_path / "harvest.png"
        path.write_bytes(PNG)
        return Media(path, "image/png", alt="Crocus flowers", width=2, height=1, size=len(PNG), url=self.address(path))

    @pytest.fixture
    def video(self, tmp_path: Path) -> Media:
        path = tmp_path / "harvest.mp4"
        path.write_bytes(MP4)
        url = self.address(path)
        return Media(path, "video/mp4", "Hands picking", 1080, 1920, duration=7.5, size=len(MP4), url=url)

    def address(self, path: Path) -> str:
        """A public address of a file, for platforms that fetch it; none by default."""
        return ""

    # Publishing

    def test_a_post_stands_on_the_server_as_it_was_written(self, bench: Bench, kit: PublishKit) -> None:
        published = bench.adapter.publish(kit, token=bench.token, record=bench.steps.append)
        assert bench.read_text(published.platform_id) == kit.text
        assert published.url.startswith("http") or not (self.tells_url or published.url)
        assert not published.shortfalls
        assert bench.token.access not in repr(published)

    def test_a_picture_arrives_byte_for_byte(self, bench: Bench, kit: PublishKit, picture: Media) -> None:
        if self.pictures == 0:
            pytest.skip("takes no pictures")
        post = bench.publish(replace(kit, media=[picture]))
        assert bench.read_media(post) == [PNG]

    def test_a_video_arrives_byte_for_byte(self, bench: Bench, kit: PublishKit, video: Media) -> None:
        if self.videos == 0:
            pytest.skip("takes no videos")
        post = bench.publish(replace(kit, media=[video]))
        assert bench.read_media(post) == [MP4]

    def test_the_step_before_the_call_that_publishes_is_recorded_first(self, bench: Bench, kit: PublishKit) -> None:
        made: list[tuple[str, int]] = []
        bench.adapter.publish(kit, token=bench.token, record=lambda step: made.append((step.name, bench.sent())))
        names = [name for name, _sent in made]
        assert SENDING in names
        assert [sent for name, sent in made[: names.index(SENDING) + 1] if sent] == []
        assert set(names[names.index(SENDING) + 1 :]) <= {SENDING, POSTED}
        assert bench.sent() == 1

    def test_the_same_kit_sent_twice_is_one_post(self, bench: Bench, kit: PublishKit) -> None:
        if not bench.can(Capability.SAFE_RESEND):
            pytest.skip("sends no second time by itself")
        first = bench.publish(kit)
        assert bench.publish(kit, resume=bench.steps[-1]) == first

    def test_a_worker_killed_after_any_step_leaves_one_post(
        self, bench: Bench, kit: PublishKit, attachment: Media
    ) -> None:
        several = self.pictures is None or self.pictures > 1
        files = [attachment, replace(attachment, alt="The same again")] if several else [attachment]
        content = [attachment.path.read_bytes() for attachment in files]
        whole = replace(kit, media=files)
        bench.publish(whole)
        for number in range(1, len(bench.steps) + 1):
            again = replace(whole, key=f"{kit.key[:-2]}{number:02x}", text=f"{number} {kit.text}")
            done: list[Step] = []
            sent = bench.sent()
            with pytest.raises(Killed):
                bench.adapter.publish(again, token=bench.token, record=killed_after(number, done))
            uploads = bench.uploads()
            stands = bench.sent() > sent
            if self.finds and not stands:
                assert bench.find(again, resume=done[-1]) is None
            post = (bench.go_on if stands else bench.publish)(again, resume=done[-1])
            assert bench.sent() - sent == 1
            if self.finds:
                assert bench.find(again, resume=done[-1]) == post
            assert bench.read_media(post) == content
            left = self.files_again(done, len(files)) if self.stages else None
            assert left is None or bench.uploads() - uploads == left

    def test_steps_are_plain_data(self, bench: Bench, kit: PublishKit, attachment: Media) -> None:
        bench.publish(replace(kit, media=[attachment]))
        for step in bench.steps:
            assert plain(step.data), step
            assert bench.token.access not in repr(step)

    def test_a_post_that_was_named_is_finished_not_sent_again(self, bench: Bench, kit: PublishKit) -> None:
        post = bench.publish(kit)
        named = [step for step in bench.steps if step.name == POSTED]
        for step in named:
            assert step.data["id"] == post
            assert bench.publish(kit, resume=step) == post
            assert bench.find(kit, resume=step) == post
        assert bench.sent() == 1

    # A thread

    def test_a_thread_stands_part_under_part(self, bench: Bench, kit: PublishKit) -> None:
        if not bench.can(Capability.THREADS):
            pytest.skip("has no threads")
        assert bench.read_thread is not None, "Bench.read_thread is needed"
        post = bench.publish(replace(kit, parts=PARTS))
        assert bench.read_thread(post) == [kit.text, *PARTS]
        assert bench.find(replace(kit, parts=PARTS), resume=bench.steps[-1]) == post

    def test_a_worker_killed_in_a_thread_leaves_each_part_once(self, bench: Bench, kit: PublishKit) -> None:
        if not bench.can(Capability.THREADS):
            pytest.skip("has no threads")
        assert bench.read_thread is not None
        assert bench.public is not None, "Bench.public is needed"
        bench.publish(replace(kit, parts=PARTS))
        for number in range(1, len(bench.steps) + 1):
            parts = [f"{number} {part}" for part in PARTS]
            again = replace(kit, key=f"{kit.key[:-2]}{number:02x}", text=f"{number} {kit.text}", parts=parts)
            done: list[Step] = []
            before = bench.public()
            with pytest.raises(Killed):
                bench.adapter.publish(again, token=bench.token, record=killed_after(number, done))
            post = bench.go_on(again, resume=done[-1])
            assert bench.read_thread(post) == [again.text, *parts]
            assert bench.public() - before == len(PARTS) + 1

    def test_an_answer_lost_in_a_thread_leaves_each_part_once(self, bench: Bench, kit: PublishKit) -> None:
        if not bench.can(Capability.THREADS):
            pytest.skip("has no threads")
        assert bench.read_thread is not None
        whole = replace(kit, parts=PARTS)
        faulty = itertools.count(1)

        def record(step: Step) -> None:
            bench.steps.append(step)
            if step.may_be_public and next(faulty) == 2:
                bench.server.fault(*bench.final, cut_after=True)

        try:
            post = bench.adapter.publish(whole, token=bench.token, record=record).platform_id
        except OutcomeUnknown:
            post = bench.go_on(whole, resume=bench.steps[-1])
        if bench.steps[-1].name == POSTED:
            post = bench.publish(whole, resume=bench.steps[-1])
        assert bench.read_thread(post) == [whole.text, *PARTS]

    # A first comment

    def test_a_first_comment_stands_under_the_post(self, bench: Bench, kit: PublishKit) -> None:
        self._has_comments(bench)
        found = self._commented(bench, kit)
        assert not found.shortfalls
        assert len(bench.server.seen(*bench.comment)) >= 1
        bodies = [unquote_plus(asked.body.decode(errors="replace")) for asked in bench.server.seen(*bench.comment)]
        assert any(COMMENT in body for body in bodies)

    def test_a_comment_that_fails_is_a_shortfall_of_a_post_that_stands(self, bench: Bench, kit: PublishKit) -> None:
        self._has_comments(bench)
        if bench.comment == bench.final:
            pytest.skip("a comment is a post there; its own test lets it fail")
        bench.server.fault(*bench.comment, answer=bench.refusal("the moon is in the wrong phase"))
        found = self._commented(bench, kit)
        assert found.platform_id
        assert len(found.shortfalls) == 1
        assert bench.steps[-1].name == POSTED
        assert bench.sent() == 1

    def _has_comments(self, bench: Bench) -> None:
        if not self.comments:
            pytest.skip("has no first comment")
        assert bench.comment != ("", "")

    def _commented(self, bench: Bench, kit: PublishKit) -> Published:
        whole = replace(kit, options=read(bench.adapter.key, {**self.extras, "first_comment": COMMENT}))
        return bench.adapter.publish(whole, token=bench.token, record=bench.steps.append)

    # Looking for a post

    def test_a_post_that_was_not_sent_is_not_found(self, bench: Bench, kit: PublishKit) -> None:
        self._needs_looking()
        assert bench.find(kit) is None

    def test_one_that_cannot_look_says_so(self, bench: Bench, kit: PublishKit) -> None:
        if self.finds:
            pytest.skip("it can look")
        bench.publish(kit)
        with pytest.raises(CannotLook):
            bench.find(kit, resume=Step(SENDING, {}))

    def _needs_looking(self) -> None:
        if not self.finds:
            pytest.skip("posts cannot be looked for there")

    def test_a_published_post_is_found_without_any_step(self, bench: Bench, kit: PublishKit) -> None:
        self._needs_looking()
        post = bench.publish(kit)
        assert bench.find(kit) == post

    def test_a_similar_post_is_not_taken_for_it(self, bench: Bench, kit: PublishKit) -> None:
        self._needs_looking()
        bench.publish(kit)
        other = replace(kit, key=kit.key[:-1] + "z", text=kit.text.replace("harvest", "Harvest"))
        assert bench.find(other) is None

    # What a platform refuses

    def test_a_token_the_platform_does_not_know_means_signing_in_again(self, bench: Bench, kit: PublishKit) -> None:
        stranger = bench.stranger or replace(bench.token, access="stranger-token-00", refresh="stranger-refresh-00")
        with pytest.raises(SignInAgain):
            bench.adapter.publish(kit, token=stranger, record=bench.steps.append)
        assert not self.finds or bench.find(kit) is None

    def test_one_character_over_the_limit_is_refused_before_anything_is_uploaded(
        self, bench: Bench, kit: PublishKit, attachment: Media
    ) -> None:
        if not self.limits_text:
            pytest.skip("has no limit")
        long = replace(kit, text="👩🏽‍🌾" * (bench.text_limit + 1), media=[attachment])
        with pytest.raises(Rejected, match=r"\d over"):
            bench.publish(long)
        assert bench.uploads() == bench.sent() == 0

    def test_exactly_the_limit_is_taken(self, bench: Bench, kit: PublishKit) -> None:
        if not self.limits_text:
            pytest.skip("has no limit")
        text = bench.letter * (bench.text_limit - 8) + " saffron"
        assert bench.read_text(bench.publish(replace(kit, text=text))) == text

    def test_one_picture_too_many_is_refused(self, bench: Bench, kit: PublishKit, picture: Media) -> None:
        if self.pictures is None:
            pytest.skip("takes any number")
        with pytest.raises(Rejected):
            bench.publish(replace(kit, media=[picture] * (self.pictures + 1)))
        assert bench.uploads() == bench.sent() == 0

    def test_a_post_of_nothing_is_refused(self, bench: Bench, kit: PublishKit) -> None:
        with pytest.raises(Rejected):
            bench.publish(replace(kit, text="", media=[]))
        assert bench.sent() == 0

    def test_words_alone_are_refused_where_a_file_is_needed(self, bench: Bench, kit: PublishKit) -> None:
        if not self.needs_media:
            pytest.skip("words alone are fine")
        with pytest.raises(Rejected):
            bench.publish(replace(kit, media=[]))
        assert bench.sent() == 0

    def test_a_file_deleted_before_its_hour_is_said(self, bench: Bench, kit: PublishKit, attachment: Media) -> None:
        attachment.path.unlink()
        with pytest.raises(Rejected, match="deleted"):
            bench.publish(replace(kit, media=[attachment]))
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
        self._needs_looking()
        found = bench.find(kit, resume=bench.steps[-1])
        assert found is not None
        if bench.can(Capability.SAFE_RESEND):
            assert bench.publish(kit, resume=bench.steps[-1]) == found

    def test_an_answer_that_takes_too_long_is_unknown(
        self, bench: Bench, kit: PublishKit, client: httpx.Client
    ) -> None:
        patience = client.timeout

        def record(step: Step) -> None:
            bench.steps.append(step)
            client.timeout = httpx.Timeout(1)

        bench.server.fault(*bench.final, slow=2)
        with pytest.raises(OutcomeUnknown, match="did not answer in time"):
            bench.adapter.publish(kit, token=bench.token, record=record)
        client.timeout = patience
        assert not self.finds or bench.find(kit, resume=bench.steps[-1]) is not None

    def test_a_request_lost_before_acceptance_is_unknown_not_found_and_sent_again(
        self, bench: Bench, kit: PublishKit
    ) -> None:
        bench.server.fault(*bench.final, cut_before=True)
        with pytest.raises(OutcomeUnknown):
            bench.publish(kit)
        assert not self.finds or bench.find(kit, resume=bench.steps[-1]) is None
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
        self, bench: Bench, kit: PublishKit, attachment: Media, what: dict[str, Any]
    ) -> None:
        if not self.stages:
            pytest.skip("files go with the post")
        whole = replace(kit, media=[attachment])
        bench.server.fault(*bench.staging, **what)
        with pytest.raises(TryLater):
            bench.publish(whole)
        assert bench.sent() == 0
        post = bench.publish(whole, resume=bench.steps[-1] if bench.steps else None)
        assert bench.read_media(post) == [attachment.path.read_bytes()]

    def test_a_server_that_is_not_there_is_tried_later(self, bench: Bench, kit: PublishKit) -> None:
        bench.server.stop()
        with pytest.raises(TryLater, match="cannot be reached"):
            bench.publish(kit)

    @pytest.mark.parametrize("step", ["final", "staging"])
    def test_a_full_quota_says_when_to_come_back(
        self, bench: Bench, kit: PublishKit, attachment: Media, step: str
    ) -> None:
        if step == "staging" and not self.stages:
            pytest.skip("files go with the post")
        bench.server.fault(*getattr(bench, step), answer=bench.busy)
        with pytest.raises(TryLater) as slowed:
            bench.publish(replace(kit, media=[attachment]))
        assert slowed.value.after == bench.busy_for

    def test_no_error_shows_a_secret(self, bench: Bench, kit: PublishKit, attachment: Media) -> None:
        words = f"token {bench.token.access} is {bench.token.refresh or 'fine'}"
        for answer in (bench.refusal(words), BROKEN, Response(418, bench.refusal(words).body)):
            for step in (bench.final, bench.staging) if self.stages else (bench.final,):
                bench.server.fault(*step, answer=answer)
                with pytest.raises(PlatformError) as shown:
                    bench.publish(replace(kit, media=[attachment]))
                told = "".join(traceback.format_exception(shown.value)) + repr(shown.value)
                assert not any(secret in told for secret in bench.token.secrets)

    # Afterwards

    def test_a_post_is_measured(self, bench: Bench, kit: PublishKit) -> None:
        if not self.counts:
            assert bench.adapter.metrics(["1"], token=bench.token) == {}
            assert not bench.can(Capability.METRICS)
            return
        post = bench.publish(kit)
        bench.count(post)
        numbers = bench.adapter.metrics([post], token=bench.token)[post]
        assert numbers.metrics[bench.counted] == 1
        assert all(isinstance(number, int | float) for number in numbers.metrics.values())

    def test_a_deleted_post_is_not_found_and_has_no_numbers(self, bench: Bench, kit: PublishKit) -> None:
        assert bench.can(Capability.DELETE) == self.deletes
        if not self.deletes:
            pytest.skip("posts cannot be taken down from here")
        kept, gone = bench.publish(kit), bench.publish(replace(kit, key=kit.key[:-1] + "y", text="Soon gone"))
        bench.adapter.delete(gone, token=bench.token)
        bench.adapter.delete(gone, token=bench.token)
        if self.counts:
            assert set(bench.adapter.metrics([kept, gone], token=bench.token)) == {kept}
        if self.finds:
            assert bench.find(replace(kit, key=kit.key[:-1] + "y", text="Soon gone")) is None

    def test_a_thread_is_taken_down_whole(self, bench: Bench, kit: PublishKit) -> None:
        if not bench.can(Capability.THREADS) or not self.deletes:
            pytest.skip("no threads, or nothing can be taken down")
        assert bench.public is not None
        before = bench.public()
        bench.publish(replace(kit, parts=PARTS))
        assert bench.public() - before == 1 + len(PARTS)
        posted = bench.steps[-1]
        assert posted.name == POSTED
        for _again in range(2):
            take_down(bench.adapter, posted, token=bench.token)
            assert bench.public() == before

    @pytest.mark.parametrize("answer", NO_WORD_ABOUT_A_SIGN_IN, ids=lambda one: f"{one.status} {one.body}")
    def test_trouble_and_the_apps_own_faults_sign_nobody_out(self, bench: Bench, answer: Response) -> None:
        renewable = replace(bench.token, refresh=bench.token.refresh or "refresh-1")
        for method in ("POST", "GET"):
            bench.server.fault(method, "", answer=answer)
        try:
            bench.adapter.refresh(renewable)
        except (TryLater, Rejected):
            pass
        except SignInAgain as error:
            pytest.fail(f"signed out by {answer.body}: {error}")

    def test_the_account_behind_a_token_is_told(self, bench: Bench) -> None:
        profile = bench.adapter.profile(bench.token)
        assert "kesar" in profile.handle
        assert not profile.url or profile.url.startswith("http")
