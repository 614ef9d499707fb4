"""What people choose of a job: what to make, where it goes, how it looks, which part."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.looks.designs import AUDIOGRAMS, STYLES
from content.models import ContentAsset, PieceFormat, RepurposingKind
from content.pipeline.makers.kinds import CHOICES, DEFAULTS, MAKERS
from trenddrop.core.platforms import RULES, PlatformKey

LAYOUTS = [
    ("auto", _("Whatever fits")), ("follow", _("Follow the speaker")), ("two", _("Two speakers")),
    ("screen", _("Screen and speaker")), ("fit", _("All of it, on a blurred ground")),
]  # fmt: skip
# What can be made of which kind of asset; None stands for all that have words.
OF_VIDEO, OF_SOUND = frozenset({ContentAsset.Kind.VIDEO}), frozenset({ContentAsset.Kind.VIDEO, ContentAsset.Kind.AUDIO})
MADE_OF: Mapping[str, frozenset[str]] = {
    RepurposingKind.SHORTS: frozenset(map(str, OF_VIDEO)),
    RepurposingKind.AUDIOGRAM: frozenset(map(str, OF_SOUND)),
}
NOT_HERE = frozenset({RepurposingKind.SCRIPT_VIDEO})  # made from a script's own page


def kinds_for(asset: ContentAsset) -> list[tuple[str, Any]]:
    """Return what can be made of an asset, with its name."""
    fitting = [kind for kind in MAKERS if kind not in NOT_HERE and asset.kind in MADE_OF.get(kind, {asset.kind})]
    order = list(RepurposingKind.values)
    return [(kind, RepurposingKind(kind).label) for kind in sorted(fitting, key=order.index)]


# What a field is called among a job's settings, where that is another name.
SETTING = {"without_gaps": "clean"}


class PictureForm(forms.Form):
    """How a clip looks and which part it is. Every field may stay empty."""

    start = forms.FloatField(
        label=_("From second"), required=False, min_value=0, max_value=12 * 3600,
        widget=forms.NumberInput({"step": "0.1"}),
    )  # fmt: skip
    end = forms.FloatField(
        label=_("To second"), required=False, min_value=0, max_value=12 * 3600,
        widget=forms.NumberInput({"step": "0.1"}),
    )  # fmt: skip
    layout = forms.ChoiceField(label=_("Picture"), choices=LAYOUTS, required=False)
    style = forms.ChoiceField(label=_("Captions"), choices=[("", _("The brand’s")), *STYLES], required=False)
    headline = forms.CharField(
        label=_("Words over the picture"), required=False, max_length=60,
        help_text=_("For the first seconds. Empty: the opening, where it is short."),
    )  # fmt: skip
    without_gaps = forms.BooleanField(label=_("Leave out silences and fillers"), required=False)
    cards = forms.BooleanField(label=_("Intro and outro"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it begins."""
        super().clean()
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start is not None and end is not None and end <= start:
            self.add_error("end", forms.ValidationError(_("The end must lie after the beginning.")))
        return self.cleaned_data

    def settings(self, kind: str) -> dict[str, Any]:
        """Return of what was chosen what a kind's maker knows and what differs from its usual."""
        known, choices = DEFAULTS.get(kind, {}), CHOICES.get(kind, {})
        given = {SETTING.get(name, name): value for name, value in self.cleaned_data.items()}
        return {
            name: given[name]
            for name in known
            if given.get(name) not in (None, "", known[name]) and given[name] in choices.get(name, (given[name],))
        }


class AnewForm(PictureForm):
    """A clip made anew: what its kind knows, and how that kind may look."""

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.usual = DEFAULTS.get(kind, {})
        for name in list(self.fields):
            if SETTING.get(name, name) not in self.usual:
                del self.fields[name]
        if kind == RepurposingKind.AUDIOGRAM:
            self.fields["layout"].choices = [("", _("The brand’s")), *AUDIOGRAMS]  # type: ignore[attr-defined]

    def picture(self) -> dict[str, Any]:
        """Return everything that was chosen, by the names of a job's settings."""
        given = {SETTING.get(name, name): self.cleaned_data[name] for name in self.fields}
        return given | ({"layout": given["layout"] or self.usual["layout"]} if "layout" in given else {})


class JobForm(PictureForm):
    """A job put together by hand."""

    kind = forms.ChoiceField(label=_("What"))
    platforms = forms.MultipleChoiceField(
        label=_("Where"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(str(key), row.name) for key, row in RULES.items() if key is not PlatformKey.PRACTICE],
    )  # fmt: skip
    format = forms.ChoiceField(label=_("Shape"), choices=PieceFormat.choices, required=False)
    count = forms.IntegerField(label=_("How many"), required=False, min_value=1, max_value=12)
    wish = forms.CharField(
        label=_("About what"), required=False, max_length=300,
        help_text=_("In your own words: the clips are looked for there. Empty: the best moments."),
    )  # fmt: skip
    card = forms.ChoiceField(
        label=_("Picture of a post"), required=False,
        choices=[("post", _("Its strongest line")), ("quote", _("As a quotation, with who says it"))],
    )  # fmt: skip
    note = forms.CharField(label=_("A note for the writer"), required=False, max_length=500)

    def __init__(self, *args: Any, asset: ContentAsset, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = kinds_for(asset)  # type: ignore[attr-defined]

    def config(self) -> dict[str, Any]:
        """Return what the chosen kind's maker is told."""
        return self.settings(self.cleaned_data["kind"])
