"""Ideas and scripts for programs."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from content.intake import fetching
from content.models import Prompt, Script, ScriptVersion
from content.pipeline.scripting import Wish
from content.screens import ideas
from content.serializers.assets import AssetSerializer
from content.serializers.ideas import (
    ApproveSerializer,
    NewPromptSerializer,
    NewScriptSerializer,
    PromptSerializer,
    ScriptSerializer,
    ScriptVersionSerializer,
    ScriptWishSerializer,
    WholePromptSerializer,
    WrittenScriptSerializer,
)
from content.serializers.pieces import NumberSerializer
from content.serializers.repurposing import JobSerializer
from content.serializers.script_videos import ScriptVideoSerializer
from content.services import prompts, repurposing, script_videos, scripts
from content.writing.scenes import ScriptDraft
from trenddrop.core.rest.filters import Filters, key, one_of, words
from trenddrop.core.rest.views import Listed, Read, apply

PART = {"pagination_class": None, "filterset_class": None}


class PromptFilter(Filters):
    """Of ideas."""

    q = words("Only ideas that hold these words.", method="say")
    source = one_of(Prompt.Source.choices, "Only ideas from this source.")
    brand = key("brand_id", "Only ideas for this brand.")

    class Meta:
        model = Prompt
        fields: list[str] = []

    def say(self, rows: QuerySet[Prompt], _name: str, value: str) -> QuerySet[Any]:
        """Search."""
        return ideas.matching(rows, value)


class PromptViewSet(Listed, Read, MemberViewSet):
    """Ideas."""

    queryset = Prompt.objects.filter(deleted_at=None)
    serializer_class = PromptSerializer
    filterset_class = PromptFilter
    bodies: ClassVar = {"create": NewPromptSerializer}
    shapes: ClassVar = {"create": PromptSerializer, "retrieve": WholePromptSerializer}
    unscoped = frozenset({"create"})
    doors: ClassVar = {"create": "idea_new"}
    refusals: ClassVar = {fetching.LinkFailed: 422, prompts.NothingToRead: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "content.view"),
        **dict.fromkeys(("create", "partial_update", "destroy", "restore"), "content.edit"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Leave what was read where it is, but for one idea."""
        rows = super().get_queryset()
        return rows if self.action == "retrieve" else rows.defer("material")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the ideas, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one idea with what was read of it."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """Keep an idea. The page behind a link is read before this answers."""
        with tenancy.of_member(self.member):
            given = self.given()
        link = given.pop("link", None)
        page = fetching.read_link(link) if link else None
        with tenancy.of_member(self.member):
            text = given.pop("text", "").strip()
            return self.shown(prompts.create(text=text, page=page, by=self.member, **given), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change its words, tags or brand."""
        row = self.get_object()
        changes = apply(row, self.given(row, partial=True))
        if changes:
            prompts.describe(row, fields=list(changes), by=self.member)
        return self.shown(row)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Put it aside with its scripts; it can be restored."""
        prompts.delete(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Bring it back."""
        row = get_object_or_404(ideas.deleted_of(self.member), pk=pk)
        if not prompts.restore(row, by=self.member):
            raise NotFound
        return self.shown(self.get_object())


class ScriptFilter(Filters):
    """Of scripts."""

    prompt = key("prompt_id", "Only scripts of this idea.")
    status = one_of(Script.Status.choices, "Only scripts of this status.")

    class Meta:
        model = Script
        fields: list[str] = []


