"""Everything that changes something. Each service takes the real time `now`; rows carry lesson time."""

from classroom.services.accounts import (
    change_role,
    choose_language,
    deactivate_account,
    introduce_account,
    move_account,
    password_reset_link,
    reactivate_account,
    remove_second_factor,
    sign_out_everywhere,
)
from classroom.services.attendance import (
    end_lost_stays,
    enter_lesson,
    keep_seats,
    leave_lesson,
    note_presence,
)
from classroom.services.attendance_returns import (
    choose_attendance,
    claim_return,
    due_returns,
    finish_turn,
    take_turn,
)
from classroom.services.classrooms import (
    archive_classroom,
    change_classroom,
    create_classroom,
    delete_classroom,
    renew_code,
    unarchive_classroom,
)
from classroom.services.consents import give_consent, withdraw_consent
from classroom.services.counted import announce_counted
from classroom.services.course import answer_course, require_course
from classroom.services.course_rosters import keep_roster, read_course_roster
from classroom.services.delivering import deliver
from classroom.services.dispatch import send_attendance_task, send_roster_task
from classroom.services.emails import note_confirmed_email
from classroom.services.endings import repeat_endings
from classroom.services.erasure import erase_own_place, remove_place
from classroom.services.flags import answer_flag, expire_flags, review_flag
from classroom.services.guardian_answers import (
    answer_guardian,
    change_answer,
    log_look_at_answer,
    record_on_paper,
    withdraw_answer,
)
from classroom.services.guardians import (
    Ward,
    end_guardian_links,
    mail_guardian,
    make_guardian_link,
    ward_behind,
    ward_of,
)
from classroom.services.guesses import check_guess, count_wrong_way_back, give_guess_back
from classroom.services.invitations import (
    accept_invitation,
    invite,
    revoke_invitation,
    send_invitation,
)
from classroom.services.joining import (
    check_newcomer,
    check_place_rate,
    find_classroom,
    join_classroom,
)
from classroom.services.launches import (
    check_launch_rate,
    connect_account,
    enter_course,
    find_platform,
    known_account,
    make_platform_account,
    open_course,
    opened_course,
    platform_of_try,
    read_message,
)
from classroom.services.lessons import (
    BREAK_MINUTES,
    close_forgotten_lessons,
    dismiss_hint,
    end_lesson,
    open_lesson,
    pause_lesson,
    resume_lesson,
    set_break,
    set_interval,
    set_pace,
    start_demo,
)
from classroom.services.logins import DEVICE_KNOWN_FOR_S, begin_login, device_of, login_was_right
from classroom.services.markers import add_marker, mark_by_program, remove_marker, rename_marker
from classroom.services.months import drop_past_months, turn_months
from classroom.services.mood import step_lesson, tick
from classroom.services.narrowing import apply_policy, concerned, narrows
from classroom.services.outbox import claim_delivery, due_deliveries, finish_delivery
from classroom.services.participants import (
    block_participant,
    merge_participants,
    rename_participant,
    unblock_participant,
)
from classroom.services.places import check_may_join
from classroom.services.platforms import (
    accept_platform,
    change_platform,
    endpoints_of,
    invite_platform,
    platform_invitation,
    register_platform,
    remove_platform,
    switch_platform_on,
)
from classroom.services.policies import choose_policy, drawn_up
from classroom.services.pulse import answer_pulse_check, ask_pulse_check
from classroom.services.questions import ask_question, settle_question, vote_for_question
from classroom.services.readings import record_readings
from classroom.services.record_store import pause_store, remove_store, resume_store, set_store, try_store
from classroom.services.reports import (
    ask_for_report,
    ask_for_report_again,
    claim_report,
    due_reports,
    finish_report,
    report_progress,
)
from classroom.services.rights import teacher_now
from classroom.services.roster import add_to_roster
from classroom.services.school_settings import (
    change_calendar,
    change_contact,
    change_school,
    remove_logo,
    set_logo,
)
from classroom.services.schools import create_school, name_school, resume_school, suspend_school
from classroom.services.self_reports import report_self
from classroom.services.sessions import delete_ended_logins, end_login, end_other_logins
from classroom.services.slides import make_slides_key, mark_slide, revoke_slides_key
from classroom.services.strikes import strike_minutes
from classroom.services.summaries import (
    choose_summaries,
    claim_summary,
    due_summaries,
    finish_summary,
    summary_address,
)
from classroom.services.teachers import end_share, hand_over, share_classroom
from classroom.services.tokens import make_token, revoke_token, revoke_token_of_school, use_token
from classroom.services.tool_keys import published_keys, rotate_tool_key, tool_key
from classroom.services.upkeep import delete_what_is_nobodys, look_after_school, take_due_schools
from classroom.services.way_back import WAY_BACK_LASTS, make_way_back, place_behind, take_way_back
from classroom.services.webhooks import (
    choose_events,
    make_webhook,
    pause_webhook,
    remove_webhook,
    renew_secret,
    resume_webhook,
    try_webhook,
)

