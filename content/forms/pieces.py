"""The form of a piece."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.forms.options import OptionsForm, untouched
from content.models import GeneratedContent, PosterFrame, Thumbnail
from content.pieces.composing import ai_line_of
from content.pieces.fitting import Choice
from content.pieces.preflight import WORDS, Fix
from content.services.thumbnails import MOST_LETTERS
from content.services.variants import ANGLES, USUAL
from trenddrop.core import platforms
from trenddrop.core.colours import is_colour
from trenddrop.core.covers import LAYOUTS


class NamesField(forms.CharField):
    """Names separated by spaces or commas, as a list: each once, written in one way."""

    sign = ""
    most, longest = 60, 100
    too_many: Any = ""

    def in_one_way(self, names: list[str]) -> list[str]:
        """Return the names as they are kept."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        """Return the list."""
        if isinstance(value, list):
            return value
        return self.in_one_way(self.taken_apart(value or ""))

    def taken_apart(self, written: str) -> list[str]:
        """Return the names in what somebody wrote."""
        return [name for name in re.split(r"[\s,]+", written) if name.strip(self.sign)]

    def prepare_value(self, value: Any) -> Any:
        """Show the list as people write it."""
        return " ".join(f"{self.sign}{name}" for name in value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        """Ask for few and short enough ones."""
        super().validate(value)
        if len(value) > self.most or any(len(name) > self.longest for name in value):
            raise forms.ValidationError(self.too_many)

    def run_validators(self, value: Any) -> None:
        """The list was checked in validate."""


class HashtagsField(NamesField):
    """Hashtags as a list without #; commas separate them, and without commas spaces."""

    sign = "#"
    too_many = _("At most 60 hashtags of at most 100 letters. Remove some.")

    def taken_apart(self, written: str) -> list[str]:
        """Return the tags; several words between commas are one."""
        return platforms.written_hashtags(written)

    def in_one_way(self, names: list[str]) -> list[str]:
        """Without what ends a hashtag, each once whatever its case."""
        return platforms.unique_hashtags(names)


class MentionsField(NamesField):
    """Accounts as a list without @."""

    sign = "@"
    most = 30
    too_many = _("At most 30 accounts of at most 100 letters. Remove some.")

    def in_one_way(self, names: list[str]) -> list[str]:
        """Without what cannot stand in a name, each once whatever its case."""
        return platforms.unique_mentions(names)


def part(name: str) -> dict[str, str]:
    """Mark a field for the page's counters."""
    return {"data-part": name}


# Kept in no version: what another tab shows still, of before, is not set back by saving there.
BESIDE_WORDS = ("category", "goals", "target_audience", "ai_label", "include_media", "thumbnail")


