"""What a watch is told by."""

import uuid
from typing import Any, cast

from babel import Locale
from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.models import Membership
from accounts.permissions import allows
from trends.models import TrendAlert
from trends.watch_rules import LIVE, check_address, check_keywords, check_whole


class KeywordsField(forms.CharField):
    """Keywords separated by commas or lines, as a list."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """Return the list."""
        if isinstance(value, list):
            return value
        lines = (value or "").replace("\0", "").replace("\n", ",").split(",")
        return [" ".join(part.split()) for part in lines if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Show the list as one line."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Check what was typed."""
        return check_keywords(self.to_python(value))


class WatchForm(forms.ModelForm[TrendAlert]):
    """A watch: what it looks for, for which brand, and how and whom it tells."""

    keywords = KeywordsField(
        label=_("Keywords"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_(
            "Separated by commas. Hashtags, spellings and plurals count as the same: monsoon skincare is"
            " #MonsoonSkincare. A minus in front leaves topics out: -cricket."
        ),
    )
    statuses = forms.MultipleChoiceField(
        label=_("States"), required=False, choices=LIVE, widget=forms.CheckboxSelectMultiple
    )
    regions = forms.MultipleChoiceField(
        label=_("Countries"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only topics known to rise there. None chosen: everywhere."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Tell"), choices=TrendAlert.Channel.choices, widget=forms.CheckboxSelectMultiple
    )
    webhook_url = forms.URLField(
        label=_("Address of the webhook"), required=False, max_length=500, assume_scheme="https",
        help_text=_("We send JSON there, signed. You see the secret to check it with once, after saving."),
    )  # fmt: skip
    people = forms.TypedMultipleChoiceField(
        label=_("Also tell"), required=False, coerce=uuid.UUID, widget=forms.CheckboxSelectMultiple
    )
    tell_existing = forms.BooleanField(
        label=_("Tell of what rises already, too"),
        required=False,
        help_text=_("Otherwise only of what comes from now on."),
    )

    class Meta:
        model = TrendAlert
        fields = [
            "name", "brand", "keywords", "minimum_relevance", "minimum_score", "statuses", "regions", "channels",
            "webhook_url",
        ]  # fmt: skip
        help_texts = {
            "minimum_relevance": _("0–100: how well a topic must fit the brand. 0: it need not."),
            "minimum_score": _("0–100: how strong a topic must be. 0: however weak."),
        }

    def __init__(self, *args: Any, by: Membership, countries: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brands = cast(forms.ModelChoiceField[Any], self.fields["brand"])
        brands.queryset, brands.empty_label, brands.label = queries.brands_of(by), None, _("Brand")
        for name in ("minimum_relevance", "minimum_score"):
            self.fields[name].widget.attrs.update(min=0, max=100, step=1, inputmode="numeric")
            self.fields[name].validators.append(MaxValueValidator(100))
        self._offer("regions", named({*countries, *self.instance.regions}))
        self._offer("people", self._colleagues(by))

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def _colleagues(self, by: Membership) -> list[tuple[str, str]]:
        """Return the members who may see trends, but for whoever made the watch."""
        maker = self.instance.created_by_id or by.user_id
        rows = queries.working_memberships().filter(organization=by.organization_id).select_related("user")
        rows = rows.filter(client=None) if by.client_id is None else rows
        return [
            (str(row.pk), str(row.user))
            for row in rows.order_by("user__full_name", "pk")
            if row.user_id != maker and allows(row.role, row.permission_overrides, "trends.view")
        ]

    def clean_webhook_url(self) -> str:
        """Check where it leads."""
        url = self.cleaned_data["webhook_url"]
        return check_address(url) if url else ""

    def clean(self) -> dict[str, Any]:
        """Hold the parts together."""
        cleaned: dict[str, Any] = super().clean() or {}
        wrong = {"keywords", "channels", "webhook_url", "minimum_relevance"} & set(self.errors)
        if not wrong:
            check_whole(cleaned)
        return cleaned


def named(codes: set[str]) -> list[tuple[str, str]]:
    """Return countries with their names in the reader's language, by name."""
    names = Locale.parse(get_language() or settings.LANGUAGE_CODE, sep="-").territories
    return sorted(((code, names.get(code, code)) for code in codes if code), key=lambda pair: pair[1])
