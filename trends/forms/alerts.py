"""What a watch is told by."""

import ipaddress
import uuid
from typing import Any, cast
from urllib.parse import urlsplit

from babel import Locale
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.models import Membership
from accounts.permissions import allows
from trenddrop.core import http
from trends.models import TrendAlert, TrendTopic
from trends.watchwords import read

MOST, LONGEST = 20, 100
LIVE = [each for each in TrendTopic.Status.choices if each[0] != TrendTopic.Status.EXPIRED]
RISING = [TrendTopic.Status.EMERGING, TrendTopic.Status.TRENDING]
NO_ADDRESS = _("Give the address as https://example.com/hooks/trends.")


def check_keywords(keywords: list[str]) -> list[str]:
    """Return keywords without repeats of the same meaning; raise ValidationError."""
    found: dict[tuple[str, bool], str] = {}
    for typed in keywords:
        word = read(typed)
        if not word.key:
            raise ValidationError(_("“%(word)s” has no word in it."), params={"word": typed[:LONGEST]})
        found.setdefault((word.key, word.leaves_out), f"{'-' if word.leaves_out else ''}{word.text}")
    if len(found) > MOST or any(len(word) > LONGEST for word in found.values()):
        told = _("At most %(most)s keywords, each at most %(longest)s characters. Remove some.")
        raise ValidationError(told, params={"most": MOST, "longest": LONGEST})
    return list(found.values())


def check_address(url: str) -> str:
    """Return a webhook's address; raise ValidationError where it can't be one. Names are looked up when used."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in settings.PRIVATE_ADDRESSES_ALLOWED:
        return url
    if parts.scheme != "https" or not host or parts.username or parts.password:
        raise ValidationError(NO_ADDRESS)
    if host == "localhost" or not _is_public(host):
        raise ValidationError(_("This address leads into a private network. Use a public address."))
    return url


def _is_public(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return http.is_public(host)


def check_whole(values: dict[str, Any]) -> None:
    """Raise ValidationError where the parts of a watch do not make one: nothing to meet, or nowhere to tell."""
    keywords = values.get("keywords") or []
    if not any(not read(word).leaves_out for word in keywords) and not values.get("minimum_relevance"):
        raise ValidationError({"keywords": _("Give at least one keyword to look for, or a minimum relevance above 0.")})
    channels = values.get("channels") or []
    if not channels:
        raise ValidationError({"channels": _("Choose at least one way to be told.")})
    if TrendAlert.Channel.WEBHOOK in channels and not values.get("webhook_url"):
        raise ValidationError({"webhook_url": NO_ADDRESS})


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
        brands.queryset, brands.empty_label = queries.brands_of(by), None
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
