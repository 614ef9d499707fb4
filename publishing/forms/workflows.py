"""The form of a workflow: what it is called, whom it is for, and its stages in the order they stand on the page."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientAccount, Membership
from accounts.permissions import allows
from publishing.forms.approvals import person_label
from publishing.models import ApprovalStage, ApprovalWorkflow, StageApprover
from publishing.services.approvals.workflows import StageDraft, Who

Kind = StageApprover.Kind
MOST_STAGES = 10


class WorkflowForm(forms.ModelForm[ApprovalWorkflow]):
    """A workflow without its stages."""

    class Meta:
        model = ApprovalWorkflow
        fields = ["name", "client", "is_required", "for_all_clients", "auto_publish", "is_active"]

    def __init__(self, *args: Any, clients: Iterable[ClientAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Any]", self.fields["client"])
        keys = [client.pk for client in clients]
        field.queryset = ClientAccount.objects.filter(pk__in=keys).order_by("name")
        field.label, field.empty_label = _("For"), str(_("Our own work"))
        if not keys:
            del self.fields["client"], self.fields["for_all_clients"]
        if self.instance.pk and "client" in self.fields:
            self.fields["client"].disabled = True


class StageForm(forms.Form):
    """One stage: who decides it, how many of them, and how soon."""

    name = forms.CharField(label=_("Name of the stage"), max_length=80)
    who = forms.MultipleChoiceField(label=_("Who decides"), widget=forms.CheckboxSelectMultiple)
    needs = forms.ChoiceField(label=_("It needs"), choices=ApprovalStage.Needs.choices)
    hours = forms.IntegerField(
        label=_("Hours to decide"), required=False, min_value=1, max_value=2000, help_text=_("Empty: no deadline.")
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "use_required_attribute": False})
        cast(forms.MultipleChoiceField, self.fields["who"]).choices = choices

    def draft(self, people: dict[str, Membership]) -> StageDraft:
        """Return the stage as the service takes it."""
        said = self.cleaned_data
        approvers = [_who(value, people) for value in said["who"]]
        return StageDraft(name=said["name"], needs=said["needs"], hours=said["hours"], approvers=approvers)


def _who(value: str, people: dict[str, Membership]) -> Who:
    kind, _sep, rest = value.partition(":")
    if kind == Kind.MEMBER:
        return Who(Kind.MEMBER, member=people[rest])
    return Who(Kind.ROLE, role=rest) if kind == Kind.ROLE else Who(Kind.CLIENT)


def choices_of(people: Iterable[Membership]) -> list[tuple[str, Any]]:
    """Return who can decide a stage: the client, whoever has a role, each member who may decide."""
    roles = [
        (f"role:{value}", _("Everybody who is: %(role)s") % {"role": label})
        for value, label in Membership.Role.choices
        if value != Membership.Role.CLIENT
    ]
    members = [
        (f"member:{one.pk}", person_label(one))
        for one in people
        if allows(one.role, one.permission_overrides, "approvals.decide")
    ]
    return [("client", _("The client")), *roles, *members]


class Stages:
    """The stages of the form, in their order; what was typed stays when one is added, moved or taken out."""

    def __init__(self, forms_: list[StageForm]) -> None:
        self.forms = forms_

    def __iter__(self) -> Iterator[StageForm]:
        return iter(self.forms)

    @classmethod
    def of(cls, workflow: ApprovalWorkflow | None, choices: Sequence[tuple[str, Any]]) -> "Stages":
        """Show a workflow's stages, or one empty one to begin with."""
        rows = list(workflow.stages.prefetch_related("approvers")) if workflow else []
        found = [
            StageForm(
                initial={"name": row.name, "needs": row.needs, "hours": row.hours, "who": _values(row)},
                choices=choices,
                prefix=f"s{number}",
            )
            for number, row in enumerate(rows)
        ]
        return cls(found or [StageForm(choices=choices, prefix="s0")])

    @classmethod
    def read(cls, data: QueryDict, choices: Sequence[tuple[str, Any]]) -> "Stages":
        """Read them in the order in which they stand."""
        prefixes = [prefix for prefix in data.getlist("stage") if prefix[:1] == "s" and prefix[1:].isdecimal()]
        return cls([StageForm(data, choices=choices, prefix=prefix) for prefix in prefixes[:MOST_STAGES]])

    def is_valid(self) -> bool:
        """Say whether there are some and each is whole."""
        wrong = [form for form in self.forms if not form.is_valid()]  # each of them says what is wrong
        return bool(self.forms) and not wrong

    def drafts(self, people: Iterable[Membership]) -> list[StageDraft]:
        """Return them as the service takes them."""
        known = {str(one.pk): one for one in people}
        return [form.draft(known) for form in self.forms]

    def rearranged(self, wish: str, choices: Sequence[tuple[str, Any]]) -> "Stages":
        """Return them after a button: add, or up, down and remove with a place ("up-1")."""
        kept = [_unbound(form, choices) for form in self.forms]
        what, _sep, place = wish.partition("-")
        at = int(place) if place.isdecimal() and int(place) < len(kept) else None
        if what == "add" and len(kept) < MOST_STAGES:
            kept.append(StageForm(choices=choices, prefix=f"s{_free(kept)}"))
        if at is not None and what == "remove" and len(kept) > 1:
            kept.pop(at)
        if at is not None and what in {"up", "down"}:
            kept.insert(max(0, at - 1 if what == "up" else at + 1), kept.pop(at))
        return Stages(kept)


def _unbound(form: StageForm, choices: Sequence[tuple[str, Any]]) -> StageForm:
    """Return the form with what was typed in it, not judged yet."""
    typed = {name: form[name].value() for name in form.fields}
    return StageForm(initial=typed, choices=choices, prefix=form.prefix)


def _free(kept: Sequence[StageForm]) -> int:
    return 1 + max((int(str(form.prefix)[1:]) for form in kept), default=-1)


def _values(stage: ApprovalStage) -> list[str]:
    found = []
    for one in stage.approvers.all():
        rest = {Kind.MEMBER: f":{one.member_id}", Kind.ROLE: f":{one.role}"}
        found.append(f"{one.kind}{rest.get(Kind(one.kind), '')}")
    return found
