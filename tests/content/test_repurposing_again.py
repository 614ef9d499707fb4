"""Repurposing jobs in a full calendar, on a full disk, beside each other, and made anew."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tenancy
from accounts.models import BrandProfile
from billing import credits as ledger
from billing.models import CreditReservation
from content import writing
from content.models import (
    ContentAsset,
    GeneratedContent,
    PieceFile,
    RepurposingJob,
    RepurposingStrategy,
    Template,
    TemplateUse,
)
from content.pipeline import generate, keeping, repurposing
from content.pipeline.makers import Keeps, Made, Work
from content.pipeline.makers.kinds import MAKERS
from content.pipeline.work import folder
from content.services import assets
from content.services import repurposing as commands
from publishing.models import PostingSlot
from tests.billing.living import subscribe
from tests.cast import Cast
from tests.content.test_repurposing import SMALL, ask, film, fresh, pieces, quick, signed_in, takes, talk
from tests.publishing.conftest import make_connection, make_post

PLANNING = 16  # statements of a plan, however full the calendar
__all__ = ["film", "quick", "talk"]  # fixtures


def test_the_plan_looks_at_the_calendar_and_the_queues(cast: Cast, talk: ContentAsset) -> None:
    zone = zoneinfo.ZoneInfo(cast.kesar.timezone)
    now = timezone.now().astimezone(zone).replace(hour=6, minute=0)
    tomorrow = (now + dt.timedelta(days=1)).replace(hour=12)
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=talk.pk).update(duration=300.0)
        account = make_connection(cast.kesar, platform="bluesky")
        written = GeneratedContent.objects.create(
            organization=cast.kesar, asset=talk, platform="bluesky", text="Rain.", made_by="test", kind="social_post"
        )
        for minute in range(3):
            make_post(written, account, at=tomorrow + dt.timedelta(minutes=minute))
        make_post(written, account, at=tomorrow + dt.timedelta(days=1), status="cancelled")
        tiktok = make_connection(cast.kesar, platform="tiktok", account_id="2")
        PostingSlot.objects.create(
            organization=cast.kesar, connection=tiktok, weekday=now.weekday(), at=dt.time(20, 30),
            timezone=cast.kesar.timezone,
        )  # fmt: skip
    with tenancy.of_member(cast.ben), CaptureQueriesContext(connection) as asked:
        talk.refresh_from_db()
        plan = commands.plan(talk, by=cast.ben, now=now)
    assert len(asked) <= PLANNING
    days = [line["day"] for line in plan.lines]
    assert days[0] == 0
    assert 1 not in days
    first = plan.lines[0]
    assert (first["kind"], first["platforms"][0], first["hour"], first["minute"]) == ("shorts", "tiktok", 20, 30)
    assert "Your queue for TikTok has an empty place then." in first["reasons"]
    (told,) = [reason for line in plan.lines for reason in line["reasons"] if "passed over" in reason]
    assert told == "1 day before is passed over: 3 posts are planned there already."
    (lacking,) = [note for note in plan.notes if "No account is connected" in note]
    assert "Bluesky" not in lacking
    assert "YouTube" in lacking


def test_made_anew_changes_the_pieces_of_all_platforms_but_those_finished_elsewhere(
    cast: Cast, talk: ContentAsset
) -> None:
    job = ask(cast, talk, platforms=["tiktok", "youtube", "instagram"], config=SMALL | {"start": 1.0, "end": 3.0})
    repurposing.run_next()
    first, second, third = pieces(job)
    with tenancy.of_organization(cast.kesar.pk):
        PieceFile.objects.filter(piece=third).update(origin="brought")
    with tenancy.of_member(cast.ben):
        again = commands.anew(second, by=cast.ben, changes={"end": 2.5})
    assert sorted(again.platforms) == sorted([second.platform, first.platform])
    repurposing.run_next()
    with tenancy.of_organization(cast.kesar.pk):
        current = {one.piece.platform: one for one in PieceFile.objects.filter(is_current=True).select_related("piece")}
    assert {name: one.number for name, one in current.items()} == {
        first.platform: 2, second.platform: 2, third.platform: 1,
    }  # fmt: skip
    assert [piece.ends_at for piece in pieces(job)] == [2.5, 2.5, 3.0]
    assert fresh(again).credits_used == 1
    assert current[first.platform].file.name != current[second.platform].file.name


def test_what_changed_hands_is_made_anew_for_whom_it_is_now(cast: Cast, talk: ContentAsset, quick: list[int]) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        chai = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai")
        smile = BrandProfile.objects.create(organization=cast.kesar, client=cast.metro, name="Smile")
        talk.brand = chai
        assets.describe(talk, changed=["brand"], by=cast.asha)
    job = ask(cast, talk, config=SMALL | {"start": 1.0, "end": 3.0})
    repurposing.run_next()
    waiting = ask(cast, talk)
    with tenancy.of_organization(cast.kesar.pk):
        talk.refresh_from_db()
        talk.brand = smile
        assets.describe(talk, changed=["brand"], by=cast.asha)
    with tenancy.of_member(cast.asha):
        again = commands.anew(pieces(job)[0], by=cast.asha, changes={"end": 2.5})
    assert (fresh(job).brand_id, fresh(waiting).brand_id, again.brand_id) == (chai.pk, smile.pk, smile.pk)


def test_what_waits_or_is_tried_again_takes_no_brand_and_no_template_of_the_client_before(
    cast: Cast, talk: ContentAsset, quick: list[int]
) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        chai = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai")
        smile = BrandProfile.objects.create(organization=cast.kesar, client=cast.metro, name="Smile")
        theirs = Template.objects.create(
            organization=cast.kesar, client=cast.client, kind="caption_style", name="Loud", design={"style": "pop"}
        )
        talk.brand = chai
        assets.describe(talk, changed=["brand"], by=cast.asha)
    done, stopped = ask(cast, talk, template=theirs), ask(cast, talk, template=theirs)
    with tenancy.of_member(cast.ben):
        commands.cancel(stopped, by=cast.ben)
    repurposing.run_next()
    waiting = ask(cast, talk, template=theirs)
    with tenancy.of_organization(cast.kesar.pk):
        talk.refresh_from_db()
        talk.brand = smile
        assets.describe(talk, changed=["brand"], by=cast.asha)
    with tenancy.of_member(cast.ben):
        commands.retry(fresh(stopped), by=cast.ben)
    repurposing.run_next()
    repurposing.run_next()
    assert (fresh(done).brand_id, fresh(waiting).brand_id, fresh(stopped).brand_id) == (chai.pk, smile.pk, smile.pk)
    assert {fresh(job).status for job in (done, waiting, stopped)} == {"completed"}
    with tenancy.of_organization(cast.kesar.pk):
        assert set(TemplateUse.objects.values_list("piece__job", flat=True)) == {done.pk}


def test_what_is_made_while_it_changes_hands_is_for_whom_it_is_now(
    cast: Cast, talk: ContentAsset, quick: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        chai = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai")
        smile = BrandProfile.objects.create(organization=cast.kesar, client=cast.metro, name="Smile")
        talk.brand = chai
        assets.describe(talk, changed=["brand"], by=cast.asha)
    make = MAKERS["shorts"]

    def slowly(work: Work) -> Iterator[Made | Keeps]:
        for made in make(work):
            if isinstance(made, Made) and made.part == 2:
                with tenancy.of_organization(cast.kesar.pk):
                    talk.refresh_from_db()
                    talk.brand = smile
                    assets.describe(talk, changed=["brand"], by=cast.asha)
            yield made

    monkeypatch.setitem(MAKERS, "shorts", slowly)
    job = ask(cast, talk)
    repurposing.run_next()
    assert fresh(job).status == "completed"
    assert {(piece.client_id, piece.brand_id) for piece in pieces(job)} == {(cast.metro.pk, smile.pk)}


def test_what_is_written_while_it_changes_hands_is_for_whom_it_is_now(cast: Cast, talk: ContentAsset) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        smile = BrandProfile.objects.create(organization=cast.kesar, client=cast.metro, name="Smile")
        material = generate.gather(ContentAsset.objects.get(pk=talk.pk))
        order = generate.brief(material, "tiktok")
        draft = writing.generate(order, rng=generate.chance(talk, "tiktok"))
        talk.brand = smile
        assets.describe(talk, changed=["brand"], by=cast.asha)
        piece = generate.save(material.asset, material, "tiktok", draft, order)
    assert (piece.client_id, piece.brand_id) == (cast.metro.pk, smile.pk)


def test_a_full_disk_ends_a_job_with_a_word_and_leaves_no_file(
    cast: Cast, talk: ContentAsset, quick: list[int], settings: Any, tmp_path: Path
) -> None:
    job = ask(cast, talk)
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", lambda _self, _name, _content: full.write_bytes(b"x"))
        repurposing.run_next()
    assert (fresh(job).status, pieces(job)) == ("failed", [])
    assert "no room to work on this now" in fresh(job).error
    signed_in(cast.ben).post(f"/jobs/{job.pk}/retry/")
    repurposing.run_next()
    assert [piece.part for piece in pieces(job)] == [1, 2, 3]


def test_two_workers_on_two_jobs_of_one_original_keep_out_of_each_others_way(
    cast: Cast, talk: ContentAsset, quick: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ask(cast, talk), ask(cast, talk)
    keep, inside = keeping.keep, list[object]()

    def keep_beside_another(row: RepurposingJob, made: Made, look: Any) -> Any:
        if row.pk == first.pk and made.part == 2:
            inside.append(repurposing.run_next())  # the other worker, from beginning to end
        return keep(row, made, look)

    monkeypatch.setattr(keeping, "keep", keep_beside_another)
    assert repurposing.run_next() == first.pk
    assert inside == [second.pk]
    for job in (first, second):
        assert (fresh(job).status, [piece.part for piece in pieces(job)]) == ("completed", [1, 2, 3])
    names = [take.file.name for job in (first, second) for take in takes(job)]
    assert len(set(names)) == 6


def test_an_original_deleted_while_a_film_is_rendered_stops_the_render(cast: Cast, talk: ContentAsset) -> None:
    job = ask(cast, talk, config=SMALL | {"start": 0.0, "end": 6.0, "side": 1080})
    clock = iter(range(10_000))
    told: list[str] = []

    class Watching(repurposing.Hand):
        """A worker who tells of every step; the original goes when the first picture is coded."""

        def progress(self, fraction: float, note: str = "") -> None:
            told.append(note)
            if len(told) == 4:
                with tenancy.of_member(cast.asha):
                    assets.delete([talk.pk], by=cast.asha)
            super().progress(fraction, note)

    held = repurposing._claim(timezone.now(), dt.timedelta(minutes=1))
    assert held is not None
    with folder() as place:
        repurposing._do(Watching(held, place, clock=lambda: float(next(clock))))
    assert (fresh(job).status, fresh(job).note) == ("cancelled", "Its original was deleted.")
    assert pieces(job) == []
    assert len(told) < 10


@pytest.fixture
def two_credits(cast: Cast, settings: Any) -> None:
    """A plan with two credits a month."""
    settings.BILLING_ENABLED = True
    subscribe(cast.kesar, timezone.now(), ai_credits=2)


def a_plan(cast: Cast, talk: ContentAsset, *, lines: int) -> RepurposingStrategy:
    """Have a plan of so many shorts, a credit each."""
    line = {"kind": "shorts", "platforms": ["tiktok"], "config": SMALL, "format": "vertical", "priority": 5}
    line |= {"count": 1, "day": 1, "hour": 20, "reach": None, "seconds": 30, "credits": 1, "reasons": ["Rain."]}
    with tenancy.of_organization(cast.kesar.pk):
        return RepurposingStrategy.objects.create(
            organization=cast.kesar, asset=talk, made_by="test",
            lines=[line | {"key": f"shorts-{number}"} for number in range(lines)],
        )  # fmt: skip


def test_a_plan_with_too_few_credits_queues_nothing_and_holds_nothing(
    cast: Cast, talk: ContentAsset, two_credits: None
) -> None:
    plan, page = a_plan(cast, talk, lines=3), f"/studio/{talk.pk}/more/"
    every = {"line": [line["key"] for line in plan.lines]}
    answer = signed_in(cast.ben).post(f"/plans/{plan.pk}/make/", every, follow=True)
    assert (answer.redirect_chain[0][0], "used up" in answer.content.decode()) == (page, True)
    with tenancy.of_organization(cast.kesar.pk):
        assert not RepurposingJob.objects.exists()
    assert ledger.available(cast.kesar.pk, now=timezone.now()) == 2
    signed_in(cast.ben).post(f"/plans/{plan.pk}/make/", {"line": every["line"][:2]})
    with tenancy.of_organization(cast.kesar.pk):
        assert RepurposingJob.objects.count() == 2


def test_a_plan_with_one_place_left_in_the_queue_queues_nothing(
    cast: Cast, talk: ContentAsset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "MOST_OPEN", 2)
    ask(cast, talk)
    plan = a_plan(cast, talk, lines=2)
    with tenancy.of_member(cast.ben):
        with pytest.raises(commands.TooManyJobs):
            commands.make(plan, by=cast.ben)
        assert RepurposingJob.objects.count() == 1


def test_trying_again_what_is_finished_meanwhile_holds_no_credits(
    cast: Cast, talk: ContentAsset, quick: list[int], settings: Any
) -> None:
    settings.BILLING_ENABLED = True
    subscribe(cast.kesar, timezone.now(), ai_credits=10)
    job = ask(cast, talk, config=SMALL | {"count": 3})
    repurposing.run_next()
    assert fresh(job).status == "completed"
    with tenancy.of_organization(cast.kesar.pk):
        assert CreditReservation.objects.get().state == "committed"
        left = ledger.available(cast.kesar.pk, now=timezone.now())
    answer = signed_in(cast.ben).post(f"/jobs/{job.pk}/retry/", follow=True)
    assert "This has not failed" in answer.content.decode()
    assert ledger.available(cast.kesar.pk, now=timezone.now()) == left
    with tenancy.of_organization(cast.kesar.pk):
        assert CreditReservation.objects.get().state == "committed"


def test_trying_again_without_credits_leaves_the_job_as_it_was(
    cast: Cast, talk: ContentAsset, two_credits: None
) -> None:
    job = ask(cast, talk)
    with tenancy.of_member(cast.ben):
        commands.cancel(job, by=cast.ben)
        ledger.spend(cast.kesar.pk, 2, reason="more", reference="more", by=None)
    answer = signed_in(cast.ben).post(f"/jobs/{job.pk}/retry/", follow=True)
    assert "used up" in answer.content.decode()
    assert (fresh(job).status, fresh(job).note) == ("cancelled", "What was finished is kept.")


def test_trying_again_takes_the_last_place_in_the_queue_and_no_more(
    cast: Cast, talk: ContentAsset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "MOST_OPEN", 2)
    first, second = ask(cast, talk), ask(cast, talk)
    with tenancy.of_member(cast.ben):
        commands.cancel(first, by=cast.ben)
        commands.retry(first, by=cast.ben)
        commands.cancel(second, by=cast.ben)
        third = commands.ask(talk, kind="shorts", by=cast.ben, platforms=["tiktok"], config=SMALL)
        with pytest.raises(commands.TooManyJobs):
            commands.retry(second, by=cast.ben)
    assert [fresh(job).status for job in (first, second, third)] == ["queued", "cancelled", "queued"]
