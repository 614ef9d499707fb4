"""Forms about brands."""

from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.forms.boundfield import BoundWidget
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import naming
from accounts.forms.tones import PRESETS
from accounts.models import BrandProfile, ClientAccount, Membership, Organization
from accounts.models.brands import LANGUAGES
from trenddrop.core.catalogue import BADGES
from trenddrop.core.platforms import RULES

MOST_WORDS, LONGEST_WORD = 40, 60
MOST_ADDRESSES, LONGEST_ADDRESS = 10, 200


class WordsField(forms.CharField):
    """Words separated by commas or lines, as a list without repeats."""

    separators = ","

    def __init__(self, *, most: int = MOST_WORDS, longest: int = LONGEST_WORD, **kwargs: Any) -> None:
        self.most, self.longest = most, longest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the list of words."""
        if isinstance(value, list):
            return value
        parts = [part.strip() for part in (value or "").replace("\0", "").replace("\n", ",").split(",")]
        return list(dict.fromkeys(part for part in parts if part))

    def prepare_value(self, value: Any) -> Any:
        """Show the list as one line."""
        return ", ".join(value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        """Ask for at most so many words of so many characters."""
        super().validate(value)
        if len(value) > self.most or any(len(word) > self.longest for word in value):
            told = _("At most %(most)s words, each at most %(longest)s characters. Remove some.")
            raise ValidationError(told % {"most": self.most, "longest": self.longest})

    def run_validators(self, value: Any) -> None:
        """The list was checked in validate; validators of text do not apply."""


class LinesField(WordsField):
    """One thing on each line."""

    def to_python(self, value: Any) -> Any:
        """Return the list of lines."""
        if isinstance(value, list):
            return value
        return list(
            dict.fromkeys(line.strip() for line in (value or "").replace("\0", "").splitlines() if line.strip())
        )

    def prepare_value(self, value: Any) -> Any:
        """Show one on each line."""
        return "\n".join(value) if isinstance(value, list) else value


class AddressesField(LinesField):
    """Web addresses, one on each line; those without a scheme get https."""

    def to_python(self, value: Any) -> Any:
        """Return the list of addresses."""
        lines = super().to_python(value)
        return list(dict.fromkeys(line if "://" in line else f"https://{line}" for line in lines))

    def validate(self, value: Any) -> None:
        """Ask for few, each one an address."""
        super().validate(value)
        for address in value:
            try:
                URLValidator(schemes=["http", "https"])(address)
            except ValidationError as error:
                told = _("“%(address)s” is not a web address. Paste it as the browser shows it.")
                raise ValidationError(told % {"address": address}) from error


def countries() -> list[tuple[str, str]]:
    """Return the countries of the world by code, named in the reader's language and sorted by it."""
    names = Locale.parse(get_language() or settings.LANGUAGE_CODE, sep="-").territories
    named = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in NO_LAND]
    return sorted(named, key=lambda pair: pair[1])


NO_LAND = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


class BrandForm(forms.ModelForm[BrandProfile]):
    """A brand's profile. `by` decides which clients may be chosen; members of a client choose none."""

    keywords = WordsField(
        label=_("Words it is about"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Separated by commas. Trends are matched against these."),
    )
    preferred_platforms = forms.MultipleChoiceField(
        label=_("Platforms to write for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(str(key), BADGES[key].name) for key in RULES],
        help_text=_("Only these get a piece, in this order. None chosen: six of them do."),
    )
    sample_urls = AddressesField(
        label=_("Pages that sound like the brand"),
        required=False,
        most=MOST_ADDRESSES,
        longest=LONGEST_ADDRESS,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("One on each line. On the Voice tab their texts can be taken as samples."),
    )
    country = forms.ChoiceField(label=_("Country of its trends"), choices=countries)
    language = forms.ChoiceField(
        label=_("Language it writes"), choices=LANGUAGES, help_text=_("Taken where a text’s own cannot be told.")
    )
    tone = forms.ChoiceField(label=_("Tone"), choices=BrandProfile.Tone.choices, widget=forms.RadioSelect)

    class Meta:
        model = BrandProfile
        fields = [
            "name", "client", "industry", "description", "keywords", "target_audience", "content_goals", "tone",
            "guidelines", "preferred_platforms", "sample_urls", "country", "language",
        ]  # fmt: skip
        widgets = {
            "description": forms.Textarea({"rows": 3}),
            "target_audience": forms.Textarea({"rows": 2}),
            "content_goals": forms.Textarea({"rows": 2}),
            "guidelines": forms.Textarea({"rows": 4}),
        }
        labels = {"client": _("Client")}
        help_texts = {
            "client": _("Its members see this brand and nothing else. What was made for the brand goes along with it."),
            "content_goals": _("What a piece should lead to, e.g. saves, followers, sign-ups, conversations."),
            "guidelines": _("What to say and what not, as you would tell a new colleague."),
        }

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by.client_id or by.organization.type != Organization.Type.AGENCY:
            del self.fields["client"]
        else:
            clients = ClientAccount.objects.visible_to(by).filter(deleted_at=None).order_by("name")
            self.fields["client"].queryset = clients  # type: ignore[attr-defined]
            self.fields["client"].empty_label = _("Our own brand")  # type: ignore[attr-defined]
        self.client_before = self.instance.client_id

    def clean_name(self) -> str:
        """Ask for a name with something to see in it."""
        return naming.seen(self.cleaned_data["name"])

    @property
    def presets(self) -> list[tuple[BoundWidget, str, str]]:
        """Each tone's button with what it does and an example."""
        choices = zip(self["tone"].subwidgets, PRESETS.values(), strict=True)
        return [(button, str(preset.does), preset.example) for button, preset in choices]

    def _get_validation_exclusions(self) -> set[str]:
        """Let the name be checked against the organisation's other brands."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"organization"}
