"""Voices and voice-overs for programs."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from content.intake import receiving
from content.models import VoiceClone, VoiceOver
from content.serializers.assets import AssetSerializer
from content.serializers.ideas import (
    CloneSerializer,
    NewVoiceOverSerializer,
    NewVoiceSerializer,
    OfferedVoiceSerializer,
    VoiceOverSerializer,
    VoiceSerializer,
)
from content.services import scripts, transcripts, uploads, voice_overs, voices
from content.services.pipeline import StillRunning
from trenddrop.core.rest.filters import Filters, flag, key, one_of
from trenddrop.core.rest.views import Listed, Read
from trenddrop.core.sniff import UnsupportedFile
from trenddrop.core.speaking import SpeakingFailed, offered

PART = {"pagination_class": None, "filterset_class": None}


class VoiceFilter(Filters):
    """Of voices."""

    is_clone = flag("Only voices made after people, or only others.", field_name="is_clone")

    class Meta:
        model = VoiceClone
        fields: list[str] = []


class VoiceViewSet(Listed, Read, MemberViewSet):
    """Voices."""

    queryset = VoiceClone.objects.all()
    serializer_class = VoiceSerializer
    filterset_class = VoiceFilter
    bodies: ClassVar = {"create": NewVoiceSerializer, "clone": CloneSerializer}
    shapes: ClassVar = {"offered": OfferedVoiceSerializer(many=True)}
    statuses: ClassVar = {"clone": 202}
    unscoped = frozenset({"create", "offered"})
    doors: ClassVar = {"create": "voice_add", "offered": "voice_add", "clone": "voice_clone"}
    refusals: ClassVar = {
        voices.TooManyVoices: 409,
        voices.UnknownVoice: 422,
        voices.CannotClone: 422,
        voices.NotARecording: 422,
        voices.NotRevocable: 409,
        voices.IsConsented: 409,
        voices.IsProof: 409,
        UnsupportedFile: 415,
        SpeakingFailed: 422,
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "offered"), "content.view"),
        **dict.fromkeys(("create", "clone", "revoke", "destroy"), "content.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the voices, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one voice."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Add a voice that is offered; it speaks a sample before it is ready."""
        given = self.given()
        found = voices.find_offered(given["provider"], given["key"])
        with tenancy.of_member(self.member):
            name = given.get("name", "")
            return self.shown(
                voices.add(provider=given["provider"], voice=found, name=name, by=self.member), status=201
            )

    @action(detail=False, **PART)
    def offered(self, request: Request) -> Response:
        """List the voices that the providers of this installation offer."""
        rows = [
            {"provider": each.name, "key": voice.key, "name": voice.name, "language": voice.language}
            for each, theirs in offered()[0]
            for voice in theirs
        ]
        return self.shown(rows, kind=OfferedVoiceSerializer, many=True)

    @action(detail=False, methods=["post"], parser_classes=[MultiPartParser])
    def clone(self, request: Request) -> Response:
        """Have a voice made after a person. Their recorded consent is heard first; without it nothing is made."""
        given = self.given()
        recordings = voices.Recordings(given.pop("consent"), given.pop("reference"))
        return self.shown(voices.clone(recordings=recordings, by=self.member, **given), status=202)

    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: Any) -> Response:
        """Take a person's consent back: the voice never speaks again, and what it spoke is removed."""
        voices.revoke(self.get_object(), by=self.member)
        return self.shown(self.get_object())

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove a voice. One that a person agreed to stays: take the consent back; its recording is the proof."""
        voices.delete(self.get_object(), by=self.member)
        return Response(status=204)


class VoiceOverFilter(Filters):
    """Of voice-overs."""

    script = key("script_id", "Only those of this script.")
    status = one_of(VoiceOver.Status.choices, "Only those of this status.")

    class Meta:
        model = VoiceOver
        fields: list[str] = []


class VoiceOverViewSet(Listed, Read, MemberViewSet):
    """Voice-overs."""

    queryset = VoiceOver.objects.filter(script__prompt__deleted_at=None)
    serializer_class = VoiceOverSerializer
    filterset_class = VoiceOverFilter
    bodies: ClassVar = {"create": NewVoiceOverSerializer}
    shapes: ClassVar = {"create": VoiceOverSerializer, "pieces": AssetSerializer}
    statuses: ClassVar = {"create": 202, "pieces": 201}
    unscoped = frozenset({"pieces", "sound"})
    files = frozenset({"sound"})
    doors: ClassVar = {"create": "voice_over_new", "pieces": "voice_over_asset"}
    refusals: ClassVar = {
        scripts.NotApproved: 409,
        voice_overs.VoiceNotReady: 409,
        voice_overs.VoiceOfAnother: 409,
        voice_overs.NotUnderWay: 409,
        voice_overs.NotSpoken: 409,
        StillRunning: 409,
        transcripts.NoWords: 422,
        uploads.EmptyFile: 422,
        uploads.UnknownBrand: 422,
        uploads.TooLarge: 413,
        receiving.DiskFull: 507,
        receiving.InUse: 409,
        receiving.PartGone: 404,
        UnsupportedFile: 415,
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "sound"), "content.view"),
        **dict.fromkeys(("create", "stop", "destroy", "pieces"), "content.edit"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Read the script along where it is needed."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("script__prompt", "voice")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the voice-overs, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one voice-over. Its sound is at `sound`, once it is completed."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(responses={(200, "audio/wav"): OpenApiTypes.BINARY})
    @action(detail=True, **PART)
    def sound(self, request: Request, pk: Any) -> Any:
        """Fetch the recording; 409 until there is one, and once it was removed."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        if not row.file or not row.file.storage.exists(str(row.file.name)):
            raise voice_overs.NotSpoken
        headers = {"Content-Disposition": f'attachment; filename="{row.pk}.wav"', "Content-Length": str(row.file.size)}
        return StreamingHttpResponse(_parts(row), content_type="audio/wav", headers=headers)

    def create(self, request: Request) -> Response:
        """Have an approved script spoken."""
        given = self.given()
        return self.shown(voice_overs.ask(given["script"], voice=given["voice"], by=self.member), status=202)

    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: Any) -> Response:
        """Stop it."""
        voice_overs.stop(self.get_object(), by=self.member)
        return self.shown(self.get_object())

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove it with its recording."""
        voice_overs.delete(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def pieces(self, request: Request, pk: Any) -> Response:
        """Make an audio asset of it, from which pieces are written."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        asset = voice_overs.make_asset(row, by=self.member)
        with tenancy.of_member(self.member):
            return self.shown(asset, status=201)


def _parts(row: VoiceOver) -> Iterator[bytes]:
    """Read the recording; it is closed by whoever stops reading, too."""
    with row.file.open("rb") as opened:
        yield from opened.chunks()
