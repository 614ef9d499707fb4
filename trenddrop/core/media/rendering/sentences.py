"""What the product says of a finished video: kept in English, told again in the reader's language."""

from typing import Final

from django.utils.translation import gettext_noop as _

LASTS: Final = _("It lasts %(seconds)s s.")
LASTS_AS_ASKED: Final = _("It lasts %(seconds)s s, as asked.")
LASTS_OTHERWISE: Final = _("It lasts %(seconds)s s; %(asked)s s were asked for.")
APART: Final = _("Sound and picture differ by %(seconds)s s.")
STREAMS: Final = _("One picture (H.264) and one sound (AAC).")
OTHER_STREAMS: Final = _("It has other streams: %(names)s.")
SIZE: Final = _("%(size)s pixels.")
OTHER_SIZE: Final = _("%(size)s pixels; %(asked)s were asked for.")
NOT_BLACK: Final = _("No black pictures.")
BLACK: Final = _("The picture is black for %(seconds)s s, at %(at)s.")
MOVES: Final = _("The picture moves.")
STILL: Final = _(
    "The picture stands still for %(seconds)s s, at %(at)s. If the original does so too, that is how it is."
)
STILL_AS_SLIDES: Final = _("The picture stands still for %(seconds)s s, at %(at)s, as slides and screens do.")
CROP_STANDS: Final = _("The crop stands still.")
CROP_MOVES: Final = _("The crop moves calmly with who is in it.")
CROP_TREMBLES: Final = _("The crop goes to and fro %(n)s times. Choose another layout if that is too much.")
NO_SOUND: Final = _("It has no sound, like the original.")
NOTHING_HEARD: Final = _("Nothing can be heard in it.")
NO_SILENCE: Final = _("No long silence.")
SILENCE: Final = _("Nothing is heard for %(seconds)s s, at %(at)s.")
NOT_MEASURED: Final = _("There is no sound to measure.")
LOUD: Final = _("%(loud)s LUFS, as loud as platforms play.")
LOUD_OTHERWISE: Final = _("%(loud)s LUFS; %(asked)s were asked for.")
INSIDE: Final = _("Every word stands whole and clear of the platform's buttons.")
OUTSIDE: Final = _(
    "Some words are cut off, or lie where the platform has its buttons. Choose a smaller style or fewer words."
)
ALL_LETTERS: Final = _("Every letter could be drawn.")
LOST_LETTERS: Final = _("No font here has these signs, they are left out: %(signs)s")
UNREADABLE: Final = _("The finished video cannot be read. Make it again.")
ALL: Final = tuple(words for name, words in list(globals().items()) if name.isupper() and isinstance(words, str))
