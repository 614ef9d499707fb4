"""Every action of the audit log, with the sentence that tells it: "Asha Menon connected @kesar on Bluesky".

In a sentence, {who} is the actor, {what} the thing's name, and any other name a key of the entry's metadata.
A test holds the table complete: an action that is recorded anywhere stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.long_actions import OF_PIECES_AND_POSTS, OF_PLANS_AND_PAYMENTS
from accounts.models import AuditEntry
from trenddrop.core import catalogue

Words = str | Promise
LISTED = 6


@dataclass(frozen=True)
class Area:
    """Actions on one kind of thing, as the page's filter groups them."""

    label: Words
    sentences: Mapping[str, Words]


AREAS: tuple[Area, ...] = (
    Area(
        _("Organisation"),
        {
            "organization.created": _("{who} created the organisation {what}"),
            "organization.changed": _("{who} changed the organisation’s settings"),
            "organization.transferred": _("{who} made somebody else the owner of {what}"),
            "organization.inherited": _("{what} became owner, for the one before left"),
            "organization.deleted": _("{who} had the organisation {what} deleted"),
            "organization.restored": _("{who} brought the organisation {what} back"),
            "organization.erased": _("The organisation {what} was erased"),
        },
    ),
    Area(
        _("Members"),
        {
            "invitation.sent": _("{who} invited {what}"),
            "invitation.resent": _("{who} sent the invitation to {what} again"),
            "invitation.revoked": _("{who} took the invitation to {what} back"),
            "invitation.accepted": _("{who} accepted the invitation"),
            "invitation.declined": _("The invitation to {what} was declined"),
            "member.joined": _("{who} joined as {role}"),
            "member.left": _("{who} left the organisation"),
            "member.role_changed": _("{who} changed the role of {what}"),
            "member.permissions_changed": _("{who} changed what {what} may do"),
            "member.deactivated": _("{who} shut {what} out"),
            "member.reactivated": _("{who} let {what} in again"),
            "member.removed": _("{who} removed {person}"),
            "member.suspended": _("{who}, an operator, suspended {what}"),
            "member.account_deleted": _("{who} deleted the account"),
            "member.came_back": _("{who} took the account back"),
            "member.reinstated": _("{who}, an operator, let {what} in again"),
            "person.changed": _("{who} changed their profile"),
        },
    ),
    Area(
        _("Clients and brands"),
        {
            "client.created": _("{who} added the client {what}"),
            "client.changed": _("{who} changed the client {what}"),
            "client.archived": _("{who} put the client {what} away"),
            "client.restored": _("{who} brought the client {what} back"),
            "brand.created": _("{who} added the brand {what}"),
            "brand.changed": _("{who} changed the brand {what}"),
            "brand.moved": _("{who} gave the brand {what} to another client"),
            "brand.deleted": _("{who} deleted the brand {what}"),
            "voice.samples_added": _("{who} added voice samples to {what}"),
            "voice.sample_removed": _("{who} removed a voice sample from {what}"),
            "audience.created": _("{who} described the audience {what}"),
            "audience.changed": _("{who} changed the audience {what}"),
            "audience.deleted": _("{who} deleted the audience {what}"),
        },
    ),
    Area(
        _("Accounts on platforms"),
        {
            "connection.made": _("{who} connected {handle} on {platform}"),
            "connection.renewed": _("{who} connected {handle} on {platform} again"),
            "connection.removed": _("{who} removed the account {what}"),
            "connection.paused": _("{who} paused the account {what}"),
            "connection.resumed": _("{who} let the account {what} be used again"),
            "connection.lost": _("The platform signed {what} out"),
            "connection.ending": _("People were told that the sign-in of {what} ends"),
            "connection.erased": _("An account’s owner had its data erased on the platform: {what}"),
        },
    ),
    Area(
        _("Assets"),
        {
            "asset.uploaded": _("{who} uploaded {what}"),
            "asset.written": _("{who} wrote {what}"),
            "asset.pasted": _("{who} pasted {what}"),
            "asset.linked": _("{who} brought {what} from a link"),
            "asset.claimed": _("{who} brought {what} from {url}, and said that this video is theirs, or theirs to use"),
            "asset.described": _("{who} changed the title, tags or brand of {what}"),
            "asset.tagged": _("{who} tagged {what}: {tags}"),
            "asset.filed": _("{who} put {what} into the folder {folder}"),
            "asset.unfiled": _("{who} took {what} out of its folder"),
            "collection.created": _("{who} made the folder {what}"),
            "collection.renamed": _("{who} renamed the folder {before} to {what}"),
            "collection.removed": _("{who} removed the folder {what}"),
            "asset.processing": _("{who} had {what} understood"),
            "asset.ready": _("{what} is understood and ready"),
            "asset.failed": _("{what} could not be read"),
            "asset.again": _("{who} had {what} understood again"),
            "asset.retried": _("{who} tried {what} again"),
            "asset.cancelled": _("{who} stopped the work on {what}"),
            "asset.deleted": _("{who} deleted {what}"),
            "asset.restored": _("{who} brought {what} back"),
            "asset.purged": _("{what}, deleted long ago, was removed with its files"),
            "transcript.brought": _("{who} brought subtitles for {what}"),
            "transcript.corrected": _("{who} corrected the transcript of {what}"),
            "transcript.edited": _("{who} changed words in the transcript of {what}"),
            "transcript.replaced": _("{who} replaced words in the transcript of {what}"),
            "transcript.named": _("{who} named who speaks in {what}"),
            "transcript.marked": _("{who} changed what is marked in the transcript of {what}"),
            "transcript.language": _("{who} said which language is spoken in {what}"),
            "transcript.first_heard": _("{who} went back to what was first heard in {what}"),
            "transcript.listened": _("{who} had {what} listened to again"),
        },
    ),
    Area(_("Pieces and posts"), OF_PIECES_AND_POSTS),
    Area(
        _("Approvals"),
        {
            "workflow.created": _("{who} made the workflow {what}"),
            "workflow.changed": _("{who} changed the workflow {what}"),
            "workflow.removed": _("{who} removed the workflow {what}"),
            "approval.requested": _("{who} asked for approval of {piece}"),
            "approval.asked_again": _("{who} made the changes and asked again for approval of {piece}"),
            "approval.withdrawn": _("{who} took back the question about {piece}"),
            "approval.reminded": _("{who} reminded those who are to approve {piece}"),
            "approval.approved": _("{who} approved {piece}"),
            "approval.approved_by_link": _("{name} approved {piece} by a link"),
            "approval.changes_asked": _("{who} asked for changes to {piece}"),
            "approval.changes_asked_by_link": _("{name} asked for changes to {piece} by a link"),
            "approval.rejected": _("{who} rejected {piece}"),
            "approval.rejected_by_link": _("{name} rejected {piece} by a link"),
            "approval.went_on": _("{piece} went on, for all who are still asked have approved it"),
            "approval.reopened": _("{who} changed {piece}, so its approval is open again"),
            "approval.restored": _("{piece} is again exactly what was approved"),
            "approval.handed_over": _("{who} had {to} decide about {piece}"),
            "approval.reassigned": _("{who} said who decides about {piece}: {to}"),
            "approval.stage_skipped": _("{who} passed the stage {stage} of {piece} by"),
            "approval.people_changed": _("Who decides about {piece} changed: somebody left, or is away"),
            "approval.commented": _("{name} commented on {piece}"),
            "approval.comment_resolved": _("{who} settled a comment of {name} on {piece}"),
            "approval.comment_opened": _("{who} opened a comment of {name} on {piece} again"),
            "approval.comment_removed": _("{name} took back a comment on {piece}"),
            "revision.assigned": _("{who} asked {to} to make the changes to {piece}"),
            "revision.started": _("{who} began to make the changes to {piece}"),
            "absence.kept": _("{who} noted that {member} is away, and {deputy} decides meanwhile"),
            "absence.ended": _("{who} noted that {member} is back"),
        },
    ),
    Area(
        _("Quality desk"),
        {
            "desk.requested": _("{who} asked the desk for a look at {piece}"),
            "desk.taken": _("{who} took {piece} in hand"),
            "desk.assigned": _("{who} gave {piece} to {to} to look at"),
            "desk.given_back": _("{who} gave {piece} back to the desk"),
            "desk.freed": _("{what} went back to the desk, for who had it does not work there any more"),
            "desk.asked": _("{who} asked back about {piece}"),
            "desk.answered": _("{who} answered the desk about {piece}"),
            "desk.finished": _("{who} looked at {piece} and gave it {score} of 100"),
            "desk.hurried": _("{who} made the look at {piece} {after} instead of {before}"),
            "desk.prolonged": _("{who} gave a day more to look at {piece}"),
            "desk.cancelled": _("{who} took back the wish for a look at {piece}"),
        },
    ),
    Area(
        _("Conversions"),
        {
            "short_link.made": _("{who} made the counted link {what}"),
            "short_link.changed": _("{who} changed the counted link {what}"),
            "conversion_site.added": _("{who} set up the website {what}"),
            "conversion_site.changed": _("{who} changed the website {what}"),
            "conversion_site.secret_changed": _("{who} gave the website {what} another secret"),
            "conversion_site.webhook_changed": _("{who} changed the {shop} webhook of {what}"),
            "conversion_site.removed": _("{who} removed the website {what}"),
            "conversion.entered": _("{who} entered the conversion {what}"),
            "conversion.refunded": _("{who} noted that {what} was given back"),
            "conversion.removed": _("{who} removed the conversion {what}"),
            "conversions.imported": _("{who} brought {count} conversions of {what} from a file"),
        },
    ),
    Area(
        _("Numbers of posts"),
        {
            "numbers.entered": _("{who} entered numbers of {what}: {metrics}"),
            "numbers.brought": _("{who} brought numbers of {count} posts from a file"),
        },
    ),
    Area(
        _("Advice"),
        {
            "advice.asked": _("{who} asked what to post next on {account}"),
            "advice.taken": _("{who} had it done as advised on {account}: {what}"),
            "advice.dismissed": _("{who} put advice aside: {what}"),
        },
    ),
    Area(
        _("Goals and findings"),
        {
            "goal.set": _("{who} set the goal {what}"),
            "goal.changed": _("{who} changed the goal {what}"),
            "goal.given_up": _("{who} gave up the goal {what}"),
            "goal.taken_up": _("{who} took up the goal {what} again"),
            "goal.removed": _("{who} removed the goal {what}"),
            "insight.dismissed": _("{who} put a finding away: {what}"),
            "insight.restored": _("{who} took a finding back: {what}"),
            "anomaly.dismissed": _("{who} put an odd day away: {what}"),
            "insights.asked": _("{who} had the numbers asked anew; {found} findings stand"),
        },
    ),
    Area(
        _("Costs and search"),
        {
            "advisor.asked": _("{who} asked the advisor"),
            "advisor.judged": _("{who} said whether an answer of the advisor was of use"),
            "advisor.forgotten": _("{who} removed conversations with the advisor: {count}"),
            "report.made": _("{who} made the report {what}"),
            "report.removed": _("{who} removed the report {what}"),
            "report.sent": _("The report {what} was mailed to {count} people"),
            "report_schedule.made": _("{who} set up the report {what} to come by mail"),
            "report_schedule.changed": _("{who} changed when and to whom the report {what} is mailed"),
            "report_schedule.removed": _("{who} ended the mails of the report {what}"),
            "report_schedule.left": _("Somebody who got the report {what} by mail asked for no more"),
            "report_schedule.dropped": _("A member who left gets the report {what} by mail no more"),
            "report_schedule.stopped": _("The report {what} is mailed no more, for its brand was removed"),
            "cost.entered": _("{who} noted that {what} cost {amount} {currency}"),
            "cost.removed": _("{who} took the cost of {what} back"),
            "search.added": _("{who} added the site {what} to search numbers"),
            "search.connected": _("{who} let us read the search numbers of {what}"),
            "search.removed": _("{who} removed the site {what} and its search numbers"),
            "search.imported": _("{who} brought search numbers of {what}: {rows} rows"),
            "search.entered": _("{who} noted how {what} is found in search"),
            "search.refused": _("Google no longer tells search numbers of {what}"),
        },
    ),
    Area(
        _("Review links"),
        {
            "link.made": _("{who} gave {what} a link to approve by"),
            "link.mailed": _("{who} had the link of {what} mailed again"),
            "link.revoked": _("{who} took back the link of {what}"),
            "link.opened": _("{what} opened the link in a browser: {device}"),
            "link.code_sent": _("A code was mailed to {what}, for another device"),
            "link.locked": _("The link of {what} took no more codes, after wrong ones"),
        },
    ),
    Area(
        _("Libraries"),
        {
            "library.created": _("{who} put {what} into the library"),
            "library.changed": _("{who} changed {what} in the library"),
            "library.deleted": _("{who} removed {what} from the library"),
            "library.used": _("{who} used {what} from the library in {piece}"),
            "template.created": _("{who} made the template {what}"),
            "template.changed": _("{who} changed the template {what}"),
            "template.deleted": _("{who} removed the template {what}"),
            "look.changed": _("{who} changed the look of {brand}"),
            "library.offered": _("{who} offered {what} to everybody"),
            "library.withdrawn": _("{who} took {what} back from the shared library"),
            "library.rated": _("{who} gave {what} of the shared library {stars} stars"),
            "library.approved": _("{who}, an operator, took {what} into the shared library"),
            "library.rejected": _("{who}, an operator, did not take {what} into the shared library"),
            "library.taken_down": _("{who}, an operator, took {what} out of the shared library"),
        },
    ),
    Area(
        _("Watches on trends"),
        {
            "watch.created": _("{who} made the watch {what}"),
            "watch.changed": _("{who} changed the watch {what}"),
            "watch.switched_on": _("{who} switched the watch {what} on"),
            "watch.switched_off": _("{who} switched the watch {what} off"),
            "watch.deleted": _("{who} removed the watch {what}"),
            "watch.followed": _("{who} wants to hear of {what} too"),
            "watch.unfollowed": _("{who} wants to hear no more of {what}"),
            "watch.tested": _("{who} sent a test to the webhook of {what}"),
            "watch.secret_changed": _("{who} made a new secret for the webhook of {what}"),
            "watch.webhook_paused": _("The webhook of {what} was paused"),
            "watch.webhook_resumed": _("{who} started the webhook of {what} again"),
        },
    ),
    Area(
        _("Ideas"),
        {
            "opportunity.asked": _("{who} asked for ideas on {topic} for {what}"),
            "opportunity.dismissed": _("{who} put the idea {what} aside"),
            "opportunity.used": _("{who} used the idea {what}"),
        },
    ),
    Area(
        _("Keys, wallets and gates"),
        {
            "key.made": _("{who} made the API key {what}"),
            "key.revoked": _("{who} revoked the API key {what}"),
            "wallet.proved": _("{who} proved the wallet {address}"),
            "wallet.removed": _("{who} removed the wallet {address}"),
            "gate.created": _("{who} put up the gate {what}"),
            "gate.changed": _("{who} changed the gate {what}"),
            "gate.removed": _("{who} took the gate {what} down"),
            "gate.opened": _("The gate {what} opened for a wallet"),
            "gate.closed": _("The gate {what} closed for a wallet"),
        },
    ),
    Area(
        _("Data and log"),
        {
            "data.export_asked": _("{who} asked for an export of everything"),
            "data.import_asked": _("{who} brought an archive to import"),
            "data.tried_again": _("{who} had an export or import tried again"),
            "audit.exported": _("{who} exported the audit log"),
            "audit.redacted": _("What the log said of a person was erased"),
        },
    ),
    Area(_("Plan and payments"), OF_PLANS_AND_PAYMENTS),
    Area(
        _("Operators"),
        {
            "operator.added": _("{who}, an operator, added {what}"),
            "operator.changed": _("{who}, an operator, changed {what}"),
            "operator.removed": _("{who}, an operator, removed {what}"),
            "impersonation.started": _("{who}, an operator, began to look at the product as {what}"),
            "impersonation.stopped": _("{who}, an operator, stopped looking at the product as {what}"),
            "flag.raised": _("{who} reported something"),
            "flag.upheld": _("{who}, an operator, upheld a report"),
            "flag.dismissed": _("{who}, an operator, dismissed a report"),
        },
    ),
)

