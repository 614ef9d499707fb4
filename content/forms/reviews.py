"""The operators' review of what is offered to everybody."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.forms.pieces import HashtagsField
from content.libraries.rules import check_gate, check_item
from content.models import PublishedItem


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
            "kind", "name", "body", "hashtags", "call_kind", "platform", "category", "language", "access",
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
            cleaned |= check_item(cleaned)
        return cleaned
