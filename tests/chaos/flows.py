"""What is posted in a run, by name: words, picture, video or thread, then how.

`picture:story`, `video:reel`: as what. `+comment`: with a first comment. `@later`: its platform takes it early and
holds it until its time; `@settled`: that is done already, and its time has come.
"""

import datetime as dt
import re
from dataclasses import dataclass

LATER = dt.timedelta(minutes=45)
PARTS = re.compile(r"(?P<files>\w+)(?::(?P<form>\w+))?(?P<comment>\+comment)?(?:@(?P<held>\w+))?")


@dataclass(frozen=True)
class Flow:
    """A flow's name, taken apart."""

    files: str
    form: str
    has_comment: bool
    held: str

    @property
    def has_words(self) -> bool:
        """A story has none, so that it is known only by being one more."""
        return self.form != "story"


def read(name: str) -> Flow:
    """Take a name apart."""
    found = PARTS.fullmatch(name)
    assert found, name
    return Flow(found["files"], found["form"] or "", bool(found["comment"]), found["held"] or "")
