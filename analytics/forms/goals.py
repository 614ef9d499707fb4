"""The forms of goals."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientAccount, Membership
from analytics.aims import AIMS
from analytics.documents import numbers
from analytics.documents.fields import Kind
from analytics.models import Goal, TrackedAccount

Words = str | Promise


IN_PERCENT = numbers.Scale(is_percent=True)


def target_of(text: str, *, is_rate: bool) -> float:
    """Return the number that people wrote: 50,000, 50k; a rate is in percent, with its sign or without."""
    try:
        found = numbers.number(text, Kind.SHARE if is_rate else Kind.COUNT, IN_PERCENT)
    except numbers.NoNumber as error:
        raise forms.ValidationError(_("This is no such number.")) from error
    if found is None or found <= 0:
        raise forms.ValidationError(_("Write a number above nought."))
    return float(found)


def _target(initial: str = "") -> forms.CharField:
    return forms.CharField(
        label=_("Target"),
        max_length=30,
        initial=initial,
        help_text=_("50,000 or 50k; a rate in percent: 4.5 %"),
        widget=forms.TextInput({"inputmode": "text", "autocomplete": "off"}),
    )


class GoalForm(forms.Form):
    """What to reach, of whom, by when."""

    metric = forms.ChoiceField(label=_("What to reach"))
    target = _target()
    scope = forms.ChoiceField(label=_("Of"), required=False)
    deadline = forms.DateField(label=_("By"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    starts_on = forms.DateField(
        label=_("Counted from"),
        required=False,
        help_text=_("today, when left empty; sums begin there"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False, help_text=_("we name it, when left empty"))

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["metric"].choices = [(key, aim.name) for key, aim in AIMS.items()]  # type: ignore[attr-defined]
        self.scopes = scopes(member)
        self.fields["scope"].choices = [(key, name) for key, (name, _row) in self.scopes.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read the number as what is to be reached is counted."""
        found = super().clean() or {}
        aim, target = AIMS.get(str(found.get("metric"))), found.get("target")
        if aim and target:
            try:
                found["target"] = target_of(target, is_rate=aim.measure == Goal.Measure.RATE)
            except forms.ValidationError as error:
                self.add_error("target", error)
        return found

    @property
    def asked(self) -> dict[str, Any]:
        """The goal as the command takes it."""
        found = dict(self.cleaned_data)
        _name, row = self.scopes[found.pop("scope")]
        if isinstance(row, TrackedAccount):
            found["account"] = row
        elif isinstance(row, ClientAccount):
            found["client"] = row
        return found


def scopes(member: Membership) -> dict[str, tuple[Words, TrackedAccount | ClientAccount | None]]:
    """Return what a member can set a goal for: everything, a client, an account."""
    found: dict[str, tuple[Words, TrackedAccount | ClientAccount | None]] = {}
    only = member.client_id or member.narrowed_to
    if not only:
        found[""] = (_("everything"), None)
    clients = ClientAccount.objects.visible_to(member)
    for client in (clients.filter(pk=only) if only else clients).order_by("name"):
        found[f"client:{client.pk}"] = (client.name, client)
    accounts = TrackedAccount.objects.visible_to(member).select_related("client").order_by("platform", "name")
    for account in accounts:
        found[f"account:{account.pk}"] = (f"{account.platform}: {account.name}", account)
    return found


class GoalChangeForm(forms.Form):
    """Another number, another day, another name."""

    name = forms.CharField(label=_("Name"), max_length=120)
    target = _target()
    deadline = forms.DateField(label=_("By"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        is_rate = goal.measure == Goal.Measure.RATE
        kwargs.setdefault(
            "initial",
            {
                "name": goal.name,
                "target": f"{goal.target * 100:g} %" if is_rate else f"{goal.target:.0f}",
                "deadline": goal.deadline,
            },
        )
        super().__init__(*args, **kwargs)
        self.is_rate = is_rate

    def clean_target(self) -> float:
        """Read the number as the goal is counted."""
        return target_of(self.cleaned_data["target"], is_rate=self.is_rate)


class GiveUpForm(forms.Form):
    """Why a goal is given up."""

    note = forms.CharField(label=_("Why"), max_length=300, required=False, help_text=_("for whoever sets the next one"))
