"""A piece finished elsewhere: a kit that other programs read, and a file that comes back as the next take."""

import datetime as dt
import io
import wave
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from content.models import ContentAsset, GeneratedContent, PieceFile, Transcript
from content.pieces.letters import Letter, Picture, as_html, as_markdown
from content.pieces.preflight import refusals
from content.pipeline import inspecting, keeping, kitting
from content.screens import reports
from content.services import elsewhere
from publishing.outgoing import outgoing
from tests.api.asking import as_member
from tests.cast import Cast
from tests.content.making import bring
from tests.core.recordings import draw
from trenddrop.core import media
from trenddrop.core.media import cutlists
from trenddrop.core.speech import Word
from trenddrop.core.zipping import Entry, streamed

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
WORDS = [(0.2, 0.6, "Cold"), (0.6, 1.0, "water,"), (1.2, 1.6, "um"), (2.0, 2.4, "real"), (2.4, 2.9, "saffron.")]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of a small picture with a tone."""
    out = tmp_path_factory.mktemp("elsewhere") / "film.mp4"
    return draw(out, *H264, source="testsrc=d=3:s=180x320:r=25")


@pytest.fixture
def piece(cast: Cast, film: Path) -> GeneratedContent:
    """A short of two parts of a film."""
    return made_here(cast, film)


def made_here(cast: Cast, film: Path) -> GeneratedContent:
    """Make a short of two parts of a film, as a job would."""
    asset = bring(cast, film, title="Saffron <test>")
    info = media.probe(film)
    facts = info.__dict__ | {"kind": "video", "mime": "video/mp4"}
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=asset.pk).update(
            media_info=facts, duration=info.duration, size=info.size, mime_type="video/mp4"
        )
        Transcript.objects.create(
            organization=cast.kesar, asset=asset, words=[[*word, None] for word in WORDS], text="x", language="en"
        )
        made = GeneratedContent.objects.create(
            organization=cast.kesar, asset=asset, platform="bluesky", kind="short_video", title="Is it real?",
            text="Cold water tells.", is_main=False, made_by="test", starts_at=0.0, ends_at=2.9, brand=cast.brand,
            alt_text="Threads in a glass", version=1,
        )  # fmt: skip
        take = PieceFile(organization=cast.kesar, piece=made, number=1, origin="rendered", media_info=facts)
        take.recipe = {"spans": [[0.0, 1.1], [1.9, 2.9]]}
        with film.open("rb") as source:
            take.file.save("bluesky.mp4", File(source), save=False)
        keeping.add_take(made, [take])
    return again(made)


def again(piece: GeneratedContent) -> GeneratedContent:
    with tenancy.of_organization(piece.organization_id):
        return GeneratedContent.objects.select_related("asset").get(pk=piece.pk)


def takes(piece: GeneratedContent) -> list[PieceFile]:
    with tenancy.of_organization(piece.organization_id):
        return list(PieceFile.objects.filter(piece=piece).order_by("number", "slide"))


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def unpacked(answer: Any) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    return archive


def send(client: Client, piece: GeneratedContent, file: Any, **given: Any) -> Any:
    return client.post(f"/pieces/{piece.pk}/elsewhere/bring/", {"file": file, "tool": "capcut", "alt_text": ""} | given)


def test_the_kit_holds_media_captions_cuts_and_words(cast: Cast, piece: GeneratedContent) -> None:
    answer = signed_in(cast.ben).get(f"/pieces/{piece.pk}/kit/?original")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with unpacked(answer) as kit:
        names = set(kit.namelist())
        assert names == {
            "README.txt", "media/finished.mp4", "original/film.mp4", "captions/captions.srt", "captions/captions.vtt",
            "captions/captions.ass", "cut-list.edl", "cut-list.fcpxml", "words/post.txt", "words/alternative-text.txt",
        }  # fmt: skip
        assert kit.read("original/film.mp4") == kit.read("media/finished.mp4")
        srt = kit.read("captions/captions.srt").decode()
        told = kit.read("README.txt").decode()
        assert "Cold water tells." in kit.read("words/post.txt").decode()
        assert "Dialogue:" in kit.read("captions/captions.ass").decode()
    assert "um" not in srt
    assert srt == "1\n00:00:00,200 --> 00:00:02,100\nCold water, real saffron.\n"
    assert "CapCut" in told
    assert all(name in told for name in names - {"README.txt"})


def test_the_kit_without_the_original_says_where_it_belongs(cast: Cast, piece: GeneratedContent) -> None:
    with unpacked(signed_in(cast.chitra).get(f"/pieces/{piece.pk}/kit/")) as kit:
        assert "original/film.mp4" not in kit.namelist()
        assert "put it at original/film.mp4" in kit.read("README.txt").decode()
        project = ElementTree.fromstring(kit.read("cut-list.fcpxml"))
    asset = project.find("resources/asset")
    assert asset is not None
    assert asset.get("src") == "./original/film.mp4"


def test_captions_of_the_kit_wait_for_the_intro(cast: Cast, piece: GeneratedContent) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        PieceFile.objects.filter(piece=piece).update(recipe={"spans": [[1.9, 2.9]], "before": 2.0})
        cut = kitting.packing_of(piece).spoken
        PieceFile.objects.filter(piece=piece).update(recipe={"words": [[0.5, 1.0, "Cold"]], "before": 2.0})
        told = kitting.packing_of(piece).spoken
    assert [(word.text, word.start) for word in cut] == [("real", 2.1), ("saffron.", 2.5)]
    assert [(word.text, word.start, word.end) for word in told] == [("Cold", 2.5, 3.0)]


REEL = cutlists.Reel("Ein <Film> & mehr.mov", "./original/film.mov", 60.0, (1920, 1080), 29.97)


@pytest.mark.parametrize(("fps", "rate"), [
    (29.97, Fraction(30000, 1001)), (23.976, Fraction(24000, 1001)), (25.0, Fraction(25)), (12.5, Fraction(12)),
    (None, Fraction(30)), (0.2, Fraction(1)),
])  # fmt: skip
def test_a_reels_rate_is_the_one_that_is_meant(fps: float | None, rate: Fraction) -> None:
    assert cutlists.Reel("a", "a", 1.0, (16, 16), fps).rate == rate


def test_an_fcpxml_puts_the_cuts_one_after_the_other_in_whole_frames() -> None:
    root = ElementTree.fromstring(cutlists.fcpxml("A “title”", REEL, [(10.0, 12.0), (30.5, 33.0)]))
    frame = Fraction(1001, 30000)
    clips = root.findall(".//asset-clip")
    times = [[Fraction(clip.get(name, "").rstrip("s")) for name in ("offset", "start", "duration")] for clip in clips]
    assert all(value % frame == 0 for row in times for value in row)
    assert times[0][0] == 0
    assert times[1][0] == times[0][2]
    assert [float(row[1]) for row in times] == pytest.approx([10.0, 30.5], abs=0.04)
    sequence = root.find(".//sequence")
    assert sequence is not None
    assert Fraction(sequence.get("duration", "").rstrip("s")) == times[0][2] + times[1][2]
    assert clips[0].get("name") == REEL.name


def test_an_edl_counts_every_frame() -> None:
    lines = cutlists.edl("A\ntitle", REEL, [(10.0, 12.0), (59.0, 75.0)]).splitlines()
    assert lines[:2] == ["TITLE: A title", "FCM: NON-DROP FRAME"]
    assert lines[3] == "001  AX       AA/V  C        00:00:10:00 00:00:12:00 00:00:00:00 00:00:02:00"
    assert lines[6].split()[-4:] == ["00:00:58:28", "00:00:59:28", "00:00:02:00", "00:00:03:00"]


def test_words_of_what_was_cut_out_are_left_out() -> None:
    words = [Word(*row) for row in WORDS]
    found = list(kitting.placed(words, [(1.9, 2.9), (0.0, 1.1)], after=2.0))
    assert [(word.text, word.start, word.end) for word in found] == [
        ("real", 2.1, 2.5), ("saffron.", 2.5, 3.0), ("Cold", 3.2, 3.6), ("water,", 3.6, 4.0),
    ]  # fmt: skip


def test_an_archive_is_sent_piece_by_piece(tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.write_bytes(bytes(3_000_000))
    pieces = list(streamed([Entry("a.txt", "words"), Entry("big", lambda: big.open("rb")), Entry("b", b"x")]))
    assert max(map(len, pieces)) < 300_000
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert [info.file_size for info in archive.infolist()] == [5, 3_000_000, 1]


def test_a_finished_file_is_the_next_take_and_is_sent(cast: Cast, piece: GeneratedContent, tmp_path: Path) -> None:
    finished = draw(tmp_path / "done.mov", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
                    source="testsrc=d=2:s=90x160:r=25")  # fmt: skip
    with finished.open("rb") as file:
        answer = send(signed_in(cast.ben), piece, file)
    assert answer.status_code == 302
    first, second = takes(piece)
    assert (first.is_current, second.is_current) == (False, True)
    assert (second.number, second.origin, second.edit_tool) == (2, "brought", "capcut")
    assert (second.parent_id, second.brought_by_id) == (first.pk, cast.ben.user.pk)
    assert second.alt_text == first.alt_text
    assert str(second.poster.name).endswith(".jpg")
    made = again(piece)
    assert (made.file.name, made.edit_tool) == (second.file.name, "capcut")
    assert made.duration == pytest.approx(2.0, abs=0.1)
    assert first.file.storage.exists(str(first.file.name))
    assert refusals(made) == []
    assert outgoing(made).metadata["file"] == second.file.name
    page = signed_in(cast.chitra).get(f"/pieces/{piece.pk}/elsewhere/").content.decode()
    assert "Finished in CapCut" in page
    assert "made from take 1" in page
    with tenancy.operator():
        entry = AuditEntry.objects.get(action="piece.brought")
    assert entry.metadata["tool"] == "CapCut"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("-f", "lavfi", "-i", "sine=f=300:d=5,volume=8dB", *H264), ""),
        (("-f", "lavfi", "-i", "sine=f=300:d=5,volume=-10dB", *H264), "LUFS; -14 were asked for"),
        (("-vf", "fade=t=out:st=1:d=0.1", *H264), "The picture is black for"),
    ],
)
def test_what_comes_back_is_looked_through(
    cast: Cast, piece: GeneratedContent, tmp_path: Path, args: tuple[str, ...], told: str
) -> None:
    film = draw(tmp_path / "back.mp4", *args, source="testsrc=d=5:s=180x320:r=25")
    with film.open("rb") as source:
        row = elsewhere.bring(piece, elsewhere.Brought(File(source), "back.mp4", "capcut"), by=cast.ben)
    assert row.report == []
    address, ben = f"/pieces/{piece.pk}/elsewhere/", signed_in(cast.ben)
    assert "It is being looked through" in ben.get(address).content.decode()
    assert inspecting.interrupted(now=timezone.now() + dt.timedelta(minutes=5)) == [(row.pk, row.organization_id)]
    inspecting.run(row.pk, row.organization_id)
    with tenancy.of_organization(cast.kesar.pk):
        row.refresh_from_db()
    wrong = [one["told"] for one in row.report if not one["ok"]]
    assert [one["told"] for one in row.report if not reports.is_known(one["told"])] == []
    assert len(wrong) == bool(told)
    assert told in "".join(wrong)
    assert (wrong[0] if wrong else "Checked: all is well") in ben.get(address).content.decode()


def test_an_earlier_take_can_be_sent_again(cast: Cast, piece: GeneratedContent, film: Path) -> None:
    ben = signed_in(cast.ben)
    with film.open("rb") as file:
        send(ben, piece, file, tool="manual")
    first, second = takes(piece)
    assert ben.post(f"/files/takes/{first.pk}/send/").status_code == 302
    assert [take.is_current for take in takes(piece)] == [True, False]
    made = again(piece)
    assert (made.file.name, made.edit_tool) == (first.file.name, "built_in")
    assert second.file.storage.exists(str(second.file.name))
    ben.post(f"/files/takes/{first.pk}/send/")
    assert "the one that is sent already" in ben.get(f"/pieces/{piece.pk}/elsewhere/").content.decode()


def tone() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(8000))
    return out.getvalue()


def picture(side: int = 64) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("done.mp4", b"", "empty"),
        ("done.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(2000), ""),
        ("sound.wav", tone(), "This piece is a video"),
        ("picture.png", picture(), "This piece is a video"),
        ("list.mp4", b"#EXTM3U\nhttp://10.0.0.1/x.ts\n", ""),
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", ""),
        ("words.txt", b"Hello, these are words.", "This piece is a video"),
    ],
)
def test_what_is_no_finished_video_is_refused_and_nothing_is_kept(
    cast: Cast, piece: GeneratedContent, name: str, content: bytes, told: str
) -> None:
    answer = send(signed_in(cast.ben), piece, SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert len(takes(piece)) == 1
    assert again(piece).edit_tool == "built_in"


def carousel(cast: Cast, piece: GeneratedContent) -> GeneratedContent:
    with tenancy.of_organization(cast.kesar.pk):
        made = GeneratedContent.objects.create(
            organization=cast.kesar, asset=piece.asset, platform="instagram", kind="carousel", title="Five signs",
            is_main=False, part=7, made_by="test", version=1,
        )  # fmt: skip
        rows = []
        for slide in (1, 2, 3):
            row = PieceFile(organization=cast.kesar, piece=made, number=1, slide=slide, origin="rendered")
            row.media_info = {"kind": "image", "mime": "image/png", "width": 64, "height": 64}
            row.file.save(f"{slide}.png", ContentFile(picture()), save=False)
            rows.append(row)
        keeping.add_take(made, rows)
    return again(made)


def test_one_picture_of_a_carousel_is_finished_elsewhere(cast: Cast, piece: GeneratedContent) -> None:
    made, ben = carousel(cast, piece), signed_in(cast.ben)
    assert send(ben, made, SimpleUploadedFile("one.png", picture(80))).status_code == 422
    assert send(ben, made, SimpleUploadedFile("two.png", picture(80)), slide=2, tool="manual").status_code == 302
    now = {(take.number, take.slide): take.is_current for take in takes(made)}
    assert now == {(1, 1): True, (1, 2): False, (1, 3): True, (2, 2): True}
    assert again(made).file.name == takes(made)[0].file.name
    with unpacked(ben.get(f"/pieces/{made.pk}/kit/")) as kit:
        assert {"media/picture-1.png", "media/picture-2.png", "media/picture-3.png"} <= set(kit.namelist())
        assert not any(name.startswith(("captions", "cut")) for name in kit.namelist())


def test_a_page_of_long_text_is_escaped_and_has_its_pictures() -> None:
    text = "An <b>opening</b>.\n\nWhat matters\n\nIt matters.\n• one & two\n• three"
    letter = Letter("A title", text, "Try it.", "en", [Picture(2, "../media/picture-1.jpg", 'a "still"')])
    page = as_html(letter)
    assert "&lt;b&gt;opening&lt;/b&gt;" in page
    assert (
        '<h2>What matters</h2>\n<p><img src="../media/picture-1.jpg" alt="a &quot;still&quot;" width="640"></p>' in page
    )
    assert "<ul><li>one &amp; two</li><li>three</li></ul>" in page
    assert as_markdown(letter).split("\n\n")[2:] == [
        "## What matters", "It matters.", "- one & two\n- three", '![a "still"](../media/picture-1.jpg)',
        "**Try it.**\n",
    ]  # fmt: skip


def test_the_page_asks_few_questions_however_many_takes(
    cast: Cast, piece: GeneratedContent, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.ben)
    client.get(f"/pieces/{piece.pk}/elsewhere/")
    with tenancy.of_organization(cast.kesar.pk):
        first = takes(piece)[0]
        for number in range(2, 12):
            PieceFile.objects.create(
                organization=cast.kesar, piece=piece, number=number, origin="brought", edit_tool="runway",
                parent=first, brought_by=cast.ben.user, file=first.file.name, is_current=False,
            )  # fmt: skip
    with django_assert_max_num_queries(12):
        client.get(f"/pieces/{piece.pk}/elsewhere/")


def test_who_may_only_look_brings_nothing(cast: Cast, piece: GeneratedContent) -> None:
    analyst = signed_in(cast.chitra)
    page = analyst.get(f"/pieces/{piece.pk}/elsewhere/").content.decode()
    assert "Bring it back" not in page
    assert send(analyst, piece, SimpleUploadedFile("a.mp4", b"x")).status_code == 403
    assert signed_in(cast.dev).get(f"/pieces/{piece.pk}/kit/").status_code == 404


def test_a_program_takes_the_kit_and_brings_the_result(cast: Cast, piece: GeneratedContent, film: Path) -> None:
    api = as_member(cast.ben)
    with unpacked(api.get(f"pieces/{piece.pk}/kit")) as kit:
        assert "cut-list.edl" in kit.namelist()
    with film.open("rb") as file:
        made = api.client.post("/api/v1/" + f"pieces/{piece.pk}/takes/bring", {"file": file, "tool": "descript"})
    assert made.status_code == 201, made.content
    assert (made.json()["number"], made.json()["edit_tool"], made.json()["is_current"]) == (2, "descript", True)
    first = str(takes(piece)[0].pk)
    assert made.json()["parent"] == first
    back = api.post(f"pieces/{piece.pk}/takes/send", {"take": first})
    assert back.json()["is_current"] is True
    twice = api.post(f"pieces/{piece.pk}/takes/send", {"take": first})
    assert (twice.status_code, twice["Content-Type"]) == (409, "application/problem+json")
    wrong = api.client.post(
        f"/api/v1/pieces/{piece.pk}/takes/bring", {"file": SimpleUploadedFile("a.wav", tone()), "tool": "descript"}
    )
    assert (wrong.status_code, wrong["Content-Type"]) == (422, "application/problem+json")


def stored() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_a_file_that_cannot_be_kept_leaves_nothing_behind(cast: Cast, piece: GeneratedContent, film: Path) -> None:
    with film.open("rb") as file:
        brought = elsewhere.Brought(File(file, name="done.mp4"), "done.mp4", "capcut")
        with tenancy.of_organization(cast.kesar.pk):
            GeneratedContent.objects.filter(pk=piece.pk).delete()
        before = stored()
        with pytest.raises(GeneratedContent.DoesNotExist):
            elsewhere.bring(piece, brought, by=cast.ben)
    assert stored() == before
