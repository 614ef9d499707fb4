"""Templates: kept, given clips, used, offered to everybody, taken, rated, measured, reviewed."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership, User
from content.libraries import results
from content.looks import KINDS_OF, clips, look_of, note_uses
from content.models import PublishedItem, Template, TemplateKind, TemplateUse
from content.pipeline import clipping
from content.services import library_beginnings, published, template_sharing
from content.services import templates as commands
from tests.api.asking import as_member
from tests.cast import Cast
from tests.content.library_cast import NOW, entries, piece_of, result, stands
from tests.content.test_looks import made, signed_in
from tests.content.test_published import NoPremiumAtAll
from trenddrop.core import media


@pytest.fixture
def operator(cast: Cast) -> User:
    return User.objects.create_user("op@trenddrop.example", "x", full_name="Olga", is_staff=True, is_superuser=True)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of colour bars with a tone."""
    return bars(tmp_path_factory.mktemp("film") / "film.mp4", 1)


def bars(out: Path, seconds: float) -> Path:
    sound = ["-f", "lavfi", "-i", f"sine=440:duration={seconds}"]
    picture = ["-f", "lavfi", "-i", f"testsrc=size=64x96:rate=5:duration={seconds}"]
    media.run_ffmpeg([*picture, *sound, "-pix_fmt", "yuv420p", "-preset", "ultrafast", str(out)])
    return out


def brought(path: Path, name: str = "film.mp4") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, path.read_bytes())


def shared(template: Template, member: Membership, operator: User, **given: Any) -> PublishedItem:
    """Offer a template, and let it in."""
    row = template_sharing.offer(template, by=member, **given)
    with tenancy.operator():
        assert published.approve(row, by=operator, now=timezone.now())
        row.refresh_from_db()
    return row


# Kept


@pytest.mark.parametrize(
    ("kind", "posted"),
    [
        ("caption_style", {"style": "pop", "size": "1.2", "at_once": "3", "title": "tag", "upper": "on"}),
        ("carousel", {"layout": "bold", "logo": "on", "colour": "#7A1F1F"}),
        ("social_layout", {"layout": "frame", "quote": "band", "audiogram": "line"}),
        ("image_style", {"tone": "duotone", "strength": "0.5", "prompt": "Window light."}),
        ("outro", {"words": "Follow {brand}", "seconds": "2.5", "formats": ["vertical", "square"]}),
    ],
)
def test_a_template_is_kept_shown_and_written_down(cast: Cast, kind: str, posted: dict[str, Any]) -> None:
    ben = signed_in(cast.ben)
    answer = ben.post(f"/brand/templates/new/?kind={kind}", {"name": "Ours"} | posted)
    assert answer.status_code == 302, answer.content.decode()
    with tenancy.of_member(cast.ben):
        row = Template.objects.get()
    assert (row.kind, row.name, set(posted) - {"formats"} <= set(row.design)) == (kind, "Ours", True)
    assert row.formats == posted.get("formats", [])
    assert "Ours" in ben.get("/brand/templates/", {"kind": kind}).content.decode()
    assert len(entries("template.created")) == 1


@pytest.mark.parametrize(
    ("kind", "posted", "why"),
    [
        ("caption_style", {"name": ""}, "This field is required."),
        ("caption_style", {"colour": "red"}, "Write a colour as #rrggbb."),
        ("caption_style", {"style": "sparkle"}, "Select a valid choice"),
        ("caption_style", {"size": "9"}, "less than or equal to 1.4"),
        ("intro", {"seconds": "600"}, "less than or equal to 5"),
        ("intro", {"words": "x" * 81}, "at most 80 characters"),
    ],
)
def test_what_cannot_be_kept_is_said(cast: Cast, kind: str, posted: dict[str, Any], why: str) -> None:
    whole = {"name": "Ours", "style": "pop", "size": "1", "at_once": "0", "title": "tag", "seconds": "2"}
    answer = signed_in(cast.ben).post(f"/brand/templates/new/?kind={kind}", whole | posted)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    with tenancy.operator():
        assert not Template.objects.exists()


