"""A video of a script: who speaks, what each scene shows, music, formats, platforms, captions."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.models import ContentAsset, PieceFormat, VoiceOver
from content.services.script_videos import Wish
from trenddrop.core.media import captioning
from trenddrop.core.platforms import RULES

SCENE = "scene-"
PLATFORMS = [(str(row.key), row.name) for row in RULES.values() if "video" in row.media.kinds]


@dataclass(frozen=True)
class Offered:
    """What may be chosen: finished voice-overs, pictures and moving pictures, sounds."""

    voices: Sequence[VoiceOver]
    pictures: Sequence[ContentAsset]
    music: Sequence[ContentAsset]


class ScriptVideoForm(forms.Form):
    """One field a scene (`scene-1` …) beside the rest."""

    voice_over = forms.ChoiceField(label=_("Who speaks"), required=False)
    formats = forms.MultipleChoiceField(
        label=_("Formats"), choices=PieceFormat.choices, widget=forms.CheckboxSelectMultiple, initial=["vertical"]
    )
    platforms = forms.MultipleChoiceField(label=_("For"), choices=PLATFORMS, widget=forms.CheckboxSelectMultiple)
    music = forms.ChoiceField(
        label=_("Music"), required=False, help_text=_("Of your Library; it is quieter while somebody speaks.")
    )
    style = forms.ChoiceField(label=_("Style of the captions"), required=False)
    captions = forms.BooleanField(label=_("Captions, word by word"), required=False, initial=True)
    title = forms.BooleanField(label=_("The title over the first seconds"), required=False, initial=True)
    cards = forms.BooleanField(label=_("The brand’s intro and outro"), required=False, initial=True)

    def __init__(self, *args: Any, offered: Offered, scenes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scenes = scenes
        spoken = [(str(row.pk), f"{row.voice} · v{row.script_version}") for row in offered.voices]
        self._offer("voice_over", [*spoken, ("", _("Nobody: captions alone"))])
        self._offer("music", [("", _("None")), *((str(row.pk), row.title) for row in offered.music)])
        styles = [(style.key, style.label) for style in captioning.STYLES.values()]
        self._offer("style", [("", _("As the brand’s look")), *styles])
        pictures = [("", _("The brand’s colours")), *((str(row.pk), row.title) for row in offered.pictures)]
        for number in range(1, scenes + 1):
            name = f"{SCENE}{number}"
            label = _("Scene %(n)s shows") % {"n": number}
            self.fields[name] = forms.ChoiceField(label=label, required=False, choices=pictures)

    def _offer(self, name: str, choices: Sequence[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields of the scenes, in order."""
        return [self[f"{SCENE}{number}"] for number in range(1, self.scenes + 1)]

    def usual(self) -> Wish:
        """Return what stands there before anybody chose."""
        voice = self.fields["voice_over"].choices[0][0]  # type: ignore[attr-defined]
        return Wish(platforms=self.initial["platforms"], voice_over=uuid.UUID(voice) if voice else None)

    def wish(self) -> Wish:
        """Return what was chosen; the form is valid."""
        given = self.cleaned_data
        pictures = {n: uuid.UUID(key) for n in range(1, self.scenes + 1) if (key := given.get(f"{SCENE}{n}"))}
        return Wish(
            platforms=given["platforms"],
            formats=given["formats"],
            voice_over=uuid.UUID(given["voice_over"]) if given["voice_over"] else None,
            pictures=pictures,
            music=uuid.UUID(given["music"]) if given["music"] else None,
            settings={name: given[name] for name in ("style", "captions", "title", "cards")},
        )
