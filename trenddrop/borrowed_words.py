"""Words that libraries and model names bring to our pages, marked here so that our catalogues can hold them.

What a library translates itself is not listed. A catalogue of ours goes before a library's.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

# What hangs on a brand, as its page of deletion counts it.
OF_MODELS = (
    _("audience profiles"),
    _("brand templates"),
    _("brand voice samples"),
    _("content assets"),
    _("generated content"),
    _("idea requests"),
    _("prompts"),
    _("repurposing jobs"),
    _("repurposing strategies"),
    _("trend alerts"),
    _("trend opportunities"),
    _("trend relevances"),
    _("uploads"),
)

# django-allauth has no Hindi.
AT_THE_DOOR = (
    _("A user is already registered with this email address."),
    _("A user is already registered with this phone number."),
    _("Authenticator code"),
    _("Be patient, you are sending too many requests."),
    _("Code"),
    _("Current Password"),
    _("Email"),
    _("Email address"),
    _("Forgot your password?"),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Invalid login."),
    _("Invalid or expired key."),
    _("Invalid token."),
    _("New Password"),
    _("New Password (again)"),
    _("Password"),
    _("Password (again)"),
    _("Passwordless"),
    _("Please select only one."),
    _("Please type your current password."),
    _("Recovery codes"),
    _("Remember Me"),
    _("The email address and/or password you specified are not correct."),
    _("The email address is not assigned to any user account."),
    _("The new value must be different from the current one."),
    _("The password reset token was invalid."),
    _("This account is currently inactive."),
    _("This password is already in use. Please choose another."),
    _("Too many failed login attempts. Try again later."),
    _("Use a security key"),
    _("Use authenticator app or code"),
    _("Use your password"),
    _("You cannot add more than %d email addresses."),
    _("You must type the same email each time."),
    _("You must type the same password each time."),
    _("Your account has no password set up."),
    _("Your account has no verified email address."),
    _("Your primary email address must be verified."),
)

# Django's own Hindi leaves these out, shortens two months beyond knowing, or does not spell them as people do.
IN_FORMS = (
    _("September"),
    _("November"),
    _("December"),
    _("Thu"),
    _("This field is required."),
    _("Enter a whole number."),
    _("Enter a number."),
    _("Enter a valid date."),
    _("Enter a valid URL."),
    _("Enter a valid email address."),
    _("dec"),
    _("mar"),
    _("Enter a complete value."),
    _("Enter a valid domain name."),
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    _("File extension “%(extension)s” is not allowed. Allowed extensions are: %(allowed_extensions)s."),
    _("Null characters are not allowed."),
    _("The two password fields didn’t match."),
    _("This password is entirely numeric."),
    _("This password is too common."),
    _("The password is too similar to the %(verbose_name)s."),
    _("“%(pk)s” is not a valid value."),
    _("“%(value)s” is not a valid UUID."),
    ngettext_lazy(
        "Ensure this filename has at most %(max)d character (it has %(length)d).",
        "Ensure this filename has at most %(max)d characters (it has %(length)d).",
    ),
    ngettext_lazy(
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
    ),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