class PieceForm(forms.ModelForm[GeneratedContent]):
    """A piece's words, thumbnail and whether the file goes along. Over the limit is allowed here, never when sent."""

    title = forms.CharField(label=_("Title"), required=False, max_length=300, widget=forms.TextInput(part("title")))
    text = forms.CharField(
        label=_("Text"), required=False, max_length=60_000, widget=forms.Textarea(part("text") | {"rows": "8"})
    )
    hashtags = HashtagsField(label=_("Hashtags"), required=False, widget=forms.TextInput(part("hashtags")))
    call_to_action = forms.CharField(
        label=_("Call to action"), required=False, max_length=200, widget=forms.TextInput(part("cta"))
    )
    alt_text = forms.CharField(
        label=_("Alt text"),
        required=False,
        max_length=1000,
        help_text=_("What can be seen, for those who cannot see it."),
    )
    mentions = MentionsField(
        label=_("Mentions"),
        required=False,
        widget=forms.TextInput(part("mentions")),
        help_text=_("Accounts to name, as that platform writes them."),
    )
    category = forms.CharField(
        label=_("Category"), required=False, max_length=60, widget=forms.TextInput({"list": "categories"})
    )
    goals = forms.CharField(
        label=_("What it should lead to"),
        required=False,
        max_length=200,
        help_text=_("Stands in place of the brand's goals when this piece is written again."),
    )
    target_audience = forms.CharField(
        label=_("Who it is for"),
        required=False,
        max_length=200,
        help_text=_("Told to the writer before the brand's audience."),
    )
    ai_label = forms.BooleanField(label=_("Say that it was made with AI"), required=False)
    include_media = forms.BooleanField(label=_("Send the video or picture along"), required=False)
    thumbnail = forms.ModelChoiceField(PosterFrame.objects.none(), required=False)

    class Meta:
        model = GeneratedContent
        fields = [
            "title", "text", "hashtags", "call_to_action", "alt_text", "mentions", "category", "goals",
            "target_audience", "ai_label", "include_media", "thumbnail",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = platforms.rules(self.instance.platform)
        if rules.title_limit is None:
            del self.fields["title"]
        if not self.instance.asset.file:
            del self.fields["include_media"]
        self.fields["ai_label"].help_text = self._ai_words(rules)
        self.fields["ai_label"].widget.attrs |= part("ai") | {"data-line": ai_line_of(self.instance)}
        frames = PosterFrame.objects.filter(asset_id=self.instance.asset_id)
        self.fields["thumbnail"].queryset = frames  # type: ignore[attr-defined]
        for name in self.fields.keys() & {*BESIDE_WORDS}:
            self.fields[name].show_hidden_initial = True
        self.options = OptionsForm(self.data if self.is_bound else None, piece=self.instance)

    def is_valid(self) -> bool:
        """Take it only with options that its platform has."""
        taken = super().is_valid()
        return (not self.options.is_bound or self.options.is_valid()) and taken

    @property
    def given(self) -> dict[str, Any]:
        """What a valid form says, as the command that edits a piece takes it: all words, and what changed beside."""
        stays = untouched(self, BESIDE_WORDS)
        return {name: self.cleaned_data[name] for name in self.fields if name not in stays} | self.options.changes

    def _ai_words(self, rules: platforms.PlatformRules) -> str:
        """Say how readers are told."""
        if rules.ai_switch:
            return _("%(name)s marks the post itself.") % {"name": rules.name}
        return _("%(name)s has no mark of its own for that, so the text says it.") % {"name": rules.name}


class RewriteForm(forms.Form):
    """The wish for a new version."""

    note = forms.CharField(required=False, max_length=500)


class FixForm(forms.Form):
    """Which click was pressed; none is a plain save."""

    fix = forms.ChoiceField(choices=[(fix.value, fix.value) for fix in sorted(WORDS)], required=False)

    def clean_fix(self) -> Fix | None:
        """Return the click."""
        return Fix(self.cleaned_data["fix"]) if self.cleaned_data["fix"] else None


class VariantsForm(forms.Form):
    """In which ways to say a piece, and a wish for all of them."""

    angles = forms.MultipleChoiceField(
        label=_("Ways"),
        choices=[(angle.key, angle.label) for angle in ANGLES],
        widget=forms.CheckboxSelectMultiple,
        initial=list(USUAL),
        required=False,
    )
    note = forms.CharField(label=_("Wish"), required=False, max_length=300)

    def clean_angles(self) -> list[str]:
        """Take the usual ones where none is chosen."""
        return self.cleaned_data["angles"] or list(USUAL)


class CoversForm(forms.Form):
    """What covers are made of."""

    words = forms.CharField(label=_("Words on it"), required=False, max_length=MOST_LETTERS)
    colour = forms.CharField(label=_("Colour"), required=False, widget=forms.TextInput({"type": "color"}))
    frame = forms.ModelChoiceField(PosterFrame.objects.none(), required=False)
    layouts = forms.MultipleChoiceField(choices=[(name, name) for name in LAYOUTS], required=False)

    def __init__(self, *args: Any, piece: GeneratedContent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        frames = PosterFrame.objects.filter(asset_id=piece.asset_id)
        self.fields["frame"].queryset = frames  # type: ignore[attr-defined]

    def clean_colour(self) -> str:
        """Take #rrggbb."""
        colour = str(self.cleaned_data["colour"]).lower()
        if colour and not is_colour(colour):
            raise forms.ValidationError(_("Write the colour as #rrggbb."))
        return colour

    def clean_layouts(self) -> list[str]:
        """Take all where none is chosen."""
        return self.cleaned_data["layouts"] or list(LAYOUTS)


class CoverForm(forms.Form):
    """Which cover is sent along; none sends the plain frame."""

    cover = forms.ModelChoiceField(Thumbnail.objects.none(), required=False)

    def __init__(self, *args: Any, piece: GeneratedContent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cover"].queryset = Thumbnail.objects.filter(piece=piece)  # type: ignore[attr-defined]


class MediaFixForm(forms.Form):
    """Where there is a choice about the file: where a cut begins, what is kept of a picture."""

    start = forms.FloatField(
        label=_("Begin at second"), required=False, min_value=0, max_value=12 * 3600,
        widget=forms.NumberInput({"step": "0.1"}),
    )  # fmt: skip
    how = forms.ChoiceField(
        label=_("Shape"),
        choices=[("crop", _("Crop")), ("pad", _("Keep all of it, on a blurred edge"))],
        required=False,
    )
    focus = forms.ChoiceField(
        label=_("Keep"),
        choices=[
            ("", _("who is in it, or else the middle")),
            ("0.5", _("the middle")),
            ("0", _("the left or top")),
            ("1", _("the right or bottom")),
        ],
        required=False,
    )
    vertical = forms.BooleanField(label=_("Make it tall (9:16)"), required=False)

    def choice(self) -> Choice:
        """Return what was chosen."""
        given = self.cleaned_data
        return Choice(
            start=given["start"] or 0.0,
            how="pad" if given["how"] == "pad" else "crop",
            focus=float(given["focus"]) if given["focus"] else None,
            vertical=given["vertical"],
        )
