"""Forms about libraries."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.evm.names import chain_name
from accounts.models import ClientAccount, Membership
from content.forms.pieces import HashtagsField
from content.libraries.rules import LANGUAGES, PLATFORMS, check_contract, check_gate, check_item
from content.models import CallKind, LibraryItem, LibraryKind, PublishedItem

STARS = [(number, "★" * number) for number in range(5, 0, -1)]


class ItemForm(forms.ModelForm[LibraryItem]):
    """An item; its kind is settled before the form is shown."""

    body = forms.CharField(
        label=_("Text"), error_messages={"required": _("Write what it says.")}, widget=forms.Textarea({"rows": 4})
    )
    hashtags = HashtagsField(
        label=_("Hashtags"),
        error_messages={"required": _("Name at least one hashtag.")},
        help_text=_("Separated by commas; without commas by spaces. The # is not needed."),
    )
    call_kind = forms.ChoiceField(
        label=_("Asks to"),
        choices=CallKind.choices,
        error_messages={"required": _("Say what it asks people to do.")},
    )
    platform = forms.ChoiceField(label=_("Platform"), required=False, choices=[("", _("Every platform")), *PLATFORMS])
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("Any language")), *LANGUAGES])
    client = forms.ModelChoiceField(
        label=_("For"), queryset=ClientAccount.objects.none(), required=False, empty_label=_("All our brands")
    )

    class Meta:
        model = LibraryItem
        fields = ["body", "hashtags", "call_kind", "name", "platform", "language", "category", "client"]
        help_texts = {"name": _("To find it by; without one it is called by its first words.")}

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        kind = self.instance.kind
        unused = {"body"} if kind == LibraryKind.HASHTAGS else {"hashtags"}
        unused |= set() if kind == LibraryKind.CALL_TO_ACTION else {"call_kind"}
        clients = ClientAccount.objects.visible_to(by).filter(deleted_at=None).order_by("name")
        if by.client_id or not clients:
            unused.add("client")
        else:
            cast(forms.ModelChoiceField[Any], self.fields["client"]).queryset = clients
        for name in unused:
            del self.fields[name]
        if kind == LibraryKind.CAPTION:
            self.fields["body"].widget.attrs["rows"] = 8

    def clean(self) -> dict[str, Any]:
        """Hold the parts together."""
        cleaned: dict[str, Any] = super().clean() or {}
        if {"body", "hashtags", "call_kind"} & set(self.errors):
            return cleaned
        right = check_item(cleaned | {"kind": self.instance.kind})
        return cleaned | {name: value for name, value in right.items() if name in self.fields}


class UseForm(forms.Form):
    """What stands for the placeholders nothing is known for: one field each."""

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in names:
            self.fields[f"value_{name}"] = forms.CharField(
                label=name.replace("_", " "), required=False, max_length=500, widget=forms.TextInput()
            )

    @staticmethod
    def values(posted: Any) -> dict[str, str]:
        """Return what was said for placeholders."""
        return {name[6:]: str(posted[name])[:500] for name in posted if name.startswith("value_")}


class OfferForm(forms.ModelForm[PublishedItem]):
    """To whom an item is offered: to everybody, or to holders of a token."""

    access = forms.ChoiceField(
        label=_("Who may take it"),
        choices=[("public", PublishedItem.Access.PUBLIC.label), ("gated", PublishedItem.Access.GATED.label)],
        widget=forms.RadioSelect,
        initial="public",
    )
    gate_token_id = forms.IntegerField(
        label=_("Token id"), required=False, min_value=0, max_value=2**256 - 1, help_text=_("Only for ERC-1155.")
    )

    class Meta:
        model = PublishedItem
        fields = ["access", "gate_chain", "gate_standard", "gate_contract", "gate_token_id", "gate_minimum"]
        help_texts = {
            "gate_contract": _("The token’s address on that chain; empty for the chain’s own coin."),
            "gate_minimum": _("In whole tokens, as wallets show them: 100, or 0.5."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chains = [("", "–"), *((key, chain_name(key)) for key in settings.EVM_RPC_URLS)]
        self.fields["gate_chain"] = forms.TypedChoiceField(
            label=_("Chain"), coerce=int, empty_value=None, required=False, choices=chains
        )
        self.fields["gate_contract"].widget.attrs |= {"spellcheck": "false", "class": "mono", "placeholder": "0x…"}

    def gate(self) -> list[forms.BoundField]:
        """The fields about the token."""
        return [self[name] for name in self.Meta.fields if name != "access"]

    def clean_gate_contract(self) -> str:
        """Write the address with its checksum; a typing mistake in it is found."""
        return check_contract(self.cleaned_data["gate_contract"])

    def clean(self) -> dict[str, Any]:
        """Ask for a whole gate, or for none."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("access") != PublishedItem.Access.GATED:
            return {"access": PublishedItem.Access.PUBLIC}
        return given | check_gate(given, wrong=set(self.errors))


class RatingForm(forms.Form):
    """Stars."""

    stars = forms.TypedChoiceField(coerce=int, choices=STARS)
