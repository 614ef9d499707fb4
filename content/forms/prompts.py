"""Forms about ideas."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.models import BrandProfile, Membership
from content.models import Prompt
from content.tags import is_hashtag
from trends.models import TrendTopic

LENGTHS = [(15, _("15 s")), (30, _("30 s")), (45, _("45 s")), (60, _("1 min")), (90, _("1½ min")), (180, _("3 min"))]
SHORTEST, LONGEST = 10, 600  # seconds
LONGEST_TEXT = 5000
LANGUAGES = [
    ("", _("As the idea is written")), ("en", _("English")), ("hi", _("Hindi")), ("es", _("Spanish")),
    ("fr", _("French")), ("de", _("German")), ("pt", _("Portuguese")), ("ar", _("Arabic")), ("ta", _("Tamil")),
    ("bn", _("Bengali")), ("mr", _("Marathi")), ("te", _("Telugu")),
]  # fmt: skip
TONES = [("", _("As the brand speaks")), *BrandProfile.Tone.choices]


def tags_of(text: str) -> list[str]:
    """Return tags separated by commas, none twice; raise ValidationError for too many or too long ones."""
    tags = list(dict.fromkeys(filter(None, (part.strip(" #").lower() for part in text.split(",")))))
    if len(tags) > 20 or any(len(tag) > 60 for tag in tags):
        raise ValidationError(_("At most 20 tags, each at most 60 characters. Remove some."))
    return tags


class WishForm(forms.Form):
    """How a script should be."""

    tone = forms.ChoiceField(label=_("Tone"), choices=TONES, required=False)
    seconds = forms.TypedChoiceField(label=_("Length"), choices=LENGTHS, coerce=int, initial=45)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)


class AgainForm(forms.Form):
    """A wish for a new version of a script."""

    note = forms.CharField(label=_("Wish"), max_length=500, required=False)
    tone = forms.ChoiceField(label=_("Tone"), choices=BrandProfile.Tone.choices)
    seconds = forms.IntegerField(label=_("Seconds"), min_value=SHORTEST, max_value=LONGEST)


class IdeaForm(WishForm):
    """An idea: own words, with a link, a hashtag or a live topic, and how the script should be."""

    text = forms.CharField(
        label=_("The idea"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 5, "autofocus": True}),
        help_text=_("A line is enough. Notes, facts and figures are better: nothing is made up for you."),
    )
    link = forms.CharField(
        label=_("A page to read"),
        required=False,
        max_length=1000,
        widget=forms.TextInput({"inputmode": "url"}),
        help_text=_("Its text is read once. Use pages whose words are yours to say."),
    )
    hashtag = forms.CharField(label=_("A hashtag"), required=False, max_length=100)
    topic = forms.ModelChoiceField(TrendTopic.objects.none(), required=False, widget=forms.HiddenInput)
    brand = forms.ModelChoiceField(
        BrandProfile.objects.none(), label=_("Brand"), required=False, empty_label=_("No brand")
    )
    tags = forms.CharField(label=_("Tags"), required=False, max_length=1000, help_text=_("Separated by commas."))

    field_order = ["text", "link", "hashtag", "topic", "tone", "seconds", "language", "brand", "tags"]

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["brand"].queryset = queries.brands_of(membership)  # type: ignore[attr-defined]
        self.fields["topic"].queryset = TrendTopic.objects.filter(is_blocked=False).defer("embedding")  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        """Leave out what no text holds."""
        return str(self.cleaned_data["text"]).replace("\x00", "").replace("\r\n", "\n").strip()

    def clean_link(self) -> str:
        """Complete and check it."""
        link = str(self.cleaned_data["link"]).strip()
        if not link:
            return ""
        full = link if "://" in link else f"https://{link}"
        URLValidator(schemes=["http", "https"])(full)
        return full

    def clean_hashtag(self) -> str:
        """Take it with # or without, as one word."""
        tag = str(self.cleaned_data["hashtag"]).strip().lstrip("#")
        if tag and not is_hashtag(tag):
            raise ValidationError(_("A hashtag is one word of letters and digits."))
        return tag

    def clean_tags(self) -> list[str]:
        """Split at commas."""
        return tags_of(self.cleaned_data["tags"])

    def clean(self) -> dict[str, Any]:
        """Ask for something to write about, and for one source at most."""
        cleaned: dict[str, Any] = super().clean() or {}
        sources = [name for name in ("link", "hashtag", "topic") if cleaned.get(name)]
        if not self.errors and not sources and not cleaned.get("text"):
            raise ValidationError(_("Write the idea down, or name a page or a hashtag."))
        if len(sources) > 1:
            raise ValidationError(_("Name one source: a page, a hashtag, or the topic you came from."))
        return cleaned


class PromptForm(forms.ModelForm[Prompt]):
    """What people say about an idea later."""

    tags = forms.CharField(label=_("Tags"), required=False, max_length=1000, help_text=_("Separated by commas."))

    class Meta:
        model = Prompt
        fields = ["text", "tags", "brand"]
        widgets = {"text": forms.Textarea({"rows": 5})}

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tags"] = ", ".join(self.instance.tags)
        self.fields["text"].max_length = LONGEST_TEXT  # type: ignore[attr-defined]
        brand = self.fields["brand"]
        brand.queryset = queries.brands_of(membership)  # type: ignore[attr-defined]
        brand.empty_label = _("No brand")  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        """Keep to a length one can read."""
        text = str(self.cleaned_data["text"]).replace("\x00", "").strip()
        if len(text) > LONGEST_TEXT:
            raise ValidationError(_("At most %(most)s characters.") % {"most": LONGEST_TEXT})
        return text

    def clean_tags(self) -> list[str]:
        """Split at commas."""
        return tags_of(self.cleaned_data["tags"])
