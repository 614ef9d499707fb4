"""Whatever changes what is sent of a piece says so: every writer of pieces by inspection, and the commands at work."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from content.models import GeneratedContent, PieceFile, PieceVariant, PosterFrame, Thumbnail
from content.services import elsewhere, fixes, pieces, thumbnails, variants
from content.signals import piece_changed
from publishing import approving
from tests.cast import Cast
from tests.publishing.agreeing import versioned
from tests.publishing.conftest import make_piece

CONTENT = Path(__file__).resolve().parent.parent.parent / "content"
WRITERS = {"services", "pipeline", "views", "api", "admin"}
# Who writes pieces and changes nothing that is sent, each with its reason.
EXCUSED = {
    "services/assets.py": "It gives pieces to another client; publishing hears assets_moved.",
    "services/advised.py": "It writes new pieces, about which nobody was asked yet.",
    "services/handwritten.py": "It writes new pieces, about which nobody was asked yet.",
}


def _writes_pieces(node: ast.AST) -> bool:
    """Say whether a call updates or saves a piece."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    said = ast.unparse(node.func)
    if said.startswith("GeneratedContent.objects") and said.endswith((".update", ".bulk_update")):
        return True
    return said in {"piece.save", "held.save"}


def _of_pieces(text: str) -> bool:
    return "GeneratedContent" in text


def writers() -> dict[str, str]:
    """Return the text of every module of content that writes pieces, by its path."""
    found = {}
    for folder in sorted(WRITERS):
        for path in sorted((CONTENT / folder).rglob("*.py")):
            text = path.read_text()
            if _of_pieces(text) and any(_writes_pieces(node) for node in ast.walk(ast.parse(text))):
                found[str(path.relative_to(CONTENT))] = text
    return found


def test_every_writer_of_pieces_tells_that_what_is_sent_may_have_changed() -> None:
    found = writers()
    assert len(found) >= 9
    silent = {name for name, text in found.items() if "piece_changed.send(" not in text}
    assert silent == set(EXCUSED) & set(found), "Send content.signals.piece_changed, or say why not."


@pytest.fixture
def piece(kesar: Cast) -> GeneratedContent:
    """A piece with a frame, a cover, a variant, and two takes, the second of which is sent; in Kesar's scope."""
    piece = versioned(make_piece(kesar.kesar))
    of: dict[str, Any] = {"organization": kesar.kesar}
    still = {"image": ContentFile(b"still", "still.jpg"), "width": 1, "height": 1}
    frame = PosterFrame.objects.create(**of, asset=piece.asset, at=0.0, **still)
    Thumbnail.objects.create(
        **of, piece=piece, frame=frame, words="Rain", style={}, width=1, height=1, image=ContentFile(b"c", "c.jpg")
    )
    PieceVariant.objects.create(
        **of, piece=piece, number=1, angle="question", text="Is rain the enemy?", made_by="test"
    )
    for number in (1, 2):
        PieceFile.objects.create(
            **of, piece=piece, number=number, is_current=number == 2, origin="brought",
            file=ContentFile(b"film", f"{number}.mp4"), media_info={"mime": "video/mp4"},
        )  # fmt: skip
    last = PieceFile.objects.get(number=2)
    GeneratedContent.objects.filter(pk=piece.pk).update(file=last.file.name, media_info=last.media_info)
    piece.refresh_from_db()
    return piece


def _edit(piece: GeneratedContent, cast: Cast) -> object:
    return pieces.edit(piece, by=cast.ben, ai_label=True)


def _reword(piece: GeneratedContent, cast: Cast) -> object:
    return pieces.edit(piece, by=cast.ben, hashtags=["rain"])


def _take_back(piece: GeneratedContent, cast: Cast) -> object:
    pieces.edit(piece, by=cast.ben, text="Other words.")
    return pieces.restore(piece, 1, by=cast.ben)


def _take_variant(piece: GeneratedContent, cast: Cast) -> object:
    return variants.take(piece, 1, by=cast.ben)


def _choose_cover(piece: GeneratedContent, cast: Cast) -> None:
    thumbnails.choose(piece, Thumbnail.objects.get(piece=piece), by=cast.ben)


def _choose_take(piece: GeneratedContent, cast: Cast) -> object:
    return elsewhere.choose(piece, PieceFile.objects.get(piece=piece, number=1).pk, by=cast.ben)


def _take_original(piece: GeneratedContent, cast: Cast) -> None:
    GeneratedContent.objects.filter(pk=piece.pk).update(file="fitted.mp4")
    fixes.take_original(piece, by=cast.ben)


@pytest.mark.parametrize(
    "command", [_edit, _reword, _take_back, _take_variant, _choose_cover, _choose_take, _take_original]
)
def test_a_command_that_changes_what_is_sent_tells_it_once_it_is_written(
    kesar: Cast, piece: GeneratedContent, command: Callable[[GeneratedContent, Cast], object]
) -> None:
    told = []

    def hear(piece: GeneratedContent, **_kwargs: Any) -> None:
        told.append(approving.fingerprint(GeneratedContent.objects.select_related("asset").get(pk=piece.pk)))

    piece_changed.connect(hear)
    try:
        command(piece, kesar)
    finally:
        piece_changed.disconnect(hear)
    piece.refresh_from_db()
    assert told
    assert told[-1] == approving.fingerprint(piece)


def test_every_part_of_what_is_sent_changes_the_fingerprint(kesar: Cast, piece: GeneratedContent) -> None:
    seen = {approving.fingerprint(piece)}
    changes: dict[str, Any] = {
        "title": "T", "text": "x", "hashtags": ["a"], "call_to_action": "Go.", "mentions": ["b"], "alt_text": "c",
        "options": {"visibility": "unlisted"}, "ai_label": True, "language": "hi", "category": "d",
        "include_media": False, "thumbnail": PosterFrame.objects.get(), "cover": Thumbnail.objects.get(),
        "file": "another.mp4", "kind": "thread", "platform": "x",
    }  # fmt: skip
    for name, value in changes.items():
        setattr(piece, name, value)
        seen.add(approving.fingerprint(piece))
    PieceFile.objects.update(is_current=False)
    seen.add(approving.fingerprint(piece))
    assert len(seen) == len(changes) + 2
