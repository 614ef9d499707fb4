"""What jobs and recognisers said of their work is kept in English and known again in the reader's language."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import tenancy
from content import retelling
from content.models import RepurposingJob, Transcript
from content.pipeline.repurposing import Status
from tests.cast import Cast
from tests.content.making import PORTRAIT, bring
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
