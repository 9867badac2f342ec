"""The help pages: who reads them, what each is about, where it leads. Prose: templates/help/pages."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Reader(StrEnum):
    STUDENT = "student"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    ADMIN = "admin"
    EVERYBODY = "everybody"


READERS = {
    Reader.STUDENT: _("For students"),
    Reader.GUARDIAN: _("For parents and guardians"),
    Reader.TEACHER: _("For teachers"),
    Reader.ADMIN: _("For administrators of a school"),
    Reader.EVERYBODY: _("When something does not work"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A page of the product that help leads to: its name among the addresses, and what it is called."""

    url_name: str
    label: Text


@dataclass(frozen=True, slots=True)
class HelpPage:
    """`words` are the terms that it uses, by their slugs. `way` is offered to readers who are logged in, and
    to students and everybody always."""

    slug: str
    reader: Reader
    title: Text
    summary: Text
    words: tuple[str, ...] = ()
    way: Way | None = None

    @property
    def template(self) -> str:
        return f"help/pages/{self.slug}.html"


JOIN = Way("join", _("Join a class"))
MY_DATA = Way("all_my_data", _("My data"))
CLASSROOMS = Way("classrooms", _("Classrooms"))

PAGES = (
    HelpPage(
        "joining",
        Reader.STUDENT,
        _("Joining a lesson"),
        _("With a code or a link, in two steps: your name, then how you want to take part."),
        ("guest", "lesson", "consent", "class-mood", "individual-data"),
        JOIN,
    ),
    HelpPage(
        "camera",
        Reader.STUDENT,
        _("What the camera does, and what it does not"),
        _("What is read from your pictures, where, and who sees it."),
        ("snapshot", "presence", "attention", "expression", "policy", "smallest-group"),
    ),
    HelpPage(
        "pausing",
        Reader.STUDENT,
        _("Pausing, and changing your mind"),
        _("Stop your camera for a while, or take part in another way."),
        ("consent", "unknown"),
    ),
    HelpPage(
        "withdrawing",
        Reader.STUDENT,
        _("Withdrawing and deleting"),
        _("What is deleted, what stays, and the receipt."),
        ("withdraw", "place", "periods"),
        MY_DATA,
    ),
    HelpPage(
        "my-data",
        Reader.STUDENT,
        _("My data"),
        _("See and download what is stored about you, and who looked at it."),
        ("reading", "access-log", "flag", "periods"),
        MY_DATA,
    ),
    HelpPage(
        "guardians",
        Reader.GUARDIAN,
        _("For parents and guardians"),
        _("What ClassPulse is, what it stores, and what you can ask for."),
        ("policy", "consent", "expression", "snapshot", "withdraw"),
    ),
    HelpPage(
        "first-lesson",
        Reader.TEACHER,
        _("Your first lesson"),
        _("From a new classroom to a running lesson, and what to tell students."),
        ("classroom", "lesson", "simulation", "policy"),
        CLASSROOMS,
    ),
    HelpPage(
        "live-view",
        Reader.TEACHER,
        _("Reading the live view"),
        _("What the sentence, the levels and the tiles tell you, and what they do not."),
        (
            "with-you",
            "drifting",
            "down-or-away",
            "unknown",
            "engagement",
            "class-mood",
            "smallest-group",
            "hint",
        ),
        CLASSROOMS,
    ),
    HelpPage(
        "what-students-say",
        Reader.TEACHER,
        _("What students say"),
        _("Taps, “With me?” and questions without a name."),
        ("with-me", "what-they-say", "question", "smallest-group"),
        CLASSROOMS,
    ),
    HelpPage(
        "report",
        Reader.TEACHER,
        _("The report of a lesson"),
        _("How the lesson went, how reliable that is, and files to keep."),
        ("report", "key-moment", "coverage", "individual-data", "attendance"),
        CLASSROOMS,
    ),
    HelpPage(
        "flags",
        Reader.TEACHER,
        _("Flags, and reviewing them"),
        _("A draft is a question to you. How to look into it and decide."),
        ("flag", "expression", "individual-data", "access-log"),
        CLASSROOMS,
    ),
    HelpPage(
        "your-class",
        Reader.TEACHER,
        _("Your class: names, colleagues, end of term"),
        _("Rosters, lost places, duplicates, substitutes, archive."),
        ("classroom", "roster", "place", "way-back", "trial"),
        CLASSROOMS,
    ),
    HelpPage(
        "setting-up",
        Reader.ADMIN,
        _("Setting up your school"),
        _("The first day, in order."),
        ("policy", "second-factor"),
        Way("attention", _("Home")),
    ),
    HelpPage(
        "connecting",
        Reader.ADMIN,
        _("Connecting a learning platform, and other programs"),
        _("Moodle, Canvas and the like, a record store, tokens and webhooks."),
        ("classroom", "roster", "attendance"),
        Way("platforms", _("Learning platforms")),
    ),
    HelpPage(
        "policy",
        Reader.ADMIN,
        _("The policy: what may be computed"),
        _("Where your school is, what is read and where, and who decided it."),
        ("policy", "presence", "attention", "expression", "smallest-group", "consent"),
        Way("choose_policy", _("Policy")),
    ),
    HelpPage(
        "people",
        Reader.ADMIN,
        _("People: inviting, helping, leaving"),
        _("Invitations, roles, lost passwords and devices, the teachers' course."),
        ("second-factor", "course"),
        Way("people", _("People")),
    ),
    HelpPage(
        "school-lessons",
        Reader.ADMIN,
        _("Lessons and reports of the school"),
        _("All lessons, reports that failed, drafts that wait."),
        ("lesson", "report", "flag"),
        Way("overview", _("Lessons")),
    ),
    HelpPage(
        "retention",
        Reader.ADMIN,
        _("How long things are kept, and erasing on request"),
        _("Periods, and what to do when a student asks."),
        ("periods", "place", "withdraw"),
        Way("places", _("Erase a student's place")),
    ),
    HelpPage(
        "who-looked",
        Reader.ADMIN,
        _("Who looked at what"),
        _("The log of looks, as a list and as a file."),
        ("access-log", "individual-data"),
        Way("access_log", _("Access log")),
    ),
    HelpPage(
        "camera-does-not-start",
        Reader.EVERYBODY,
        _("The camera does not start"),
        _("What to look at first, browser by browser."),
        (),
    ),
    HelpPage(
        "lost-way-back",
        Reader.EVERYBODY,
        _("I lost my place, or my way back"),
        _("Cookies gone, another device, a code that does not work."),
        ("place", "way-back", "guest"),
        Way("find_way_back", _("Come back to your place")),
    ),
    HelpPage(
        "refused",
        Reader.EVERYBODY,
        _("It says “refused”, or that nothing is here"),
        _("What each of these pages means, and what to do."),
        (),
    ),
    HelpPage(
        "your-account",
        Reader.EVERYBODY,
        _("Logging in and your account"),
        _("Forgotten passwords, second factor, logins on other devices."),
        ("second-factor",),
        Way("account", _("Your account")),
    ),
)
BY_SLUG = {page.slug: page for page in PAGES}

