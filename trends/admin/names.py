"""What stands for what, and what no topic may be named by, for operators."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.models import User
from trends.models import BlockedTerm, TopicAlias
from trends.normalise import Kind, normalise
from trends.services import blocks


class AliasForm(ModelForm[TopicAlias]):
    """Two names as people write them; they are kept as topics are found."""

    class Meta:
        model = TopicAlias
        fields = ["normalized", "canonical", "is_apart", "reason"]

    def clean_normalized(self) -> str:
        """Return the name's key."""
        return _key(self.cleaned_data["normalized"])

    def clean_canonical(self) -> str:
        """Return the key of what it stands for; a name that stands for another itself leads on to that."""
        key = _key(self.cleaned_data["canonical"])
        leads_on = TopicAlias.objects.filter(normalized=key, is_apart=False).values_list("canonical", flat=True)
        return leads_on.first() or key


def _key(name: str) -> str:
    key = normalise(name, Kind.KEYWORD)
    if not key:
        raise forms.ValidationError(_("This name shows nothing."))
    return key


@admin.register(TopicAlias)
class TopicAliasAdmin(ModelAdmin):  # type: ignore[misc]
    """Names that stand for others, and names that are kept apart; removing one lets the names find their own way."""

    form = AliasForm
    list_display = ["normalized", "canonical", "is_apart", "made_by", "likeness", "reason", "created_by", "created_at"]
    list_filter = ["is_apart", "made_by"]
    search_fields = ["normalized", "canonical", "reason"]
    list_select_related = ["created_by"]
    ordering = ["-created_at"]

    def save_model(self, request: HttpRequest, obj: TopicAlias, form: Any, change: bool) -> None:
        """Save, with who said so."""
        obj.made_by, obj.created_by = TopicAlias.Maker.OPERATOR, _operator(request)
        super().save_model(request, obj, form, change)
        if not obj.is_apart:
            led_here = TopicAlias.objects.filter(canonical=obj.normalized, is_apart=False).exclude(pk=obj.pk)
            led_here.exclude(normalized=obj.canonical).update(canonical=obj.canonical)


class TermForm(ModelForm[BlockedTerm]):
    """A term that can be looked for, and is not there already."""

    class Meta:
        model = BlockedTerm
        fields = ["term", "category", "match", "language", "note", "is_active"]

    def clean(self) -> dict[str, Any]:
        """Say what is wrong with the term."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        term, match = given.get("term", ""), given.get("match", "")
        if fault := blocks.fault_of(term, match):
            self.add_error("term", fault)
        elif blocks.is_known(term, match, but=self.instance):
            self.add_error("term", _("This term is blocked already."))
        return given


@admin.register(BlockedTerm)
class BlockedTermAdmin(ModelAdmin):  # type: ignore[misc]
    """The blocklist: what a term holds back shows to nobody, and comes back when the term is switched off."""

    form = TermForm
    list_display = ["term", "category", "match", "language", "is_active", "hits", "last_hit_at", "is_default", "note"]
    list_filter = ["category", "is_active", "match", "is_default", "language"]
    search_fields = ["term", "normalized", "note"]
    readonly_fields = ["normalized", "hits", "last_hit_at", "is_default", "created_by"]
    ordering = ["-hits", "term"]
    actions = ["switch_on", "switch_off"]

    def save_model(self, request: HttpRequest, obj: BlockedTerm, _form: Any, change: bool) -> None:
        """Save, and ask it of every live topic at once."""
        now = timezone.now()
        done = blocks.change(obj, now=now) if change else blocks.add(obj, by=_operator(request), now=now)
        self.message_user(request, str(done))

    def delete_model(self, request: HttpRequest, obj: BlockedTerm) -> None:
        """Remove a term, and let what only it held come back; those of the product are switched off."""
        self.message_user(request, str(blocks.remove(obj, now=timezone.now())))
        if obj.is_default:
            told = _("“%(term)s” came with the product: it is switched off and stays in the list.") % {"term": obj.term}
            self.message_user(request, told, messages.WARNING)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[BlockedTerm]) -> None:
        """Remove several."""
        for term in queryset:
            self.delete_model(request, term)

    @admin.action(description=_("Switch on"))
    def switch_on(self, request: HttpRequest, rows: QuerySet[BlockedTerm]) -> None:
        """Hold back what these terms name."""
        self._switch(request, rows, on=True)

    @admin.action(description=_("Switch off: what only these held back comes back"))
    def switch_off(self, request: HttpRequest, rows: QuerySet[BlockedTerm]) -> None:
        """Let go what only these terms held back."""
        self._switch(request, rows, on=False)

    def _switch(self, request: HttpRequest, rows: QuerySet[BlockedTerm], *, on: bool) -> None:
        terms = list(rows)
        done = blocks.switch([term.pk for term in terms], on=on, now=timezone.now())
        for term in terms:
            self.log_change(request, term, "Switched on." if on else "Switched off.")
        self.message_user(request, str(done))


def _operator(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
