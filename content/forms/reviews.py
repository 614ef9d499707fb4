"""The operators' review of what is offered to everybody."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.forms.pieces import HashtagsField
from content.libraries.rules import check_gate, check_item
from content.looks import designs
from content.models import PublishedItem, TemplateKind


class ReviewForm(forms.ModelForm[PublishedItem]):
    """What it says, who may take it, and the decision."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        required=False,
        choices=[
            ("", _("Not yet")),
            ("approve", _("Approve: everybody sees it")),
            ("premium", _("Approve for premium plans")),
            ("reject", _("Reject: only its owner keeps it")),
        ],
    )
    hashtags = HashtagsField(label=_("Hashtags"), required=False)

    class Meta:
        model = PublishedItem
        fields = [
            "kind", "name", "body", "hashtags", "design", "call_kind", "platform", "category", "language", "access",
            "gate_chain", "gate_standard", "gate_contract", "gate_token_id", "gate_minimum", "review_note",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Hold the parts together."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("access") == PublishedItem.Access.GATED and cleaned.get("decision") == "premium":
            raise ValidationError({"decision": _("It is for holders of a token already.")})
        if cleaned.get("access") == PublishedItem.Access.GATED:
            cleaned |= check_gate(cleaned, wrong=set(self.errors))
        if "kind" in cleaned and not self.errors:
            cleaned |= self._said(cleaned)
        return cleaned

    def _said(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """Return what belongs to the kind; raise ValidationError."""
        if cleaned["kind"] not in TemplateKind.values:
            return check_item(cleaned) | {"design": {}}
        try:
            design = designs.check(cleaned["kind"], cleaned.get("design") or {})
        except ValidationError as error:
            wrong = "; ".join(f"{name}: {' '.join(told)}" for name, told in error.message_dict.items())
            raise ValidationError({"design": wrong}) from error
        return {"design": design, "body": "", "hashtags": [], "call_kind": ""}
