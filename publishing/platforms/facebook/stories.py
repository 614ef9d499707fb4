"""Photo stories: a photo is uploaded unseen, then named as a story; naming it twice could make two, so never again."""

from datetime import datetime

from publishing.platforms.base import OutcomeUnknown, PublishKit, Record, Step
from publishing.platforms.facebook.feed import send_photo
from publishing.platforms.facebook.kinds import Data, Desk, Standing

LISTED = "post_id,status,creation_time,media_id,url"


class PhotoStories:
    """Steps: `uploaded` {photo}."""

    def stage(self, kit: PublishKit, desk: Desk, known: Data, record: Record) -> Data:
        if known.get("photo"):
            return known
        data = {**known, "photo": send_photo(kit.media[0], desk)}
        record(Step("uploaded", data))
        return data

    def send(self, kit: PublishKit, desk: Desk, known: Data) -> str:  # noqa: ARG002 (a story has no words)
        if known.get("sent_before"):
            found = self.look(desk, known)
            return found.id if found else ""
        given = {"photo_id": str(known["photo"])}
        answer = desk.graph.post(f"{desk.page}/photo_stories", token=desk.token, final=True, **given)
        if not answer.get("post_id"):
            raise OutcomeUnknown("Facebook took the story but did not say where it is. We look for it.")
        return str(answer["post_id"])

    def look(self, desk: Desk, known: Data) -> Standing | None:
        if not known.get("photo"):
            return None
        for row in desk.graph.rows(f"{desk.page}/stories", token=desk.token, fields=LISTED):
            if str(row.get("media_id")) == str(known["photo"]):
                return Standing(str(row["post_id"]), str(row.get("url") or ""))
        if known.get("sent_at"):
            raise OutcomeUnknown("Facebook does not list the story. It is not sent a second time by itself.")
        return None

    def listed(self, kit: PublishKit, desk: Desk, *, since: datetime) -> Standing | None:  # noqa: ARG002
        """Nothing: a story has no words to be known by, and without its photo it was not sent."""
        return None
