"""The command that makes a video of a script: its pictures, sounds and formats chosen, a job for each format."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership
from content.models import ContentAsset, PieceFormat, RepurposingJob, RepurposingKind, Script, VoiceOver
from content.pipeline.makers.script_video import USABLE
from content.queries import assets_of
from content.services import repurposing, scripts
from content.writing import scenes

MOST_TO_CHOOSE = 60


class NotUsable(Exception):
    """Something that was chosen cannot be used in this video; the message says what."""


@dataclass(frozen=True)
class Wish:
    """How a video should be: formats and platforms, who speaks ("" for captions alone), pictures by scene, music."""

    platforms: Sequence[str]
    formats: Sequence[str] = (PieceFormat.VERTICAL.value,)
    voice_over: uuid.UUID | None = None
    pictures: Mapping[int, uuid.UUID] = field(default_factory=dict)
    music: uuid.UUID | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def ask(script: Script, wish: Wish, *, by: Membership) -> list[RepurposingJob]:
    """Queue a video in each format; refused, none is queued.

    Raises NotApproved, NotUsable, NothingToSay and what repurposing.ask raises.
    """
    if script.status != Script.Status.APPROVED:
        raise scripts.NotApproved
    if not wish.platforms or not wish.formats:
        raise NotUsable(_("Choose at least one platform and one format."))
    _require_voice(script, wish)
    client = script.prompt.client_id
    _require_assets(wish.pictures.values(), "pictures", client, by)
    _require_assets([wish.music] if wish.music else [], "music", client, by)
    if any(number < 1 or number > len(script.scenes) for number in wish.pictures):
        raise NotUsable(_("The script has no scene of that number."))
    with transaction.atomic():
        asset, config = scripts.make_asset(script, by=by), _config(wish)
        return [
            repurposing.ask(
                asset,
                kind=RepurposingKind.SCRIPT_VIDEO,
                by=by,
                platforms=list(wish.platforms),
                format=each,
                script=script,
                config=config,
            )
            for each in dict.fromkeys(wish.formats)
        ]


def price(script: Script, wish: Wish) -> int:
    """Return the credits that `ask` would hold: what the video costs at most in all its formats."""
    asset = ContentAsset(organization_id=script.organization_id, text=scenes.plain(script.scenes))
    kind, brand = RepurposingKind.SCRIPT_VIDEO, script.prompt.brand
    order: Any = {"platforms": list(wish.platforms), "script": script, "config": _config(wish), "brand": brand}
    return sum(repurposing.price(asset, kind=kind, format=each, **order) for each in dict.fromkeys(wish.formats))


def _config(wish: Wish) -> dict[str, Any]:
    return dict(wish.settings) | {
        "voice_over": str(wish.voice_over or ""),
        "pictures": {str(number): str(key) for number, key in wish.pictures.items()},
        "music": str(wish.music or ""),
    }


def _require_voice(script: Script, wish: Wish) -> None:
    if wish.voice_over is None:
        return
    row = usable_voices(script).filter(pk=wish.voice_over).first()
    if row is None:
        raise NotUsable(_("This voice-over is not finished, or its voice may not speak any more. Choose another."))


def usable_voices(script: Script) -> QuerySet[VoiceOver]:
    """Return the script's finished voice-overs whose voice may still speak, the latest first."""
    rows = VoiceOver.objects.filter(script=script, status=VoiceOver.Status.COMPLETED, voice__revoked_at=None)
    return rows.filter(voice__isnull=False).exclude(file="").select_related("voice").order_by("-created_at")


def usable_assets(use: str, client: uuid.UUID | None, by: Membership) -> QuerySet[ContentAsset]:
    """Return the assets that may be used as `pictures` or `music` in a client's video, the latest first."""
    rows = assets_of(by).filter(kind__in=USABLE[use]).exclude(file="")
    mine = rows.filter(client_id=client) | rows.filter(client=None)
    return mine.order_by("-created_at", "pk")


def _require_assets(keys: Iterable[uuid.UUID], use: str, client: uuid.UUID | None, by: Membership) -> None:
    wanted = set(keys)
    found = set(usable_assets(use, client, by).filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - found:
        pictures, music = _("A picture that was chosen cannot be used here."), _("This music cannot be used here.")
        raise NotUsable({"pictures": pictures, "music": music}[use])


def choices(use: str, script: Script, by: Membership) -> list[ContentAsset]:
    """Return what a form offers."""
    return list(usable_assets(use, script.prompt.client_id, by)[:MOST_TO_CHOOSE])