def test_a_changed_design_begins_with_no_result_and_another_picture(cast: Cast) -> None:
    row, ben = made(cast.ben), signed_in(cast.ben)
    first = b"".join(ben.get(f"/files/templates/{row.pk}/picture/").streaming_content)  # type: ignore[attr-defined]
    with tenancy.operator():
        Template.objects.filter(pk=row.pk).update(performance=2.0, measured_posts=9)
    said = {"name": "Calm", "style": "boxed", "size": "1", "at_once": "0", "title": "banner"}
    assert ben.post(f"/brand/templates/{row.pk}/", said).status_code == 302
    assert (stands(row).performance, stands(row).measured_posts, stands(row).name) == (None, 0, "Calm")
    again = b"".join(ben.get(f"/files/templates/{row.pk}/picture/").streaming_content)  # type: ignore[attr-defined]
    assert first[:3] == again[:3] == b"\xff\xd8\xff"
    assert first != again


def test_a_live_picture_takes_what_is_right_and_leaves_what_is_not(cast: Cast) -> None:
    ben = signed_in(cast.ben)
    page = ben.get("/brand/templates/preview/", {"kind": "intro", "words": "Hello", "colour": "#12", "name": "x"})
    assert "/brand/templates/sketch.jpg?kind=intro&amp;words=Hello" in page.content.decode()
    drawn = [
        ben.get("/brand/templates/sketch.jpg", {"kind": "intro", "words": words, "seconds": "9", "colour": "#12"})
        for words in ("Hello", "Goodbye")
    ]
    assert [answer["Content-Type"] for answer in drawn] == ["image/jpeg"] * 2
    assert drawn[0].content != drawn[1].content
    assert ben.get("/brand/templates/sketch.jpg", {"kind": "poem"}).status_code == 404


def test_it_is_removed_with_its_files_and_the_brand_goes_back_to_ours(
    cast: Cast, film: Path, django_capture_on_commit_callbacks: Any
) -> None:
    row = made(cast.asha, "intro")
    commands.bring_clip(row, brought(film), by=cast.asha)
    written(row)
    row = stands(row)
    with tenancy.of_member(cast.asha):
        commands.choose(row, cast.brand, by=cast.asha)
    paths = [Path(row.file.path), Path(row.preview.path)]
    assert all(path.is_file() for path in paths)
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(cast.asha).post(f"/brand/templates/{row.pk}/delete/")
    assert not any(path.exists() for path in paths)
    with tenancy.of_member(cast.asha):
        assert look_of(cast.brand).templates == {}


def test_there_are_only_so_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST", 1)
    made(cast.ben)
    said = {"name": "More", "style": "pop", "size": "1", "at_once": "0", "title": "tag"}
    answer = signed_in(cast.ben).post("/brand/templates/new/?kind=caption_style", said)
    assert "There are 1 templates already." in answer.content.decode()


def test_a_clients_templates_are_that_clients_and_who_looks_changes_nothing(cast: Cast) -> None:
    row = made(cast.asha, client=cast.client)
    assert signed_in(cast.esha).get(f"/brand/templates/{row.pk}/").status_code == 200
    assert signed_in(cast.dev).get(f"/brand/templates/{row.pk}/").status_code == 404
    chitra = signed_in(cast.chitra)
    for address in ("/brand/templates/new/", f"/brand/templates/{row.pk}/", f"/brand/templates/{row.pk}/delete/"):
        assert chitra.post(address, {"name": "Mine"}).status_code == 403
    assert stands(row).name == "Loud"


def test_the_lists_ask_as_much_for_many_as_for_few(cast: Cast) -> None:
    asha, counts = signed_in(cast.asha), []
    asha.get("/brand/templates/")  # what is asked once a session
    for number in range(2):
        made(cast.asha, name=f"Loud {number}")
        PublishedItem.objects.create(kind="caption_style", name=f"Shared {number}", status="approved")
    for _round in range(2):
        for address in ("/brand/templates/", "/brand/templates/shared/"):
            with CaptureQueriesContext(connection) as asked:
                assert asha.get(address).status_code == 200
            counts.append(len(asked))
        for number in range(4):
            made(cast.asha, name=f"Louder {number}")
            PublishedItem.objects.create(kind="caption_style", name=f"Louder {number}", status="approved")
    assert counts[:2] == counts[2:]
    assert max(counts) <= 16, "with the scope's own statements"


# Clips


