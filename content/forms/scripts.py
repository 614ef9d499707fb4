"""Forms about scripts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.models import VoiceClone
from content.writing.scenes import LONGEST_HEADING, LONGEST_SAY, LONGEST_SHOW, MOST_SCENES

PARTS = {"heading": LONGEST_HEADING, "say": LONGEST_SAY, "show": LONGEST_SHOW}


class ScenesForm(forms.Form):
    """A script's title and scenes: `heading`, `say` and `show` come once for each scene, in order.

    The buttons `add`, `remove` and `up` name a scene by its number, so that the page works without a script.
    """

    title = forms.CharField(label=_("Title"), max_length=200)
    base = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Read the scenes, and do what a button asks for."""
        cleaned: dict[str, Any] = super().clean() or {}
        columns = {name: self._column(name) for name in PARTS}
        count = len(columns["say"])
        if any(len(column) != count for column in columns.values()) or not 0 < count <= MOST_SCENES:
            raise ValidationError(_("A script has 1 to %(most)s scenes. Nothing was saved.") % {"most": MOST_SCENES})
        scenes = [{name: columns[name][n] for name in PARTS} for n in range(count)]
        for number, one in enumerate(scenes, 1):
            self._check(number, one)
        cleaned["scenes"] = self._asked(scenes)
        return cleaned

    def _column(self, name: str) -> list[str]:
        read = getattr(self.data, "getlist", None)
        values = read(name) if read else self.data.get(name, [])
        return [" ".join(str(value).replace("\x00", "").split()) for value in values]

    def _check(self, number: int, one: dict[str, str]) -> None:
        for name, most in PARTS.items():
            if len(one[name]) > most:
                told = _("Scene %(n)s: at most %(most)s characters in one field. Make two scenes of it.")
                raise ValidationError(told % {"n": number, "most": most})

    def _asked(self, scenes: list[dict[str, str]]) -> list[dict[str, str]]:
        """Add an empty scene behind one, take one out, or move one up."""
        for name, do in (("add", _added), ("remove", _removed), ("up", _moved)):
            asked = str(self.data.get(name, ""))
            if asked.isdecimal() and 0 < int(asked) <= len(scenes):
                return do(scenes, int(asked) - 1)
        return scenes


def _added(scenes: list[dict[str, str]], place: int) -> list[dict[str, str]]:
    if len(scenes) >= MOST_SCENES:
        raise ValidationError(_("A script has at most %(most)s scenes.") % {"most": MOST_SCENES})
    return [*scenes[: place + 1], dict.fromkeys(PARTS, ""), *scenes[place + 1 :]]


def _removed(scenes: list[dict[str, str]], place: int) -> list[dict[str, str]]:
    if len(scenes) == 1:
        raise ValidationError(_("A script keeps one scene at least."))
    return scenes[:place] + scenes[place + 1 :]


def _moved(scenes: list[dict[str, str]], place: int) -> list[dict[str, str]]:
    if place == 0:
        return scenes
    return [*scenes[: place - 1], scenes[place], scenes[place - 1], *scenes[place + 1 :]]


class VoiceOverForm(forms.Form):
    """Which voice speaks."""

    voice = forms.ModelChoiceField(
        VoiceClone.objects.none(), label=_("Voice"), empty_label=None, error_messages={"required": _("Choose a voice.")}
    )

    def __init__(self, *args: Any, voices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["voice"].queryset = voices  # type: ignore[attr-defined]
