"""Forms about wallets and token gates."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.evm.answers import NotProved
from accounts.evm.names import chain_name
from accounts.models import Membership, TokenGate
from accounts.services.wallets import messages

SMALLEST = Decimal("0.000000000000000001")


class OfferForm(forms.Form):
    """Which address wants to prove itself."""

    address = forms.CharField(
        label=_("Address of the wallet"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "placeholder": "0x…", "class": "mono"}),
    )
    chain_id = forms.IntegerField(required=False, min_value=1, max_value=2**53, widget=forms.HiddenInput())

    def clean_chain_id(self) -> int:
        """Without a wallet that tells its chain, it is Ethereum's."""
        return int(self.cleaned_data.get("chain_id") or 1)


class ProofForm(forms.Form):
    """The message, and what the wallet made of it."""

    message = forms.CharField(
        label=_("Sign exactly this"),
        max_length=4000,
        strip=False,
        widget=forms.Textarea({"readonly": True, "rows": 11}),
    )
    signature = forms.CharField(
        label=_("Signature"),
        max_length=2200,
        help_text=_("What your wallet shows after signing; it begins with 0x."),
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )
    label = forms.CharField(label=_("Name for this wallet"), max_length=60, required=False)


class GateForm(forms.ModelForm[TokenGate]):
    """What is asked of a wallet, and what it opens."""

    lends = forms.ChoiceField(label=_("Opens"))
    token_id = forms.IntegerField(
        label=_("Token id"), required=False, min_value=0, max_value=2**256 - 1, help_text=_("Only for ERC-1155.")
    )

    class Meta:
        model = TokenGate
        fields = ["name", "chain_id", "standard", "contract", "token_id", "minimum", "active"]
        help_texts = {
            "contract": _("The token’s address on that chain; empty for the chain’s own coin."),
            "minimum": _("In whole tokens, as wallets show them: 100, or 0.5."),
        }

    field_order = ["name", "lends", "chain_id", "standard", "contract", "token_id", "minimum", "active"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chains = {**dict.fromkeys(settings.EVM_RPC_URLS), **dict.fromkeys([self.instance.chain_id or 0])}
        self.fields["chain_id"] = forms.TypedChoiceField(
            label=_("Chain"), coerce=int, choices=[(key, chain_name(key)) for key in chains if key]
        )
        role = Membership.Role
        lent = [
            (each.value, _("Role %(role)s") % {"role": each.label})
            for each in (role.CREATOR, role.ANALYST, role.MANAGER)
        ]
        lends = self.fields["lends"]
        lends.choices = [("premium", TokenGate.Opens.PREMIUM.label), *lent]  # type: ignore[attr-defined]
        lends.initial = self.instance.role or "premium"
        self.fields["contract"].widget.attrs |= {"spellcheck": "false", "class": "mono", "placeholder": "0x…"}

    def clean_minimum(self) -> Decimal:
        """Nobody may hold nothing and be let in."""
        minimum: Decimal = self.cleaned_data["minimum"]
        if minimum < SMALLEST:
            raise forms.ValidationError(_("Ask for more than nothing."))
        return minimum

    def clean_contract(self) -> str:
        """Write the address with its checksum; a typing mistake in it is found."""
        contract = self.cleaned_data["contract"].strip()
        try:
            return messages().address(contract) if contract else ""
        except NotProved as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any] | None:
        """Fill in what goes together."""
        given: dict[str, Any] = super().clean() or {}
        standard, contract = given.get("standard"), given.get("contract")
        if standard == TokenGate.Standard.NATIVE:
            given["contract"] = ""
        elif not contract and "contract" not in self.errors:
            self.add_error("contract", _("Name the token’s contract."))
        if standard == TokenGate.Standard.ERC1155:
            if given.get("token_id") is None and "token_id" not in self.errors:
                self.add_error("token_id", _("Say which token of the contract."))
        else:
            given["token_id"] = None
        lends = given.get("lends", "premium")
        self.instance.opens = TokenGate.Opens.PREMIUM if lends == "premium" else TokenGate.Opens.ROLE
        self.instance.role = "" if lends == "premium" else lends
        return given
