"""What the page's scripts say, in the reader's language: one block of data, no words inside the scripts."""

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    """Sentences by key; {braces} are filled in by the script."""
    return {**_requests(), **_uploads(), **_studio(), **_passkeys(), **_approvals(), **_calendar()}


def _requests() -> dict[str, str]:
    return {
        "close": _("Close"),
        "slow": _("Still working. You may go on with other pages; the result will be kept."),
        "offline": _("No network. What you typed stays here; try again when it is back."),
        "refused": _("You may not do that. Nothing was changed."),
        "gone": _("That is not here any more. Load the page again to see what is."),
        "conflict": _("Somebody else was faster. Load the page again to see what changed; what you typed is kept."),
        "signed_out": _(
            "You were signed out. What you typed stays on this page: sign in in another tab, then try again."
        ),
        "too_many": _("Too many tries in a short time. Wait a minute, then try again."),
        "broken": _("That did not work, and it is our fault. Nothing was changed; try again in a moment."),
        "copied": _("Copied"),
        "wallet_refused": _("You said no in the wallet. Nothing was connected."),
        "nothing": _("Nothing of that name. Press Enter to search the library."),
        "search_library": _("Search the library for “{query}”"),
        "search_trends": _("Search trends for “{query}”"),
        "switch_theme": _("Switch light and dark"),
        "show_keys": _("Show the keys"),
    }


def _approvals() -> dict[str, str]:
    return {
        "chosen": _("{n} chosen"),
        "remark_at": _("About {at}"),
        "remark_on": _("About “{words}”"),
        "remark_spot": _("About the spot {x} % from the left, {y} % from the top"),
        "moved_to": _("{name}: now {place} of {all}"),
    }


def _calendar() -> dict[str, str]:
    return {
        "undo": _("Undo"),
        "cal_lifted": _("Picked up “{title}”. Arrows move it, Enter drops it, Escape puts it back."),
        "cal_back": _("Put back. Nothing was moved."),
        "cal_edge": _("That is not shown here. Turn to other days first."),
        "cal_chosen": _("{n} chosen"),
        "cal_all": _("All, none"),
    }


def _passkeys() -> dict[str, str]:
    return {
        "passkey_cancelled": _("No passkey was used. Try again, or take another way."),
        "passkey_known": _("This device has a passkey for this account already."),
        "passkey_address": _("Passkeys need an address with a name and https (or localhost). Here, take another way."),
        "passkey_none": _("This browser knows no passkeys. Take another way."),
        "passkey_broken": _("The passkey could not be read. Nothing was changed; try again, or take another way."),
    }


def _uploads() -> dict[str, str]:
    return {
        "uploading": _("Uploading {done} of {all}"),
        "uploaded": _("Uploaded {done} of {all}"),
        "up_progress": _("{done} of {size} · {speed}/s · {left} left"),
        "up_bytes": _("{done} of {size}"),
        "up_paused": _("Paused at {done} of {size}"),
        "up_waiting": _("Waits for its turn"),
        "up_broken": _("The connection broke at {done} of {size}; it goes on by itself"),
        "up_done": _("Uploaded, now being understood"),
        "up_same": _("The same file is here already: “{title}”."),
        "up_refused": _("Not taken"),
        "up_too_big": _("It is {size}; this server takes up to {limit} each. Nothing was sent."),
        "up_empty": _("The file is empty. Nothing was sent."),
        "up_known": _("{name} is already in this list."),
        "up_cancelled": _("{name} was taken out. What had arrived is removed."),
        "up_resumed": _("Goes on where it stopped, at {done}."),
        "up_failed": _("The upload stopped. What has arrived is kept; try again to go on from there."),
        "up_try": _("Try again"),
        "up_open": _("Open"),
        "up_pause": _("Pause {name}"),
        "up_go_on": _("Go on with {name}"),
        "up_cancel": _("Cancel {name}"),
        "up_pause_all": _("Pause all"),
        "up_go_on_all": _("Go on with all"),
        "up_leave": _("Uploads are still running. They go on where they stopped when you come back."),
        "seconds": _("{n} s"),
        "minutes": _("{n} min"),
        "hours": _("{n} h"),
    }


def _studio() -> dict[str, str]:
    return {
        "of": _("{used} of {limit}"),
        "over": _("{over} over: {used} of {limit}"),
        "position": _("{at} of {all}"),
        "play": _("Play"),
        "pause": _("Pause"),
        "unsaved": _("What you changed is not saved yet and would be lost. Go on without it?"),
        "saved_words": _("What you changed is not saved yet: the saved words would be used. Go on with those?"),
    }
