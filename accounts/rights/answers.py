"""The answers for people, organisations, brands, and what they were told and did."""

from django.utils.translation import gettext_lazy as _

from accounts.rights.registry import Answer, Fate, Kept

NEVER = "a secret never leaves the installation"
STATE = "a state of this installation's own work"

_ACCOUNTABLE = "GDPR Art. 5(2) and 17(3)(b, e); DPDP Rules 2025, rule 6(1)(e); CERT-In Directions of 28 April 2022"
_AS_LONG = _("as long as the organisation keeps its log")
_LOG = Kept(
    _("The audit log: what was done, to what number, and when; every name, address and detail is blanked"),
    _("To answer for what was done, and to find misuse afterwards."),
    _ACCOUNTABLE,
    _("as long as this installation stands: it names nobody"),
)

ANSWERS = (
    Answer(
        "accounts.User",
        person="pk",
        organization="memberships__organization",
        exports="email full_name phone phone_verified country timezone language status digest_hour last_login is_staff"
        " bounced_address suspended_at suspension_reason deleted_at erase_after",
        exports_to_organization="email full_name",
        files="avatar",
        leaves_out={"password": NEVER, "is_superuser": "a right in this installation only", "session_epoch": NEVER},
        not_imported="people sign up for themselves; members are found by their address, or invited",
        kept_of_person=Kept(
            _("A row without name, address or anything else of them"),
            _("Work they made stays with its organisation, by “former member”."),
            "GDPR Art. 17(1) does not reach what no longer identifies anybody (recital 26)",
            _("as long as there is work that points to it"),
        ),
    ),
    Answer(
        "accounts.Organization",
        organization="pk",
        exports="name slug owner website industry company_size type timezone settings requires_second_factor"
        " deleted_at erase_after",
        files="logo",
        on_import={"requires_second_factor": False, "deleted_at": None, "erase_after": None},
        people={"owner": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="name slug website industry settings",
        kept_of_organization=Kept(
            _("A row without name or settings"),
            _("The lines below need something to belong to."),
            "GDPR Art. 17(3)(b)",
            _("as long as the lines below"),
        ),
    ),
    Answer(
        "accounts.Membership",
        organization="organization",
        person="user",
        exports="user role client permission_overrides status invited_by invited_at joined_at",
        on_import={"invited_by": None},
        people={"user": Fate.DELETED, "invited_by": Fate.POINTS_TO_NOBODY},
    ),
    Answer(
        "accounts.ClientAccount",
        organization="organization",
        exports="name slug contact_name contact_email brand_colors settings deleted_at",
        files="logo",
        words="name slug",
    ),
    Answer(
        "accounts.Invitation",
        organization="organization",
        person="accepted_by",
        exports="email role client message invited_by expires_at last_sent_at times_sent accepted_at accepted_by"
        " declined_at revoked_at",
        leaves_out={"token_hash": NEVER, "times_mailed": "a state of this installation's own work"},
        not_imported="an old link must not open a new organisation; invite anew",
        people={"invited_by": Fate.POINTS_TO_NOBODY, "accepted_by": Fate.DELETED},
    ),
    Answer(
        "accounts.BrandProfile",
        organization="organization",
        exports="client name description industry keywords target_audience content_goals preferred_platforms tone"
        " guidelines sample_urls country language",
        words="name description industry keywords target_audience content_goals guidelines sample_urls",
    ),
    Answer(
        "accounts.BrandVoiceSample",
        organization="organization",
        exports="brand text source source_name source_id text_hash language",
        leaves_out={"embedding": "made again from the text", "embedded_by": "made again from the text"},
        words="text source_name",
    ),
    Answer(
        "accounts.AudienceProfile",
        organization="organization",
        exports="brand name age_from age_to genders locations interests pain_points content_types platform_habits",
        words="name locations interests pain_points platform_habits",
    ),
    Answer(
        "accounts.Notification",
        organization="organization",
        person="user",
        exports="user kind title message link read_at in_app mail_wanted in_digest mailed_at",
        leaves_out=dict.fromkeys(
            ("mail_began_at", "mail_after", "mail_tries", "mail_error", "lease_until", "fence"), STATE
        ),
        on_import={"mail_wanted": False, "in_digest": False},
        people={"user": Fate.DELETED},
    ),
    Answer(
        "accounts.NotificationPreference",
        person="user",
        exports="user kind mail in_app",
        people={"user": Fate.DELETED},
    ),
    Answer(
        "accounts.AuditEntry",
        organization="organization",
        person="actor",
        exports="sequence at actor actor_name action resource_type resource_id resource_name ip user_agent metadata"
        " salts seals redacted_by previous_hash hash",
        not_imported="the log of another installation stays in the archive; here the import itself is an entry",
        people={"actor": Fate.POINTS_TO_A_NAMELESS_ROW},
        kept_of_organization=_LOG,
        kept_of_person=Kept(
            _("Lines in audit logs: what was done and when; name, network address, device and details are blanked"),
            _("To answer for what was done, and to find misuse afterwards."),
            _ACCOUNTABLE,
            _AS_LONG,
        ),
    ),
    Answer(
        "accounts.AuditHead",
        organization="organization",
        not_exported="the last line of the log, written by the database itself",
        kept_of_organization=_LOG,
    ),
    Answer(
        "accounts.AuditCheck",
        organization="organization",
        not_exported="when the log was last checked here",
    ),
    Answer(
        "accounts.Digest",
        person="user",
        exports="user day",
        leaves_out=dict.fromkeys(("began_at", "try_after", "tries", "error", "lease_until", "fence"), STATE),
        people={"user": Fate.DELETED},
    ),
    Answer(
        "accounts.ApiKey",
        organization="organization",
        person="membership__user",
        exports="membership name prefix scopes expires_at last_used_at last_used_ip revoked_at",
        leaves_out={"hash": NEVER},
        not_imported="a key is a secret; make a new one",
    ),
    Answer(
        "accounts.IdempotentRequest",
        organization="organization",
        not_exported="answers remembered for a day, so that nothing is made twice",
    ),
    Answer(
        "accounts.DataRequest",
        organization="organization",
        person="user",
        exports="kind status user subject due_at progress file_expires_at report error finished_at",
        leaves_out={"file": "an archive does not hold archives", "lease_until": STATE, "fence": STATE},
        not_imported="what was asked of another installation",
        people={"user": Fate.POINTS_TO_A_NAMELESS_ROW},
        kept_of_organization=Kept(
            _("That the erasure was asked for and done, and what it counted"),
            _("To prove that the request was met."),
            "GDPR Art. 5(2) and 12(3)",
            _("as long as this installation stands: it names nobody"),
        ),
        kept_of_person=Kept(
            _("That the erasure was asked for and done, and what it counted"),
            _("To prove that the request was met."),
            "GDPR Art. 5(2) and 12(3)",
            _("as long as this installation stands: it names nobody"),
        ),
    ),
    Answer(
        "accounts.Wallet",
        person="user",
        exports="user address label proved_at message",
        people={"user": Fate.DELETED},
    ),
    Answer(
        "accounts.TokenGate",
        organization="organization",
        exports="name chain_id standard contract token_id minimum opens role active",
        words="name contract",
    ),
    Answer(
        "accounts.GateCheck",
        organization="organization",
        person="wallet__user",
        exports="gate wallet balance is_open block checked_at error",
        not_imported="wallets belong to people; they are asked again",
    ),
    Answer(
        "accounts.Flag",
        organization="organization",
        person="reported_by",
        exports="resource_type resource_id resource_name reason note reported_by status decided_at",
        leaves_out={"decided_by": "who of the operators decided", "decision_note": "the operators' own note"},
        not_imported="a matter of the operators of another installation",
        people={"reported_by": Fate.POINTS_TO_NOBODY, "decided_by": Fate.POINTS_TO_NOBODY},
    ),
    Answer("accounts.SystemSetting", not_exported="belongs to the installation"),
)