# Which help fits which page of the product, by the names of its addresses.
FITTING = {
    "joining": (
        *("home", "join", "join_classroom", "my_lesson", "give_consent", "my_self_report", "my_question"),
        *("leave_computer", "ask_guardian"),
    ),
    "withdrawing": (
        *("withdraw", "withdraw_everywhere", "erase_everywhere", "erase_my_place", "erase_place", "receipt"),
    ),
    "my-data": ("my_data", "all_my_data", "my_lessons_over_time", "strike", "answer_flag"),
    "first-lesson": (
        "classrooms",
        "classroom",
        "start_lesson",
        "start_demo",
        "join_sheet",
        "course",
        "course_page",
    ),
    "live-view": ("lesson", "glance", "how_good"),
    "report": (
        *("report", "write_report_again", "change_moment", "class_lessons", "compare_lessons"),
        *("participant_report",),
    ),
    "flags": ("review_flag", "agreement"),
    "your-class": (
        *("archive_classroom", "unarchive_classroom", "delete_classroom", "class_teachers", "end_share"),
        *("hand_over", "roster", "add_to_roster", "participants", "participant", "merge_participants"),
        *("block_participant", "unblock_participant", "remove_participant", "make_way_back"),
        *("class_guardians", "end_guardian_links", "choose_attendance", "read_course_roster", "renew_code"),
    ),
    "guardians": ("guardian", "guardian_own", "guardian_change", "guardian_withdraw"),
    "setting-up": (
        *("attention", "name_school", "school_settings", "school_look", "set_school_logo"),
        *("remove_school_logo", "school_calendar", "school_quiet_hours", "school_joining", "school_contact"),
    ),
    "connecting": (
        *("platforms", "platform", "new_platform", "make_platform_link", "switch_platform_on"),
        *("remove_platform", "school_programs", "record_store", "test_record_store", "pause_record_store"),
        *("resume_record_store", "remove_record_store", "revoke_school_token", "remove_school_webhook"),
    ),
    "policy": ("choose_policy",),
    "people": (
        *("people", "person", "change_role", "deactivate_account", "reactivate_account", "end_sessions"),
        *("remove_second_factor", "make_reset_link", "revoke_invitation", "move_account", "school_classes"),
        *("hand_over_class", "require_course", "schools", "school", "invite_administrator"),
        *("suspend_school", "resume_school"),
    ),
    "school-lessons": ("overview",),
    "retention": ("places", "erase_participant", "place_guardian"),
    "who-looked": ("access_log",),
    "lost-way-back": ("find_way_back", "take_way_back"),
    "your-account": (
        *("login", "logout", "account_login", "account_logout", "account_inactive", "welcome", "invitation"),
        *("mfa_authenticate", "mfa_login_webauthn", "socialaccount_login_cancelled"),
        *("socialaccount_login_error", "openid_connect_login", "openid_connect_callback"),
        *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key"),
        *("account_reset_password_from_key_done", "account", "account_reauthenticate", "login_again"),
        *("account_change_password", "account_set_password", "mail_summaries", "account_email"),
        *("account_email_verification_sent", "account_confirm_email", "usersessions_list"),
        *("webhooks", "webhook", "test_webhook", "pause_webhook", "resume_webhook", "renew_webhook_secret"),
        *("remove_webhook", "lti_account", "lti_connect"),
        *("end_other_logins", "end_login", "tokens", "revoke_token", "connect", "disconnect", "mfa_index"),
        *("mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"),
        *("mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn"),
        *("mfa_reauthenticate_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
    ),
}
FITS = {url_name: BY_SLUG[slug] for slug, names in FITTING.items() for url_name in names}
# No page that a person reads, or help itself.
WITHOUT_HELP = frozenset(
    (
        *("help", "help_words", "help_page", "favicon", "healthz", "readyz"),
        *("lesson_state", "add_marker", "ask_pulse", "settle_question", "rename_marker", "remove_marker"),
        *("make_slides_key", "revoke_slides_key", "mark_slide", "pause", "resume", "end_lesson"),
        *("set_interval", "set_break", "dismiss_hint", "report_status", "report_csv", "report_pdf"),
        *("report_xlsx", "report_json", "access_log_csv", "course_csv", "mfa_download_recovery_codes"),
        *("account_signup", "socialaccount_connections", "choose_language", "metrics"),
        *("imprint", "privacy", "school_colours", "school_logo"),
        *("lti_keys", "lti_launch", "lti_login", "lti_register", "lti_selection"),
    )
)
# Leaving them ends a camera or a view of the class: their help opens beside them.
STAY_OPEN = frozenset(("lesson", "my_lesson"))


def page_called(slug: str) -> HelpPage | None:
    return BY_SLUG.get(slug)


def page_for(url_name: str | None) -> HelpPage | None:
    """The help that fits a page of the product; None where only the list of all help does."""
    return FITS.get(url_name or "")