class ScriptViewSet(Listed, Read, MemberViewSet):
    """Scripts."""

    queryset = Script.objects.filter(prompt__deleted_at=None)
    serializer_class = ScriptSerializer
    filterset_class = ScriptFilter
    bodies: ClassVar = {
        "create": NewScriptSerializer,
        "rewrite": ScriptWishSerializer,
        "restore": NumberSerializer,
        "approve": ApproveSerializer,
        "video": ScriptVideoSerializer,
    }
    shapes: ClassVar = {
        "create": WrittenScriptSerializer,
        "rewrite": WrittenScriptSerializer,
        "versions": ScriptVersionSerializer(many=True),
        "pieces": AssetSerializer,
        "video": JobSerializer(many=True),
    }
    statuses: ClassVar = {"pieces": 201, "video": 202}
    unscoped = frozenset({"create", "rewrite"})
    doors: ClassVar = {
        "create": "script_new",
        "rewrite": "script_rewrite",
        "pieces": "script_pieces",
        "video": "script_video",
    }
    refusals: ClassVar = {
        scripts.NoSuchVersion: 404,
        scripts.OpenScenes: 409,
        scripts.Outdated: 409,
        scripts.AlreadyApproved: 409,
        scripts.NotApproved: 409,
        scripts.NothingToSay: 422,
        script_videos.NotUsable: 422,
        repurposing.NothingToMake: 409,
        repurposing.WrongSettings: 422,
        repurposing.BrandOfAnother: 409,
        repurposing.TooManyJobs: 409,
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "versions"), "content.view"),
        **dict.fromkeys(("create", "partial_update", "restore", "rewrite"), "content.edit"),
        **dict.fromkeys(("approve", "reopen", "pieces", "video"), "content.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the scripts, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one script."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Have a script written. This may take as long as the model does."""
        with tenancy.of_member(self.member):
            given = self.given()
            wish = _wish(given)
            if given["empty"]:
                begun = scripts.begin(given["prompt"], by=self.member, wish=wish)
                return self.shown({"script": begun, "notes": [], "not_understood": []}, status=201)
        row, draft = scripts.write(given["prompt"], wish, by=self.member)
        return self._written(row, draft, status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change its words; changed words become a new version, which nobody has approved yet."""
        row = self.get_object()
        given = self.given(row, partial=True)
        told = [dict(one) for one in given["scenes"]] if "scenes" in given else row.scenes
        title = given.get("title", row.title)
        return self.shown(scripts.edit(row, title=title, told=told, base=given.get("base"), by=self.member).script)

    @action(detail=True, methods=["post"])
    def rewrite(self, request: Request, pk: Any) -> Response:
        """Write it again, with a wish or without one. This may take as long as the model does."""
        given = self.given()
        with tenancy.of_member(self.member):
            row = self.get_object()
        wish = _wish({"tone": row.tone, "seconds": row.seconds, "language": row.language} | given)
        draft = scripts.rewrite(row, wish, by=self.member)
        return self._written(row, draft)

    def _written(self, row: Script, draft: ScriptDraft, *, status: int = 200) -> Response:
        with tenancy.of_member(self.member):
            found = Script.objects.visible_to(self.member).get(pk=row.pk)
            told = {"script": found, "notes": draft.notes, "not_understood": draft.wishes_not_understood}
            return self.shown(told, status=status)

    @action(detail=True, **PART)
    def versions(self, request: Request, pk: Any) -> Response:
        """List everything it ever said, the latest first."""
        rows = ScriptVersion.objects.visible_to(self.member).filter(script=self.get_object()).select_related("author")
        return self.shown(rows.order_by("-number"), kind=ScriptVersionSerializer, many=True)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Take an earlier version back, as a new one."""
        row, given = self.get_object(), self.given()
        return self.shown(scripts.restore(row, given["number"], by=self.member))

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: Any) -> Response:
        """Approve the version that was read."""
        row, given = self.get_object(), self.given()
        scripts.approve(row, version=given["version"], by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: Any) -> Response:
        """Take the approval back."""
        scripts.take_back_approval(self.get_object(), by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"])
    def pieces(self, request: Request, pk: Any) -> Response:
        """Make an asset of its words, from which pieces are written."""
        return self.shown(scripts.make_asset(self.get_object(), by=self.member), status=201)

    @action(detail=True, methods=["post"])
    def video(self, request: Request, pk: Any) -> Response:
        """Make a video of an approved script: a job for each format."""
        script, given = self.get_object(), self.given()
        pictures = {one["scene"]: one["asset"].pk for one in given["pictures"]}
        spoken, music = given["voice_over"], given["music"]
        wish = script_videos.Wish(
            platforms=given["platforms"],
            formats=given["formats"],
            voice_over=spoken.pk if spoken else None,
            pictures=pictures,
            music=music.pk if music else None,
            settings={name: given[name] for name in ("style", "captions", "title", "cards")},
        )
        return self.shown(script_videos.ask(script, wish, by=self.member), kind=JobSerializer, many=True, status=202)


def _wish(given: dict[str, Any]) -> Wish:
    return Wish(given.get("tone", ""), given.get("language", ""), given["seconds"], given.get("note", ""))
