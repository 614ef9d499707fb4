"""One recording becomes many pieces: the plan with reasons, jobs that stop and go on, clips that are full pieces."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts import tenancy
from accounts.models import Membership, Notification
from billing import credits as ledger
from billing.models import CreditEntry, CreditReservation
from content import writing
from content.looks import Look
from content.models import (
    ContentAsset,
    GeneratedContent,
    PieceFile,
    PieceVersion,
    RepurposingJob,
    RepurposingStrategy,
    Transcript,
)
from content.pieces.composing import media_of, sent_mime
from content.pieces.preflight import refusals
from content.pipeline import generate, keeping, repurposing
from content.pipeline.makers import Made, MadeFile, Stopped, Work
from content.pipeline.makers.kinds import MAKERS
from content.services import assets, fixes
from content.services import pieces as commands_on_pieces
from content.services import repurposing as commands
from publishing.delivery import kits
from publishing.outgoing import outgoing
from tests.billing.living import subscribe
from tests.cast import Cast
from tests.content.making import bring
from tests.publishing.conftest import make_connection, make_post
from trenddrop.core import limits, media
from trenddrop.core.history import Ahead, Past
from trenddrop.core.media import run_ffmpeg

SAID = (
    "Why does your skin feel worse every monsoon? The biggest mistake is washing your face five times a day."
    " Use a light cream with ceramides while your skin is still damp."
)
SMALL = {"side": 144, "count": 1, "seconds": [2.0, 6.0], "layout": "fit"}


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of moving bars with a tone, 160 × 90."""
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    picture, sound = "testsrc2=s=160x90:r=25:d=6", "sine=f=220:r=44100:d=6,volume=0.3"
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest", "-pix_fmt", "yuv420p"]
    run_ffmpeg(["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *coding, str(path)])
    return path


@pytest.fixture
def talk(cast: Cast, film: Path) -> ContentAsset:
    """A video with words and their seconds, as the pipeline leaves one."""
    asset = bring(cast, film)
    info = media.probe(film)
    words = SAID.split()
    step = 5.8 / len(words)
    timed = [[round(n * step, 2), round((n + 0.9) * step, 2), word, None] for n, word in enumerate(words)]
    with tenancy.of_organization(cast.kesar.pk):
        known = {"duration": info.duration, "mime_type": "video/mp4", "media_info": info.__dict__, "language": "en"}
        ContentAsset.objects.filter(pk=asset.pk).update(status="ready", size=info.size, **known)
        Transcript.objects.create(
            organization=cast.kesar, asset=asset, words=timed, text=SAID, language="en", engine="test",
            turns=[[0.0, "Asha"]],
        )  # fmt: skip
        return ContentAsset.objects.select_related("brand").get(pk=asset.pk)


def ask(cast: Cast, talk: ContentAsset, kind: str = "shorts", **order: Any) -> RepurposingJob:
    order = {"platforms": ["tiktok"], "format": "vertical", "config": dict(SMALL)} | order
    with tenancy.of_member(cast.ben):
        return commands.ask(talk, kind=kind, by=cast.ben, **order)


def fresh(job: RepurposingJob) -> RepurposingJob:
    with tenancy.of_organization(job.organization_id):
        return RepurposingJob.objects.select_related("asset").get(pk=job.pk)


def pieces(job: RepurposingJob) -> list[GeneratedContent]:
    with tenancy.of_organization(job.organization_id):
        return list(GeneratedContent.objects.select_related("asset").filter(job=job).order_by("part", "platform"))


def takes(job: RepurposingJob) -> list[PieceFile]:
    with tenancy.of_organization(job.organization_id):
        return list(PieceFile.objects.filter(piece__job=job).order_by("piece__platform", "number"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, film: Path) -> list[int]:
    """A maker that gives three parts at once, without rendering; the list tells which it was asked to make."""
    made: list[int] = []

    def make(work: Work) -> Iterator[Made]:
        for part in (1, 2, 3):
            if not work.is_kept(part):
                work.progress(part / 4, f"part {part}")
                made.append(part)
                file = MadeFile(film, recipe={"spans": [[0, 6]]}, report=[{"check": "length", "ok": True, "told": "x"}])
                yield Made(
                    work.platforms, "short_video", part=part, files=[file], starts_at=0.0, ends_at=6.0,
                    title=f"Part {part}", text="Rain.", made_by="test", format="landscape",
                )  # fmt: skip

    monkeypatch.setitem(MAKERS, "shorts", make)
    return made


def test_a_clip_of_a_talk_is_a_full_piece_for_each_platform(cast: Cast, talk: ContentAsset) -> None:
    job = ask(cast, talk, platforms=["tiktok", "youtube"])
    assert repurposing.run_next() == job.pk
    job = fresh(job)
    assert (job.status, job.error, job.progress) == ("completed", "", 100)
    assert job.credits_used == 1
    first, second = pieces(job)
    assert (first.platform, second.platform) == ("tiktok", "youtube")
    assert first.text
    assert second.title.rstrip("?") in SAID  # the clip's own words, not the whole recording's title
    assert not first.is_main
    assert first.starts_at is not None
    own = media_of(first)
    assert own is not None
    assert (own.kind, own.width, own.height, sent_mime(first)) == ("video", 144, 256, "video/mp4")
    take = takes(job)[0]
    assert take.is_current
    assert take.file.name == first.file.name
    assert take.recipe["spans"][0][0] == pytest.approx(first.starts_at)
    assert {one["check"] for one in take.report} >= {"length", "streams", "captions", "loudness", "letters"}
    assert [
        one for one in take.report if one["check"] in {"length", "streams", "captions", "size"} and not one["ok"]
    ] == []
    assert "media_kind" not in {finding.problem.code for finding in refusals(first)}


def test_a_range_by_hand_is_cut_where_it_was_told_and_can_be_made_anew(cast: Cast, talk: ContentAsset) -> None:
    job = ask(cast, talk, config=SMALL | {"start": 1.0, "end": 3.0, "headline": "Rain"})
    repurposing.run_next()
    (piece,) = pieces(job)
    assert (piece.starts_at, piece.ends_at) == (1.0, 3.0)
    assert piece.duration == pytest.approx(2.0, abs=0.2)
    words, first = piece.text, piece.file.name
    with tenancy.of_member(cast.ben):
        again = commands.anew(piece, by=cast.ben, changes={"end": 2.5, "style": "boxed"})
    assert repurposing.run_next() == again.pk
    (piece,) = pieces(job)
    assert (piece.text, piece.ends_at, piece.file.name != first) == (words, 2.5, True)
    old, new = takes(job)
    assert (old.is_current, new.is_current, new.number, new.recipe["style"]) == (False, True, 2, "boxed")
    assert old.file.storage.exists(str(old.file.name))
    page = signed_in(cast.ben).get(f"/jobs/{again.pk}/").content.decode()
    assert f"/files/takes/{new.pk}/" in page
    assert f"/files/takes/{old.pk}/" not in page


def test_a_recording_without_words_needs_a_range(cast: Cast, talk: ContentAsset) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        Transcript.objects.filter(asset=talk).delete()
    job = ask(cast, talk)
    repurposing.run_next()
    assert fresh(job).status == "failed"
    assert "Choose a range by hand" in fresh(job).error
    with tenancy.operator():
        assert Notification.objects.filter(user=cast.ben.user, kind="content_failed").exists()


def test_the_plan_says_what_to_make_and_why_and_one_click_makes_it(
    cast: Cast, talk: ContentAsset, quick: list[int]
) -> None:
    ben = signed_in(cast.ben)
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=talk.pk).update(duration=300.0)
    ben.post(f"/studio/{talk.pk}/more/plan/")
    with tenancy.of_organization(cast.kesar.pk):
        plan = RepurposingStrategy.objects.get(asset=talk)
    by_kind = {line["kind"]: line for line in plan.lines}
    shorts = by_kind["shorts"]
    assert shorts["format"] == "vertical"
    assert "tiktok" in shorts["platforms"]
    assert any("5 min of recording" in reason for reason in shorts["reasons"])
    assert shorts["reach"] is None
    assert any("no post on these platforms" in note for note in plan.notes)
    assert shorts["seconds"] > 0
    first = plan.lines[0]["day"]  # tomorrow, when today's hour is over
    assert first in {0, 1}
    assert [line["day"] for line in plan.lines] == list(range(first, first + len(plan.lines)))
    page = ben.get(f"/studio/{talk.pk}/more/").content.decode()
    assert shorts["reasons"][0] in page
    ben.post(f"/plans/{plan.pk}/make/", {"line": ["shorts"]})
    with tenancy.of_organization(cast.kesar.pk):
        job = RepurposingJob.objects.get(strategy=plan)
    assert (job.kind, job.status, job.priority) == ("shorts", "queued", shorts["priority"])
    repurposing.run_next()
    page = ben.get(f"/studio/{talk.pk}/more/").content.decode()
    assert "pieces made" in page
    assert quick == [1, 2, 3]


def test_own_results_give_the_reach_and_the_hour(
    cast: Cast, talk: ContentAsset, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [
        Past("tiktok", dt.datetime(2026, 11, day, 3 + 9 * (day % 2), 30, tzinfo=dt.UTC), 1000 * day if day % 2 else 10)
        for day in range(1, 11)
    ]
    monkeypatch.setattr("trenddrop.core.history._backend", lambda _path: Fixed(posts))
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=talk.pk).update(duration=300.0)
    with tenancy.of_member(cast.ben):
        talk.refresh_from_db()
        plan = commands.plan(talk, by=cast.ben, now=timezone.now())
    line = next(line for line in plan.lines if line["kind"] == "shorts")
    line = line if line["platforms"][0] == "tiktok" else line | {"hour": 17}
    assert line["reach"][0] < line["reach"][1]
    assert any("middle half of your last 10 posts on TikTok" in reason for reason in line["reasons"])
    assert line["hour"] in {17, 18}


class Fixed:
    """What earlier posts did, as told."""

    def __init__(self, posts: list[Past]) -> None:
        self.posts = posts

    def past(self, *_who: Any, **_when: Any) -> list[Past]:
        """Return them."""
        return self.posts

    def ahead(self, *_who: Any, **_when: Any) -> Ahead:
        """Return an empty calendar."""
        return Ahead()


def test_a_stopped_job_writes_nothing_more_and_goes_on_where_it_was(
    cast: Cast, talk: ContentAsset, quick: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(cast, talk)
    keep = keeping.keep

    def keep_and_stop(row: RepurposingJob, made: Made, look: Any) -> Any:
        found = keep(row, made, look)
        if made.part == 2:
            signed_in(cast.ben).post(f"/jobs/{job.pk}/stop/")
        return found

    monkeypatch.setattr(keeping, "keep", keep_and_stop)
    repurposing.run_next()
    assert fresh(job).status == "cancelled"
    assert [piece.part for piece in pieces(job)] == [1, 2]
    monkeypatch.setattr(keeping, "keep", keep)
    signed_in(cast.ben).post(f"/jobs/{job.pk}/retry/")
    assert fresh(job).status == "queued"
    repurposing.run_next()
    assert fresh(job).status == "completed"
    assert [piece.part for piece in pieces(job)] == [1, 2, 3]
    assert quick[-1:] == [3]
    assert quick.count(1) == 1


def test_an_original_deleted_meanwhile_ends_the_job_and_leaves_no_file(
    cast: Cast, talk: ContentAsset, quick: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(cast, talk)
    stored: list[PieceFile] = []
    store = keeping._stored

    def store_and_delete(*args: Any, **more: Any) -> PieceFile:
        row = store(*args, **more)
        stored.append(row)
        with tenancy.of_member(cast.asha):
            assets.delete([talk.pk], by=cast.asha)
        return row

    monkeypatch.setattr(keeping, "_stored", store_and_delete)
    repurposing.run_next()
    assert pieces(job) == []
    assert len(stored) == 1
    assert not stored[0].file.storage.exists(str(stored[0].file.name))
    assert repurposing.run_next(now=lambda: timezone.now() + dt.timedelta(hours=1)) == job.pk
    assert (fresh(job).status, fresh(job).note) == ("cancelled", "Its original was deleted.")


def test_a_dead_workers_job_is_taken_over_and_given_up_after_three(
    cast: Cast, talk: ContentAsset, quick: list[int]
) -> None:
    job = ask(cast, talk)
    now = timezone.now()
    with tenancy.operator():
        dead = repurposing._claim(now, dt.timedelta(minutes=1))
    assert dead is not None
    assert repurposing.run_next(now=lambda: now) is None
    later = now + dt.timedelta(minutes=5)
    assert repurposing.interrupted(now=later) == [job.pk]
    assert repurposing.run_next(now=lambda: later) == job.pk
    assert fresh(job).status == "completed"
    with pytest.raises(Stopped):
        keeping.keep(dead, Made(["tiktok"], "social_post", text="late", part=9), Look())
    with tenancy.operator():
        RepurposingJob.objects.filter(pk=job.pk).update(status="queued", attempts=3)
    repurposing.run_next(now=lambda: later)
    assert "stopped three times" in fresh(job).error


def test_what_is_urgent_is_done_first_and_no_organisation_waits_for_all_of_anothers(
    cast: Cast, talk: ContentAsset, quick: list[int]
) -> None:
    late, soon = ask(cast, talk, priority=8), ask(cast, talk, priority=3)
    with tenancy.operator():
        order = list(repurposing.due(timezone.now()).values_list("pk", flat=True))
        assert order == [soon.pk, late.pk]
        other = ContentAsset.objects.create(organization=cast.lisbon, kind="blog", title="Roofs", text="Roofs.")
        theirs = RepurposingJob.objects.create(organization=cast.lisbon, asset=other, kind="social", priority=9)
        repurposing._claim(timezone.now(), dt.timedelta(minutes=1))
        order = list(repurposing.due(timezone.now()).values_list("pk", flat=True))
    assert order == [theirs.pk, late.pk]
    signed_in(cast.ben).post(f"/jobs/{late.pk}/sooner/")
    assert fresh(late).priority == 1


def test_credits_are_held_when_asked_and_booked_once_for_each_part(
    cast: Cast, talk: ContentAsset, quick: list[int], settings: Any
) -> None:
    settings.BILLING_ENABLED = True
    subscribe(cast.kesar, timezone.now(), ai_credits=5)
    job = ask(cast, talk, platforms=["tiktok", "youtube"], config=SMALL | {"count": 3})
    assert fresh(job).estimated_credits == 3
    with pytest.raises(limits.LimitReached):
        ask(cast, talk, config=SMALL | {"count": 3})
    assert ledger.available(cast.kesar.pk, now=timezone.now()) == 2
    repurposing.run_next()
    assert fresh(job).credits_used == 3
    assert ledger.available(cast.kesar.pk, now=timezone.now()) == 2
    with tenancy.operator():
        booked = CreditEntry.objects.filter(organization=cast.kesar, reference__startswith="job:")
        assert [entry.amount for entry in booked] == [-1, -1, -1]
        assert CreditReservation.objects.get().state == "committed"
    ask(cast, talk, config=SMALL | {"count": 2})


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ({"config": {"layout": "upside down"}}, "cannot be that"),
        ({"config": {"speed": 2}}, "no setting"),
        ({"config": {"seconds": [1]}}, "cannot be that"),
        ({"config": {"count": -1}}, "cannot be that"),
        ({"config": {"wish": "a\0b"}}, "cannot be that"),
        ({"config": {"seconds": [1.0, float("nan")]}}, "cannot be that"),
        ({"platforms": ["myspace"]}, "no platform"),
        ({"platforms": []}, "Choose where"),
        ({"format": "round"}, "no such format"),
    ],
)
def test_what_cannot_be_made_is_told_before_anything_is_queued(
    cast: Cast, talk: ContentAsset, order: dict[str, Any], told: str
) -> None:
    with pytest.raises((commands.NothingToMake, commands.WrongSettings), match=told):
        ask(cast, talk, **order)
    with tenancy.operator():
        assert not RepurposingJob.objects.exists()


def test_a_piece_of_a_job_is_shown_mended_and_sent_with_its_own_file(
    cast: Cast, talk: ContentAsset, quick: list[int]
) -> None:
    job = ask(cast, talk)
    repurposing.run_next()
    piece = pieces(job)[0]
    page = signed_in(cast.ben).get(f"/studio/{talk.pk}/?piece={piece.pk}").content.decode()
    assert "Sent along: its own file." in page
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(cast.kesar, platform="tiktok")
        post = make_post(piece, account, at=timezone.now(), metadata=outgoing(piece).metadata)
        with kits.packed(kits.contents(post)) as kit:
            assert kit.media[0].path.name == Path(str(piece.file.name)).name
        assert fixes.planned(piece) is not None  # 160 × 90 is too small for TikTok; its own file is mended
        with pytest.raises(fixes.NoOwnFile):
            fixes.take_original(piece, by=cast.ben)


def test_writing_the_pieces_again_leaves_those_of_jobs_alone(cast: Cast, talk: ContentAsset, quick: list[int]) -> None:
    job = ask(cast, talk)
    repurposing.run_next()
    with tenancy.of_organization(cast.kesar.pk):
        material = generate.gather(talk)
        order = generate.brief(material, "tiktok")
        draft = writing.generate(order, rng=generate.chance(talk, "tiktok"))
        made = generate.save(talk, material, "tiktok", draft, order)
    assert made.is_main
    assert made.pk not in {piece.pk for piece in pieces(job)}
    assert [piece.title for piece in pieces(job)] == ["Part 1", "Part 2", "Part 3"]


def test_what_a_person_edited_while_a_draft_was_written_stays_theirs(cast: Cast, talk: ContentAsset) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        material = generate.gather(talk)
        order = generate.brief(material, "tiktok")
        draft = writing.generate(order, rng=generate.chance(talk, "tiktok"))
        piece = generate.save(talk, material, "tiktok", draft, order)
        commands_on_pieces.edit(piece, by=cast.ben, text="Mine.")
        kept = generate.save(talk, material, "tiktok", draft, order)
        assert (kept.pk, kept.text, kept.edited_by_id) == (piece.pk, "Mine.", cast.ben.user.pk)
        assert PieceVersion.objects.filter(piece=piece).count() == 2
        assert GeneratedContent.objects.get(pk=piece.pk).text == "Mine."


def test_a_clip_is_written_again_from_its_own_sentences(cast: Cast, talk: ContentAsset, quick: list[int]) -> None:
    job = ask(cast, talk)
    repurposing.run_next()
    piece = pieces(job)[0]
    piece.starts_at, piece.ends_at = 0.0, 1.9
    with tenancy.of_organization(cast.kesar.pk):
        order = commands_on_pieces.brief(piece, generate.gather(talk), note="")
    assert [one.text for one in order.sentences] == ["Why does your skin feel worse every monsoon?"]


def test_a_carousel_is_sent_page_by_page(cast: Cast, talk: ContentAsset, tmp_path: Path) -> None:
    files = []
    for slide in (1, 2, 3):
        picture = tmp_path / f"{slide}.png"
        Image.new("RGB", (400, 500), (slide * 60, 20, 20)).save(picture)
        files.append(MadeFile(picture, slide=slide, alt_text=f"Page {slide}"))
    job = ask(cast, talk)
    with tenancy.operator():
        held = repurposing._claim(timezone.now(), dt.timedelta(minutes=1))
    assert held is not None
    keeping.keep(held, Made(["bluesky"], "carousel", text="Rain.", files=files, made_by="test"), Look())
    (piece,) = pieces(job)
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(cast.kesar, platform="bluesky")
        post = make_post(piece, account, at=timezone.now(), metadata=outgoing(piece).metadata)
        with kits.packed(kits.contents(post)) as kit:
            assert [(one.mime, one.alt) for one in kit.media][1:] == [("image/png", "Page 2"), ("image/png", "Page 3")]
            assert len(kit.media) == 3


def test_pages_cost_few_queries_however_many_jobs_there_are(
    cast: Cast, talk: ContentAsset, quick: list[int], django_assert_max_num_queries: Any
) -> None:
    ben = signed_in(cast.ben)
    jobs = [ask(cast, talk, platforms=["tiktok", "youtube"]) for _number in range(4)]
    for _job in jobs:
        repurposing.run_next()
    with tenancy.of_member(cast.ben):
        commands.plan(talk, by=cast.ben, now=timezone.now())
    for address in (f"/studio/{talk.pk}/more/", "/jobs/", f"/jobs/{jobs[0].pk}/"):
        ben.get(address)
        with django_assert_max_num_queries(11):
            assert ben.get(address).status_code == 200


def test_a_client_sees_its_own_jobs_and_makes_none(cast: Cast, talk: ContentAsset, quick: list[int]) -> None:
    job = ask(cast, talk)
    repurposing.run_next()
    esha, chitra, dev = signed_in(cast.esha), signed_in(cast.chitra), signed_in(cast.dev)
    take = takes(job)[0]
    for address in (f"/jobs/{job.pk}/", f"/files/takes/{take.pk}/", f"/studio/{talk.pk}/more/"):
        assert (address, esha.get(address).status_code) == (address, 404)
        assert dev.get(address).status_code == 404
        assert chitra.get(address).status_code == 200
    assert chitra.post(f"/jobs/{job.pk}/stop/").status_code == 403
    assert "part 1" not in esha.get("/jobs/").content.decode().lower()
