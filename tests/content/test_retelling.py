"""What jobs and recognisers said of their work is kept in English and known again in the reader's language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import tenancy
from content import retelling
from content.models import GeneratedContent, PieceFile, RepurposingJob, Transcript
from content.pipeline.repurposing import Status
from content.services import repurposing
from tests.cast import Cast
from tests.content.making import PORTRAIT, bring
from trenddrop.core.media import probing, running
from trenddrop.core.speech import notes

PIPELINE = Path(settings.BASE_DIR) / "content" / "pipeline"
TELLING = [*sorted((PIPELINE / "makers").glob("*.py")), PIPELINE / "repurposing.py", PIPELINE / "fixing.py",
           PIPELINE / "clipping.py", PIPELINE / "running.py"]  # fmt: skip
ELSEWHERE = {"chosen by hand", "A still of the video while this is said: “%(words)s”"}  # a reason, and a piece's words


def told_in(path: Path) -> set[str]:
    """What a module says with `_`, as the catalogue has it."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    mine = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id == "_"]
    return {str(ast.literal_eval(each.args[0])) for each in mine}


def test_everything_a_job_says_is_known_again() -> None:
    said = set[str]().union(*map(told_in, TELLING)) - ELSEWHERE
    assert len(said) > 30
    assert {each for each in said if not retelling.is_known(each)} == set()


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("6 pieces made", "6 रचनाएँ बनीं"),
        ("1 piece made", "1 रचना बनी"),
        ("Making audiogram 1 of 2", "2 में से ऑडियोग्राम 1 बन रहा है"),
        ("What an older version wrote.", "What an older version wrote."),
        ("", ""),
    ],
)
def test_a_reader_of_hindi_is_told_in_hindi(kept: str, told: str) -> None:
    with translation.override("hi"):
        assert retelling.retold(kept) == told
    with translation.override("en"):
        assert retelling.retold(kept) == kept


def test_what_a_recogniser_says_is_told_sentence_by_sentence() -> None:
    kept = f"{notes.EMBEDDED} {notes.ONLY_ENGLISH} What an older version wrote."
    with translation.override("hi"):
        told = retelling.retold(kept)
        assert told == " ".join([translation.gettext(notes.EMBEDDED), translation.gettext(notes.ONLY_ENGLISH),
                                 "What an older version wrote."])  # fmt: skip
        assert notes.EMBEDDED not in told
    assert retelling.retold(kept) == kept


def test_pages_tell_it_in_the_language_of_their_reader(cast: Cast, client: Client) -> None:
    asset = bring(cast, PORTRAIT, mime_type="video/mp4")
    told = {"organization": cast.kesar, "asset": asset, "kind": "audiogram", "asked_by": cast.asha.user}
    with tenancy.of_member(cast.asha):
        failed = "This recording has no sound. An audiogram needs somebody to be heard."
        job = RepurposingJob.objects.create(**told, status=Status.FAILED, error=failed, finished_at=timezone.now())
        Transcript.objects.create(organization=cast.kesar, asset=asset, engine="PocketSphinx", note=notes.EMBEDDED)
    cast.asha.user.language = "hi"
    cast.asha.user.save()
    client.force_login(cast.asha.user)
    for address in (reverse("repurposing_job", args=[job.pk]), reverse("make_more", args=[asset.pk])):
        page = client.get(address).content.decode()
        assert "इस रिकॉर्डिंग में आवाज़ नहीं है" in page
        assert failed not in page
    for name in ("studio", "transcript"):
        page = client.get(reverse(name, args=[asset.pk])).content.decode()
        assert "साथ आया पहचानने वाला प्रोग्राम" in page
        assert notes.EMBEDDED not in page


def refusals() -> Iterator[str]:
    """What reading and making media says no with, as it is kept."""
    for path in sorted((Path(settings.BASE_DIR) / "trenddrop" / "core" / "media").rglob("*.py")):
        tree = ast.parse(path.read_text())
        named = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "MediaError":
                [words] = node.args
                if isinstance(words, ast.JoinedStr):
                    yield "".join(str(each.value) if isinstance(each, ast.Constant) else "7" for each in words.values)
                elif isinstance(words, ast.Constant):
                    yield str(words.value)
                elif isinstance(words, ast.Name) and words.id in named:
                    yield str(named[words.id])


def test_what_media_are_refused_with_is_told_in_the_language_of_their_reader() -> None:
    found = [*refusals(), *(words for _signs, words in running.REASONS), probing.UNREADABLE, running.TOO_SLOW]
    assert len(found) > 30
    for kept in found:
        with translation.override("hi"):
            assert retelling.retold(kept) != kept, kept
        assert retelling.retold(kept) == kept


def test_a_file_that_cannot_be_read_is_refused_without_the_words_of_a_program(tmp_path: Path) -> None:
    path = tmp_path / "poem.mp4"
    path.write_bytes(b"Rain is not the enemy. " * 200)
    with pytest.raises(probing.MediaError) as refused:
        probing.probe(path)
    with translation.override("hi"):
        assert re.search("[ऀ-ॿ]", retelling.retold(str(refused.value)))


def test_a_result_says_its_captions_in_words(cast: Cast, client: Client) -> None:
    asset = bring(cast, PORTRAIT, mime_type="video/mp4")
    with tenancy.of_member(cast.asha):
        job = RepurposingJob.objects.create(
            organization=cast.kesar, asset=asset, kind="shorts", asked_by=cast.asha.user, status=Status.COMPLETED
        )
        piece = GeneratedContent.objects.create(
            organization=cast.kesar, asset=asset, job=job, platform="instagram", text="Rain.", made_by="test"
        )
        shown = {"file": "takes/one.mp4", "recipe": {"style": "karaoke"}, "is_current": True, "number": 1}
        PieceFile.objects.create(organization=cast.kesar, piece=piece, **shown)
    cast.asha.user.language = "hi"
    cast.asha.user.save()
    client.force_login(cast.asha.user)
    page = client.get(reverse("repurposing_job", args=[job.pk])).content.decode()
    with translation.override("hi"):
        assert f"कैप्शन: {translation.gettext('Lit up word by word')}" in page
    assert "karaoke" not in page.split("कैप्शन: ")[1][:60]


def test_what_is_text_alone_has_no_shape(cast: Cast) -> None:
    asset = bring(cast, PORTRAIT, mime_type="video/mp4", description="Rain is not the enemy. It never was. " * 8)
    with tenancy.of_member(cast.asha):
        shapes = {
            kind: repurposing.ask(asset, kind=kind, by=cast.asha, platforms=["x"], format="vertical").format
            for kind in ("thread", "social")
        }
    assert shapes == {"thread": "", "social": "vertical"}