__all__ = [
    "BREAK_MINUTES",
    "DEVICE_KNOWN_FOR_S",
    "WAY_BACK_LASTS",
    "Ward",
    "accept_invitation",
    "accept_platform",
    "add_marker",
    "add_to_roster",
    "announce_counted",
    "answer_course",
    "answer_flag",
    "answer_guardian",
    "answer_pulse_check",
    "apply_policy",
    "archive_classroom",
    "ask_for_report",
    "ask_for_report_again",
    "ask_pulse_check",
    "ask_question",
    "begin_login",
    "block_participant",
    "change_answer",
    "change_calendar",
    "change_classroom",
    "change_contact",
    "change_platform",
    "change_role",
    "change_school",
    "check_guess",
    "check_launch_rate",
    "check_may_join",
    "check_newcomer",
    "check_place_rate",
    "choose_attendance",
    "choose_events",
    "choose_language",
    "choose_policy",
    "choose_summaries",
    "claim_delivery",
    "claim_report",
    "claim_return",
    "claim_summary",
    "close_forgotten_lessons",
    "concerned",
    "connect_account",
    "count_wrong_way_back",
    "create_classroom",
    "create_school",
    "deactivate_account",
    "delete_classroom",
    "delete_ended_logins",
    "delete_what_is_nobodys",
    "deliver",
    "device_of",
    "dismiss_hint",
    "drawn_up",
    "drop_past_months",
    "due_deliveries",
    "due_reports",
    "due_returns",
    "due_summaries",
    "end_guardian_links",
    "end_lesson",
    "end_login",
    "end_lost_stays",
    "end_other_logins",
    "end_share",
    "endpoints_of",
    "enter_course",
    "enter_lesson",
    "erase_own_place",
    "expire_flags",
    "find_classroom",
    "find_platform",
    "finish_delivery",
    "finish_report",
    "finish_summary",
    "finish_turn",
    "give_consent",
    "give_guess_back",
    "hand_over",
    "introduce_account",
    "invite",
    "invite_platform",
    "join_classroom",
    "keep_roster",
    "keep_seats",
    "known_account",
    "leave_lesson",
    "log_look_at_answer",
    "login_was_right",
    "look_after_school",
    "mail_guardian",
    "make_guardian_link",
    "make_platform_account",
    "make_slides_key",
    "make_token",
    "make_way_back",
    "make_webhook",
    "mark_by_program",
    "mark_slide",
    "merge_participants",
    "move_account",
    "name_school",
    "narrows",
    "note_confirmed_email",
    "note_presence",
    "open_course",
    "open_lesson",
    "opened_course",
    "password_reset_link",
    "pause_lesson",
    "pause_store",
    "pause_webhook",
    "place_behind",
    "platform_invitation",
    "platform_of_try",
    "published_keys",
    "reactivate_account",
    "read_course_roster",
    "read_message",
    "record_on_paper",
    "record_readings",
    "register_platform",
    "remove_logo",
    "remove_marker",
    "remove_place",
    "remove_platform",
    "remove_second_factor",
    "remove_store",
    "remove_webhook",
    "rename_marker",
    "rename_participant",
    "renew_code",
    "renew_secret",
    "repeat_endings",
    "report_progress",
    "report_self",
    "require_course",
    "resume_lesson",
    "resume_school",
    "resume_store",
    "resume_webhook",
    "review_flag",
    "revoke_invitation",
    "revoke_slides_key",
    "revoke_token",
    "revoke_token_of_school",
    "rotate_tool_key",
    "send_attendance_task",
    "send_invitation",
    "send_roster_task",
    "set_break",
    "set_interval",
    "set_logo",
    "set_pace",
    "set_store",
    "settle_question",
    "share_classroom",
    "sign_out_everywhere",
    "start_demo",
    "step_lesson",
    "strike_minutes",
    "summary_address",
    "suspend_school",
    "switch_platform_on",
    "take_due_schools",
    "take_turn",
    "take_way_back",
    "teacher_now",
    "tick",
    "tool_key",
    "try_store",
    "try_webhook",
    "turn_months",
    "unarchive_classroom",
    "unblock_participant",
    "use_token",
    "vote_for_question",
    "ward_behind",
    "ward_of",
    "withdraw_answer",
    "withdraw_consent",
]
