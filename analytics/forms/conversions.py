"""Forms of counted links, websites and conversions."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientAccount, Membership
from analytics.clicks import MARKS
from analytics.models import Conversion, ConversionSite, ShortLink
from analytics.shops.files import MOST_BYTES

CURRENCY = {"maxlength": "3", "autocapitalize": "characters", "autocomplete": "off"}
LAST = dt.date(9990, 1, 1)  # the day after a link's last one must still be a date, in every zone


class LinkForm(forms.Form):
    """Where it leads, how it ends, and its marks."""

    url = forms.URLField(label=_("Leads to"), max_length=2000, assume_scheme="https")
    title = forms.CharField(label=_("Name"), max_length=200, required=False, help_text=_("for your own lists"))
    code = forms.CharField(
        label=_("Ending"), max_length=40, required=False, help_text=_("as in …/l/monsoon; empty: we choose one")
    )
    client = forms.ModelChoiceField(
        label=_("Client"), queryset=ClientAccount.objects.none(), required=False, empty_label=_("the house itself")
    )
    utm_source = forms.CharField(label=_("Source"), max_length=120, required=False)
    utm_medium = forms.CharField(label=_("Medium"), max_length=120, required=False)
    utm_campaign = forms.CharField(label=_("Campaign"), max_length=120, required=False)
    utm_term = forms.CharField(label=_("Term"), max_length=120, required=False)
    utm_content = forms.CharField(label=_("Content"), max_length=120, required=False)
    ends_on = forms.DateField(
        label=_("Works until"), required=False, help_text=_("the end of that day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, *args: Any, member: Membership, link: ShortLink | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(member.organization.timezone)
        clients = ClientAccount.objects.visible_to(member).filter(deleted_at=None).order_by("name")
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]
        if link is not None:
            del self.fields["code"], self.fields["client"]
            self.initial = {"url": link.url, "title": link.title, "ends_on": self._day(link)}
            self.initial = {**self.initial, **{f"utm_{name}": link.utm.get(name, "") for name in MARKS}}
        elif not clients:
            del self.fields["client"]

    def _day(self, link: ShortLink) -> dt.date | None:
        return link.expires_at and (link.expires_at.astimezone(self.zone) - dt.timedelta(seconds=1)).date()

    def clean_ends_on(self) -> dt.date | None:
        """Refuse a day after which there is none."""
        day: dt.date | None = self.cleaned_data["ends_on"]
        if day is not None and day > LAST:
            raise forms.ValidationError(_("Choose an earlier day, or leave it empty: then it works without end."))
        return day

    def values(self) -> dict[str, Any]:
        """Return what the commands take."""
        told, day = self.cleaned_data, self.cleaned_data.get("ends_on")
        after = day and dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=self.zone)
        utm = {name: told.get(f"utm_{name}", "") for name in MARKS}
        return {"url": told["url"], "title": told.get("title", ""), "utm": utm, "expires_at": after}


class QuickLinkForm(forms.Form):
    """A link of a post or piece: where it leads is enough."""

    url = forms.URLField(label=_("Leads to"), max_length=2000, assume_scheme="https")
    code = forms.CharField(label=_("Ending"), max_length=40, required=False)
    campaign = forms.CharField(label=_("Campaign"), max_length=120, required=False)


class SiteForm(forms.ModelForm[ConversionSite]):
    """A website that tells of sign-ups and sales."""

    domains = forms.CharField(
        label=_("Domains"),
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text=_("one on a line: example.com, shop.example.com or *.example.com"),
    )

    class Meta:
        model = ConversionSite
        fields = [
            "name", "domains", "client", "currency", "needs_consent", "window_days", "half_life_days", "attribution",
        ]  # fmt: skip
        labels = {
            "name": _("Name"),
            "client": _("Client"),
            "currency": _("Usual currency"),
            "needs_consent": _("Visitors must agree before they are told apart"),
            "window_days": _("A touch counts for (days)"),
            "half_life_days": _("With decay, half as much after (days)"),
            "attribution": _("Who earned it"),
        }
        widgets = {"currency": forms.TextInput(CURRENCY)}

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients = ClientAccount.objects.visible_to(member).filter(deleted_at=None).order_by("name")
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]
        self.fields["client"].empty_label = _("the house itself")  # type: ignore[attr-defined]
        if self.instance.public_key or not clients:
            del self.fields["client"]
        self.initial["domains"] = "\n".join(self.instance.domains)

    def clean_domains(self) -> list[str]:
        """Return one name for each line; the command judges them."""
        return [line for line in str(self.cleaned_data["domains"]).replace(",", "\n").split() if line]

    def clean_currency(self) -> str:
        """Return three letters."""
        code = str(self.cleaned_data["currency"]).strip().upper()
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("A currency is of three letters, as INR."))
        return code

    def clean_window_days(self) -> int:
        """Return between a day and a year."""
        days = int(self.cleaned_data["window_days"])
        if not 1 <= days <= 365:
            raise forms.ValidationError(_("Between 1 and 365 days."))
        return days

    def clean_half_life_days(self) -> float:
        """Return something over nought."""
        days = float(self.cleaned_data["half_life_days"])
        if not 0.1 <= days <= 365:
            raise forms.ValidationError(_("Between 0.1 and 365 days."))
        return days

    def _post_clean(self) -> None:
        """The command writes the row, so that every change is told."""


class ConversionForm(forms.Form):
    """One conversion, entered by hand."""

    external_id = forms.CharField(label=_("Order or name"), max_length=200, help_text=_("it counts once"))
    type = forms.ChoiceField(label=_("What"), choices=Conversion.Type.choices)
    at = forms.DateTimeField(label=_("When"), widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"))
    value = forms.DecimalField(label=_("Value"), max_digits=14, decimal_places=2, min_value=0, required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False, widget=forms.TextInput(CURRENCY))
    link = forms.ModelChoiceField(
        label=_("By which link"), queryset=ShortLink.objects.none(), required=False, empty_label=_("not known")
    )
    channel = forms.CharField(label=_("Or by which way"), max_length=40, required=False, help_text=_("as instagram"))

    def __init__(self, *args: Any, member: Membership, site: ConversionSite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        links = ShortLink.objects.visible_to(member).filter(client_id=site.client_id).order_by("-pk")
        self.fields["link"].queryset = links  # type: ignore[attr-defined]
        self.fields["currency"].initial = site.currency
        self.fields["at"].initial = timezone.localtime()


class FileForm(forms.Form):
    """A file of conversions."""

    file = forms.FileField(label=_("CSV file"), widget=forms.FileInput({"accept": ".csv,text/csv"}))

    def clean_file(self) -> bytes:
        """Return what is in it, up to a little more than may be."""
        return bytes(self.cleaned_data["file"].read(MOST_BYTES + 1))


class RefundForm(forms.Form):
    """What was given back."""

    amount = forms.DecimalField(
        label=_("Given back"), max_digits=14, decimal_places=2, required=False, help_text=_("empty: all of it")
    )


class WebhookForm(forms.Form):
    """The secret of a shop's webhook."""

    secret = forms.CharField(
        label=_("Signing secret"), max_length=500, required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}, render_value=False),
    )  # fmt: skip