SENTENCES: Mapping[str, Words] = {name: words for area in AREAS for name, words in area.sentences.items()}


def sentence(entry: AuditEntry) -> SafeString:
    """Tell an entry in one sentence, marked up; an action nobody knows any more is told by its own name."""
    template = str(SENTENCES.get(entry.action) or "{who}: " + entry.action.replace("_", " ").replace(".", " "))
    return format_html(template, **_Values(entry))


def plain_sentence(entry: AuditEntry) -> str:
    """Tell an entry in one sentence of bare text."""
    template = str(SENTENCES.get(entry.action) or "{who}: " + entry.action)
    return template.format(**{name: _text(entry, name) for name in _Values(entry)})


class _Values(dict[str, Any]):
    """What a sentence may name, each as strong text; what an entry does not know is a dash."""

    def __init__(self, entry: AuditEntry) -> None:
        names = {"who", "what", *entry.metadata, *_names(entry.action)}
        super().__init__({name: format_html("<b>{}</b>", _text(entry, name)) for name in names})


def _names(action: str) -> set[str]:
    """Return the names a sentence asks for."""
    parts = str(SENTENCES.get(action, "")).split("{")[1:]
    return {part.partition("}")[0] for part in parts}


def _text(entry: AuditEntry, name: str) -> str:
    if name == "who":
        return entry.actor_name or gettext("(erased)")
    if name == "what":
        return entry.resource_name or "–"
    value = entry.metadata.get(name)
    if name == "platform":
        return str(catalogue.badge(value).name)
    return _shown(value)


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, list):
        return ", ".join(map(str, value[:LISTED])) + ("…" if len(value) > LISTED else "")
    return str(value)


@dataclass(frozen=True)
class Change:
    """One field, before and after."""

    name: str
    before: str
    after: str


def changes_of(entry: AuditEntry) -> list[Change]:
    """Return what changed where it was recorded as {field: [before, after]}."""
    recorded = entry.metadata.get("changes")
    if not isinstance(recorded, dict):
        return []
    return [
        Change(name.replace("_", " "), _shown(pair[0]), _shown(pair[1]))
        for name, pair in recorded.items()
        if isinstance(pair, list) and len(pair) == 2
    ]


def facts_of(entry: AuditEntry) -> dict[str, str]:
    """Return the rest of what was recorded."""
    return {name.replace("_", " "): _shown(value) for name, value in entry.metadata.items() if name != "changes"}