def test_a_clip_is_written_anew_and_taken_for_its_shapes_only(cast: Cast, film: Path, tmp_path: Path) -> None:
    row, ben = made(cast.ben, "intro", formats=["vertical"]), signed_in(cast.ben)
    answer = ben.post(f"/brand/templates/{row.pk}/clip/", {"clip": brought(film)}, follow=True)
    assert "The clip is being prepared." in answer.content.decode()
    assert not stands(row).file
    written(row)
    row = stands(row)
    assert (row.media_info["width"], row.media_info["audio_codec"]) == (64, "aac")
    assert Path(row.file.path).read_bytes() != film.read_bytes()
    with tenancy.of_member(cast.asha):
        commands.choose(row, cast.brand, by=cast.asha)
        look = look_of(cast.brand)
    assert look.intro(tmp_path, (1080, 1920)) == Path(row.file.path)
    assert look.intro(tmp_path, (1920, 1080)) is None
    served = ben.get(f"/files/templates/{row.pk}/")
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("video/mp4", "nosniff")
    assert b"".join(served.streaming_content)[4:8] == b"ftyp"  # type: ignore[attr-defined]
    assert ben.post(f"/brand/templates/{row.pk}/clip/drop/").status_code == 302
    assert (bool(stands(row).file), stands(row).media_info) == (False, {})


def written(row: Template) -> str:
    """Work as a worker would on a clip that waits; the name of the file that waited."""
    brought = str(stands(row).media_info["brought"])
    clipping.run(row.pk, row.organization_id, brought=brought)
    return brought


def test_an_earlier_clip_stays_until_the_next_is_written_and_when_it_cannot_be(cast: Cast, film: Path) -> None:
    row, ben = made(cast.ben, "intro"), signed_in(cast.ben)
    commands.bring_clip(row, brought(film), by=cast.ben)
    gone = written(row)
    first = stands(row).file.name
    assert not default_storage.exists(gone)
    commands.bring_clip(row, brought(film), by=cast.ben)
    assert clips.state_of(stands(row)) == "waiting"
    default_storage.delete(str(stands(row).media_info["brought"]))
    gone = written(row)
    row = stands(row)
    assert (clips.state_of(row), row.file.name) == ("failed", first)
    assert row.file.storage.exists(first)
    assert not default_storage.exists(gone)
    page = ben.get(f"/brand/templates/{row.pk}/").content.decode()
    assert clips.problem_of(row) in page
    assert "The earlier clip is still taken." in page


def test_a_clip_that_lost_its_place_leaves_no_file(cast: Cast, film: Path) -> None:
    row = made(cast.ben, "outro")
    commands.bring_clip(row, brought(film), by=cast.ben)
    old = str(stands(row).media_info["brought"])
    commands.bring_clip(row, brought(film), by=cast.ben)
    clipping.run(row.pk, row.organization_id, brought=old)
    assert not stands(row).file
    later = timezone.now() + dt.timedelta(minutes=5)
    ((key, organization, name),) = clipping.interrupted(now=later)
    clipping.run(key, organization, brought=name)
    assert stands(row).file
    assert clipping.interrupted(now=later) == []
    kept = {Path(file.path) for file in (stands(row).file, stands(row).preview)}
    assert set(Path(stands(row).file.path).parent.iterdir()) == kept


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.mp4", b"", "The submitted file is empty."),
        ("a.mp4", b"not a film at all", "An intro or outro is a video."),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "An intro or outro is a video."),
        ("a.mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "An intro or outro is a video."),
        ("a.mp4", b"\0\0\0\x18ftypisom" + b"\0" * 600, "damaged"),
    ],
)
def test_what_is_no_clip_is_refused_in_words(cast: Cast, name: str, content: bytes, why: str) -> None:
    row = made(cast.ben, "intro")
    given = {"clip": SimpleUploadedFile(name, content)}
    answer = signed_in(cast.ben).post(f"/brand/templates/{row.pk}/clip/", given)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not stands(row).file


