"""What recognisers say of their own work; kept in English with the transcript."""

from django.utils.translation import gettext_noop as _

SILENT = _("There is no sound above the noise in this recording.")
WORDLESS = _("There is sound, but no words were recognised in it.")
EMBEDDED = _(
    "The embedded recogniser gets about one word in four wrong on clean English speech and knows no punctuation."
    " Correct what matters, upload subtitles, or set a better recogniser."
)
ONLY_ENGLISH = _("It knows only English: for another language, upload subtitles or set another recogniser.")
