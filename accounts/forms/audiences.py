"""Forms about audiences."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.brands import LinesField, WordsField
from accounts.models import AudienceProfile
from trenddrop.core.platforms import RULES, PlatformKey

GENDERS = [("women", _("Women")), ("men", _("Men")), ("non-binary", _("Non-binary people"))]
CONTENT_TYPES = [
    ("short_video", _("Short videos")), ("social_post", _("Posts")), ("thread", _("Threads")),
    ("article", _("Articles")), ("carousel", _("Carousels")), ("image", _("Pictures")),
]  # fmt: skip
HABIT = "habit_"
PLATFORMS = [key for key in RULES if key != PlatformKey.PRACTICE]


class AudienceForm(forms.ModelForm[AudienceProfile]):
    """Whom the brand speaks to. What is known of each platform stands in a field of its own."""

    genders = forms.MultipleChoiceField(
        label=_("Genders"),
        required=False,
        choices=GENDERS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means everybody."),
    )
    locations = WordsField(label=_("Where they live"), required=False, most=30, longest=80)
    interests = WordsField(
        label=_("What they like"),
        required=False,
        help_text=_("Separated by commas. New topics are compared with these too."),
    )
    pain_points = LinesField(
        label=_("What bothers them"),
        required=False,
        most=20,
        longest=200,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One on each line. A passage that speaks to one of them is preferred when a piece is written."),
    )
    content_types = forms.MultipleChoiceField(
        label=_("What they look at"), required=False, choices=CONTENT_TYPES, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = AudienceProfile
        fields = ["name", "age_from", "age_to", "genders", "locations", "interests", "pain_points", "content_types"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in PLATFORMS:
            self.fields[f"{HABIT}{key}"] = forms.CharField(
                label=RULES[key].name,
                required=False,
                max_length=200,
                initial=self.instance.platform_habits.get(str(key), ""),
            )

    def habits(self) -> list[forms.BoundField]:
        """The fields of the platforms."""
        return [self[f"{HABIT}{key}"] for key in PLATFORMS]

    def about(self) -> list[forms.BoundField]:
        """The other fields."""
        return [self[name] for name in self.Meta.fields]

    def clean(self) -> dict[str, Any]:
        """Put the platforms' fields into one."""
        cleaned = super().clean() or {}
        told = {str(key): str(cleaned.get(f"{HABIT}{key}", "")).strip() for key in PLATFORMS}
        self.instance.platform_habits = {key: words for key, words in told.items() if words}
        if any("\0" in words for words in told.values()):
            raise ValidationError(_("The text has a sign in it that cannot be kept. Type it anew."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """Let the name be checked against the brand's other audiences."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"brand"}
