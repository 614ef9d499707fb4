"""What recognisers, jobs and repairs said of their work, in the reader's language: it is kept in English."""

import re

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from trenddrop.core.retelling import Retelling
from trenddrop.core.speech.notes import EMBEDDED, ONLY_ENGLISH, SILENT, WORDLESS

HEARD = (EMBEDDED, ONLY_ENGLISH, SILENT, WORDLESS)
DOES = (
    _("Beginning"), _("Drawing for %(platform)s"), _("Writing for %(platform)s"), _("Writing the script"),
    _("Making the video"), _("Making audiogram %(number)s of %(total)s"), _("Making clip %(number)s of %(total)s"),
)  # fmt: skip
SPOKEN = (_("Two languages are spoken (%(codes)s); summary and mood are read in the first."),)
STOPPED = (
    _("Its original was deleted."),
    _("It stopped three times without an answer. What was finished is kept; try again."),
    _("It stopped three times without an answer. The original is kept."),
    _("It stopped three times without an answer. The file is kept; try again, or tell us."),
    _("It stopped three times without an answer. Bring the clip again."),
    _("The server has no room to work on this now. What was finished is kept; try again later."),
)
REFUSED = (
    _("This cannot be made here."),
    _("There is no recording to make this of. Upload one."),
    _("The original file is gone. Upload it again."),
    _("The original picture cannot be read. Upload it again."),
    _("A chosen picture is damaged. Choose another."),
    _("No words are known of this recording, so no moment can be chosen. Choose a range by hand."),
    _("Nothing in this recording speaks of “%(wish)s”."),
    _("No part of this recording stands by itself. Choose a range by hand."),
    _("The range must lie inside the recording and be at least a second long."),
    _("None of the chosen platforms takes several pictures in one post. Choose others."),
    _("There is no setting “%(name)s” here."),
    _("“%(name)s” cannot be that."),
    _("There is no script to make a video of. Write one under Ideas."),
    _("Nobody has approved this script as it stands. Approve it first."),
    _("This script has no words yet. Write its scenes first."),
    _("This voice-over is gone, or its voice may not speak any more. Choose another."),
    _("A picture or a sound that was chosen is not there any more. Choose another."),
    _("Nothing is said or written here to make texts of. Add a description or a transcript."),
    _("None of the chosen platforms takes this kind of text. Choose others."),
    _("Too little is said here for a thread. Make posts of it."),
    _("Too little is said here for an article. Make posts of it."),
    _("Too little is said here for a newsletter. Make posts of it."),
    _("This recording has no sound. An audiogram needs somebody to be heard."),
    _("This recording has no picture. Make an audiogram of it."),
    _("It still does not fit: %(why)s"),
    _("Another file was brought meanwhile. That one is sent."),
    _("The clip is gone. Bring it again."),
)
_MADE = re.compile(r"(\d+) pieces? made")
_retold = Retelling((*DOES, *SPOKEN, *STOPPED, *REFUSED))


def retold(kept: object) -> str:
    """Return what was kept of some work as the reader says it; what is not known, as it was kept."""
    words = str(kept)
    if made := _MADE.fullmatch(words):
        count = int(made[1])
        return ngettext("%(count)s piece made", "%(count)s pieces made", count) % {"count": count}
    for sentence in HEARD:
        if words.startswith(sentence):
            rest = words.removeprefix(sentence).strip()
            return f"{gettext(sentence)} {retold(rest)}" if rest else gettext(sentence)
    return _retold(words)


def is_known(kept: str) -> bool:
    """Say whether it has a known form."""
    return _retold.knows(kept)
