"""Forms of the quality desk: a look wanted, a question, an answer, a result."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from publishing.models import QARequest

MOST_WORDS = 2000
NOTHING = [("", "–")]


class MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A member, shown as people call them."""

    def label_from_instance(self, obj: Any) -> str:
        """Name the person."""
        return str(obj.user)


class LookForm(forms.Form):
    """What should be looked at, by whom, how soon."""

    kind = forms.ChoiceField(label=_("Who should look"), choices=QARequest.Kind.choices)
    priority = forms.TypedChoiceField(
        label=_("How soon"), choices=QARequest.Priority.choices, coerce=int, initial=QARequest.Priority.NORMAL
    )
    hours = forms.IntegerField(
        label=_("Hours"),
        min_value=1,
        max_value=720,
        required=False,
        help_text=_("Left out: 4 when urgent, 8 when high, 24 usually, 72 when low."),
    )
    assignee = MemberChoice(
        label=_("Somebody in particular"), queryset=Membership.objects.none(), required=False, empty_label=_("Anybody")
    )
    brief = forms.CharField(
        label=_("What to look at"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea({"rows": 3, "placeholder": _("The claim in the second sentence: is there a source?")}),
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = members  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """Who should have it; nobody: back to the desk. `seen`: who had it when the page was shown."""

    to = MemberChoice(
        label=_("Give it to"), queryset=Membership.objects.none(), required=False, empty_label=_("The desk")
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = members  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """What must be known first."""

    question = forms.CharField(
        label=_("Ask back"),
        max_length=MOST_WORDS,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The clock stands until they answer."),
    )


class AnswerForm(forms.Form):
    """The answer."""

    words = forms.CharField(label=_("Your answer"), max_length=MOST_WORDS, widget=forms.Textarea({"rows": 2}))


class FinishForm(forms.Form):
    """How good it is, and why."""

    score = forms.IntegerField(label=_("Quality, 0 to 100"), min_value=0, max_value=100)
    feedback = forms.CharField(
        label=_("What you saw"),
        max_length=MOST_WORDS,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Say what you saw, if only that all is well.")},
    )


class HurryForm(forms.Form):
    """How soon."""

    priority = forms.TypedChoiceField(label=_("How soon"), choices=QARequest.Priority.choices, coerce=int)
