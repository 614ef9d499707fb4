"""Forms of the review page: a decision, a remark about a place, who decides instead, what is asked."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from content.models import GeneratedContent
from publishing.models import ApprovalDecision, ApprovalWorkflow, ReviewComment
from publishing.services.approvals import commenting
from publishing.services.approvals.answering import Remark
from publishing.services.approvals.commenting import Anchor

Verdict = ApprovalDecision.Verdict
CLOCK = re.compile(r"^(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2}(?:[.,]\d{1,3})?)$|^(\d{1,5}(?:[.,]\d{1,3})?)$")
FIELDS = ("text", "title", "call_to_action", "alt_text")
ALONG = "along"  # before the names of what the comment box holds, in a decision; static/js/review.js sends it


class DecisionForm(forms.Form):
    """Yes, changes, or no; `seen` names what stood on the page."""

    verdict = forms.ChoiceField(choices=Verdict.choices)
    seen = forms.CharField(max_length=90)
    words = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("needed when you ask for changes or reject"),
    )


class ClockField(forms.CharField):
    """A moment as people write it: 0:08, 1:02:03 or 8.5; seconds as a float, or None."""

    def to_python(self, value: Any) -> Any:
        """Return the seconds."""
        text = str(value or "").strip()
        if not text:
            return None
        found = CLOCK.match(text)
        if not found:
            raise forms.ValidationError(_("Write the moment like 0:08."))
        hours, minutes, rest, seconds = found.groups()
        if seconds:
            return float(seconds.replace(",", "."))
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(rest.replace(",", "."))

    def run_validators(self, value: Any) -> None:
        """The number was checked in to_python."""


class RemarkForm(forms.Form):
    """A remark on the whole, on a moment, on words, or on a spot of the picture."""

    body = forms.CharField(
        label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "id": "remark"})
    )
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    moment = ClockField(label=_("At (minutes:seconds)"), required=False, max_length=12)
    quote = forms.CharField(label=_("About these words"), required=False, max_length=300)
    field = forms.ChoiceField(required=False, choices=[("", ""), *((name, name) for name in FIELDS)])
    starts_at = forms.IntegerField(required=False, min_value=0)
    ends_at = forms.IntegerField(required=False, min_value=1)
    x = forms.FloatField(required=False, min_value=0, max_value=1)
    y = forms.FloatField(required=False, min_value=0, max_value=1)
    slide = forms.IntegerField(required=False, min_value=1, max_value=50)
    is_internal = forms.BooleanField(label=_("Only for us: the client does not see it"), required=False)

    def __init__(self, *args: Any, piece: GeneratedContent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.piece = piece

    @classmethod
    def along(cls, sent: Mapping[str, Any], *, piece: GeneratedContent) -> "RemarkForm | None":
        """Return the remark that was sent along with a decision, or None when the box was empty."""
        return cls(sent, piece=piece, prefix=ALONG) if str(sent.get(f"{ALONG}-body", "")).strip() else None

    def said(self, answered: Iterable[ReviewComment]) -> Remark:
        """Return the remark; what it answers is looked for among the comments given. Raise NotHere."""
        told = self.cleaned_data
        found = next((one for one in answered if one.pk == told["parent"]), None) if told["parent"] else None
        if told["parent"] and found is None:  # it may have been for us alone, and so would this be
            raise commenting.NotHere
        return Remark(told["body"], self.anchor(), parent=found, is_internal=told["is_internal"])

    def clean(self) -> dict[str, Any]:
        """Find words that were only typed in the piece; half a place is none."""
        data = cast(dict[str, Any], super().clean())
        quote = (data.get("quote") or "").strip()
        if quote and (not data.get("field") or data.get("starts_at") is None or data.get("ends_at") is None):
            place = self._find(quote)
            if place is None:
                self.add_error("quote", _("These words are not in the piece. Copy them as they stand there."))
                return data
            data["field"], data["starts_at"], data["ends_at"] = place
        if not quote:
            data["field"], data["starts_at"], data["ends_at"] = "", None, None
        if data.get("x") is None or data.get("y") is None:
            data["x"] = data["y"] = None
        return data

    def _find(self, quote: str) -> tuple[str, int, int] | None:
        for name in FIELDS:
            at = str(getattr(self.piece, name)).find(quote)
            if at >= 0:
                return name, at, at + len(quote)
        return None

    def anchor(self) -> Anchor:
        """Return the place the remark is about."""
        data = self.cleaned_data
        return Anchor(
            moment=data["moment"],
            field=data["field"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            x=data["x"],
            y=data["y"],
            slide=data["slide"],
        )


class PersonField(forms.ModelChoiceField[Membership]):
    """A member, by name and role."""

    def label_from_instance(self, obj: Any) -> str:
        """Asha Menon, Owner."""
        return person_label(obj)


class PeopleField(forms.ModelMultipleChoiceField[Membership]):
    """Several members, by name and role."""

    def label_from_instance(self, obj: Any) -> str:
        """Asha Menon, Owner."""
        return person_label(obj)


def person_label(member: Membership) -> str:
    """Return a member's name and role."""
    return f"{member.user}, {member.get_role_display()}"


class PersonForm(forms.Form):
    """One member to do it; the choices are set by the page."""

    to = PersonField(label=_("To"), queryset=Membership.objects.none())

    def __init__(self, *args: Any, people: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [member.pk for member in people]
        rows = Membership.objects.filter(pk__in=keys).select_related("user").order_by("user__full_name")
        cast("forms.ModelChoiceField[Any]", self.fields["to"]).queryset = rows


class PeopleForm(PersonForm):
    """Several members who decide the open stage."""

    to = PeopleField(  # type: ignore[assignment]
        label=_("Who decides"), queryset=Membership.objects.none(), widget=forms.CheckboxSelectMultiple
    )


class WhyForm(forms.Form):
    """A reason that is kept."""

    why = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class AskForm(forms.Form):
    """Which workflow, and a word to those who decide."""

    workflow = forms.ModelChoiceField(label=_("Workflow"), queryset=ApprovalWorkflow.objects.none(), empty_label=None)
    note = forms.CharField(label=_("A word to them"), required=False, max_length=500)

    def __init__(self, *args: Any, workflows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Any]", self.fields["workflow"]).queryset = workflows


class NoteForm(forms.Form):
    """A word to those who decide anew."""

    note = forms.CharField(label=_("What you changed"), required=False, max_length=500)