def test_an_intro_of_ten_minutes_is_refused_and_other_kinds_have_none(cast: Cast, film: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.mp4"
    media.run_ffmpeg(["-f", "lavfi", "-i", "color=size=16x16:rate=1:duration=600", "-preset", "ultrafast", str(long)])
    with pytest.raises(commands.NotAClip, match="at most 15 seconds; this one lasts 600"):
        commands.bring_clip(made(cast.ben, "intro"), brought(long), by=cast.ben)
    with pytest.raises(commands.NotAClip, match="Only intros and outros"):
        commands.bring_clip(made(cast.ben), brought(film), by=cast.ben)


# Used and measured


def test_uses_are_counted_once_and_measured_against_usual(cast: Cast) -> None:
    row = made(cast.asha)
    with tenancy.of_member(cast.asha):
        commands.choose(row, cast.brand, by=cast.asha)
        look = look_of(cast.brand)
    for engagement in (1.0, 2.0, 3.0, 4.0, 5.0):
        piece = piece_of(cast.asha)
        result(piece, engagement)
        with tenancy.of_member(cast.asha):
            assert note_uses(piece, look, KINDS_OF["shorts"], now=NOW) == 1
            assert note_uses(piece, look, KINDS_OF["shorts"], now=NOW) == 0
    assert results.measured(now=NOW) == 1
    kept = stands(row)
    assert (kept.usage_count, kept.performance, kept.measured_posts, kept.last_used_at) == (5, 3.0, 5, NOW)
    assert "3.00×" in signed_in(cast.asha).get("/brand/templates/").content.decode()
    with tenancy.operator():
        assert TemplateUse.objects.count() == 5


# Offered to everybody


def test_an_offer_is_reviewed_taken_with_its_clip_and_rated(cast: Cast, film: Path, operator: User) -> None:
    row = made(cast.asha, "intro", name="Bars")
    commands.bring_clip(row, brought(film), by=cast.asha)
    written(row)
    row = stands(row)
    page = signed_in(cast.asha).post(f"/brand/templates/{row.pk}/offer/", {"access": "public"}, follow=True)
    assert "An operator looks at it first" in page.content.decode()
    dev, desk = signed_in(cast.dev), Client()
    assert "Bars" not in dev.get("/brand/templates/shared/?kind=intro").content.decode()
    desk.force_login(operator)
    offer = PublishedItem.objects.get(kind="intro")
    review = desk.get(reverse("admin:content_publisheditem_change", args=[offer.pk])).content.decode()
    assert "<video" in review
    shown = desk.get(reverse("admin:content_publisheditem_file", args=[offer.pk]))
    assert b"".join(shown.streaming_content)[4:8] == b"ftyp"  # type: ignore[attr-defined]
    desk.post(
        reverse("admin:content_publisheditem_change", args=[offer.pk]), {"decision": "approve", "access": "public"}
    )
    assert "Bars" in dev.get("/brand/templates/shared/?kind=intro").content.decode()
    assert dev.post(f"/brand/templates/shared/{offer.pk}/take/").status_code == 302
    with tenancy.of_member(cast.dev):
        taken = Template.objects.get(taken_from=offer)
    assert Path(taken.file.path).read_bytes() == Path(stands(row).file.path).read_bytes()
    assert len({taken.file.name, offer.file.name, stands(row).file.name}) == 3
    dev.post(f"/brand/templates/shared/{offer.pk}/rate/", {"stars": "4"})
    assert stands(offer).average_stars == 4
    assert "A template says" not in dev.get("/brand/templates/?kind=intro").content.decode()


def test_what_was_taken_is_taken_once_and_stays_when_the_offer_goes(cast: Cast, operator: User) -> None:
    offer = shared(made(cast.asha, design={"style": "pill"}), cast.asha, operator)
    first = template_sharing.take(offer, by=cast.dev)
    assert template_sharing.take(offer, by=cast.dev).pk == first.pk
    assert signed_in(cast.asha).post(f"/brand/templates/shared/{offer.pk}/withdraw/").status_code == 302
    assert stands(offer).status == "withdrawn"
    assert stands(first).design["style"] == "pill"
    with tenancy.of_member(cast.dev), pytest.raises(published.CannotOffer, match="came from the shared"):
        published.offer(first, by=cast.dev)


def test_premium_and_gated_templates_stay_shut_to_who_may_not(cast: Cast, settings: Any, operator: User) -> None:
    premium = PublishedItem.objects.create(kind="carousel", name="Rich", status="approved", access="premium")
    gate = {"gate_chain": 1, "gate_standard": "erc20", "gate_contract": "0x" + "1" * 40, "gate_minimum": 5}
    gated = PublishedItem.objects.create(kind="intro", name="Held", status="approved", access="gated", **gate)
    settings.LIMITS_BACKEND = f"{NoPremiumAtAll.__module__}.NoPremiumAtAll"
    for row, why in ((premium, "larger plan"), (gated, "Connect your wallet")):
        with pytest.raises(published.NotOpen, match=why):
            template_sharing.take(row, by=cast.dev)
        answer = signed_in(cast.dev).post(f"/brand/templates/shared/{row.pk}/take/", follow=True)
        assert why in answer.content.decode()
    assert signed_in(cast.dev).get(f"/files/templates/shared/{gated.pk}/").status_code == 404
    seen = as_member(cast.dev).get(f"shared-templates/{gated.pk}").json()
    assert (seen["design"], seen["gate_minimum"]) == ({}, "5.000000000000000000")


def test_items_and_templates_are_shown_in_their_own_places(cast: Cast) -> None:
    PublishedItem.objects.create(kind="hook", name="A hook", body="Stop.", status="approved")
    PublishedItem.objects.create(kind="carousel", name="Some slides", status="approved")
    dev = signed_in(cast.dev)
    assert "Some slides" not in dev.get("/brand/library/shared/").content.decode()
    assert "A hook" not in dev.get("/brand/templates/shared/?kind=carousel").content.decode()
    api = as_member(cast.dev)
    assert [row["name"] for row in api.get("shared-items").json()["results"]] == ["A hook"]
    assert [row["name"] for row in api.get("shared-templates").json()["results"]] == ["Some slides"]


def test_an_upheld_report_takes_a_template_down(cast: Cast, operator: User) -> None:
    offer = shared(made(cast.asha), cast.asha, operator)
    assert signed_in(cast.dev).get(f"/report/library/{offer.pk}/").status_code == 200
    with tenancy.operator():
        assert published.take_down(offer, by=operator, now=NOW, note="A stolen logo.")
    assert stands(offer).status == "rejected"
    assert "A stolen logo." in signed_in(cast.asha).get(f"/brand/templates/{offer.of_item}/").content.decode()


def test_an_operators_own_template_is_checked(cast: Cast, operator: User) -> None:
    desk = Client()
    desk.force_login(operator)
    said = {"kind": "carousel", "name": "House slides", "access": "public", "hashtags": ""}
    address = reverse("admin:content_publisheditem_add")
    refused = desk.post(address, said | {"design": '{"layout": "wild"}'})
    assert "There is no such choice." in refused.content.decode()
    assert desk.post(address, said | {"design": '{"layout": "bold"}'}).status_code == 302
    assert PublishedItem.objects.get(name="House slides").design["layout"] == "bold"


def test_a_new_installation_begins_with_templates_of_every_kind(cast: Cast) -> None:
    call_command("load_library", verbosity=0)
    rows = PublishedItem.objects.filter(kind__in=TemplateKind.values)
    assert set(rows.values_list("kind", flat=True)) == set(TemplateKind.values)
    assert rows.count() == len(library_beginnings.template_entries()) >= 12
    assert library_beginnings.load(now=NOW) == 0
    first = rows.order_by("name").filter(kind="caption_style")[0]
    seen = signed_in(cast.dev).get(f"/files/templates/shared/{first.pk}/picture/")
    assert b"".join(seen.streaming_content)[:3] == b"\xff\xd8\xff"  # type: ignore[attr-defined]
    assert stands(first).preview


# For programs


def test_programs_keep_change_and_remove_templates(cast: Cast, film: Path) -> None:
    api = as_member(cast.asha)
    answer = api.post("templates", {"kind": "outro", "name": "Bye", "design": {"words": "Bye"}})
    row = answer.json()
    assert (answer.status_code, row["design"]["seconds"], row["has_clip"]) == (201, 2.0, False)
    address = f"templates/{row['id']}"
    changed = api.patch(address, {"design": {"seconds": 3}}).json()["design"]
    assert (changed["words"], changed["seconds"]) == ("Bye", 3.0)
    assert api.patch(address, {"design": {"layout": "bold"}}).status_code == 422
    assert api.patch(address, {"design": {"colour": "blue"}}).json()["errors"]
    assert api.post("templates", {"kind": "carousel", "name": "x", "formats": ["square"]}).status_code == 422
    path = f"/api/v1/{address}/clip"
    sent = api.client.generic("PUT", path, *multipart({"clip": brought(film)}))
    assert (sent.status_code, sent.json()["clip_state"]) == (202, "waiting"), sent.content
    with tenancy.operator():
        waiting = str(Template.objects.get(pk=row["id"]).media_info["brought"])
    clipping.run(uuid.UUID(row["id"]), cast.kesar.pk, brought=waiting)
    assert api.get(address).json()["has_clip"]
    assert api.delete(f"{address}/clip").status_code == 204
    offered = api.post(f"{address}/offer", {})
    assert (offered.status_code, offered.json()["status"]) == (201, "waiting")
    assert api.post(f"{address}/offer", {}).status_code == 409
    assert api.post(f"shared-templates/{offered.json()['id']}/withdraw").json()["status"] == "withdrawn"
    assert api.delete(address).status_code == 204
    assert api.get("templates").json()["results"] == []


def multipart(given: dict[str, Any]) -> tuple[bytes, str]:
    """Return a body of parts, and its type."""
    return encode_multipart(BOUNDARY, given), MULTIPART_CONTENT
