"""Everything that changes something. Each service takes the real time `now`; rows carry lesson time."""

from classroom.services.accounts import (
    change_role,
    deactivate_account,
    introduce_account,
    move_account,
    password_reset_link,
    reactivate_account,
    remove_second_factor,
    sign_out_everywhere,
)
from classroom.services.attendance import enter_lesson, keep_seats, leave_lesson
from classroom.services.classrooms import (
    archive_classroom,
    change_classroom,
    create_classroom,
    delete_classroom,
    unarchive_classroom,
)
from classroom.services.consents import give_consent, withdraw_consent
from classroom.services.counted import announce_counted
from classroom.services.emails import note_confirmed_email
from classroom.services.erasure import erase_own_place, remove_place
from classroom.services.flags import answer_flag, expire_flags, review_flag
from classroom.services.invitations import (
    accept_invitation,
    invite,
    revoke_invitation,
    send_invitation,
)
from classroom.services.joining import (
    check_join_rate,
    check_place_rate,
    find_classroom,
    give_guess_back,
    join_classroom,
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
from classroom.services.logins import begin_login, login_was_right
from classroom.services.markers import add_marker, mark_by_program, remove_marker, rename_marker
from classroom.services.months import turn_months
from classroom.services.mood import step_lesson, tick
from classroom.services.narrowing import apply_policy, concerned, narrows
from classroom.services.participants import (
    block_participant,
    merge_participants,
    rename_participant,
    unblock_participant,
)
from classroom.services.places import check_may_join
from classroom.services.policies import choose_policy, drawn_up
from classroom.services.pulse import answer_pulse_check, ask_pulse_check
from classroom.services.questions import ask_question, settle_question, vote_for_question
from classroom.services.readings import record_readings
from classroom.services.reports import (
    ask_for_report,
    ask_for_report_again,
    claim_report,
    finish_report,
    report_progress,
    unfinished_reports,
)
from classroom.services.rights import teacher_now
from classroom.services.roster import add_to_roster
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
from classroom.services.tokens import make_token, revoke_token, use_token
from classroom.services.upkeep import delete_what_is_nobodys, look_after_school, take_due_schools
from classroom.services.way_back import WAY_BACK_LASTS, make_way_back, place_behind, take_way_back

__all__ = [
    "BREAK_MINUTES",
    "WAY_BACK_LASTS",
    "accept_invitation",
    "add_marker",
    "add_to_roster",
    "announce_counted",
    "answer_flag",
    "answer_pulse_check",
    "apply_policy",
    "archive_classroom",
    "ask_for_report",
    "ask_for_report_again",
    "ask_pulse_check",
    "ask_question",
    "begin_login",
    "block_participant",
    "change_classroom",
    "change_role",
    "check_join_rate",
    "check_may_join",
    "check_place_rate",
    "choose_policy",
    "choose_summaries",
    "claim_report",
    "claim_summary",
    "close_forgotten_lessons",
    "concerned",
    "create_classroom",
    "create_school",
    "deactivate_account",
    "delete_classroom",
    "delete_ended_logins",
    "delete_what_is_nobodys",
    "dismiss_hint",
    "drawn_up",
    "due_summaries",
    "end_lesson",
    "end_login",
    "end_other_logins",
    "end_share",
    "enter_lesson",
    "erase_own_place",
    "expire_flags",
    "find_classroom",
    "finish_report",
    "finish_summary",
    "give_consent",
    "give_guess_back",
    "hand_over",
    "introduce_account",
    "invite",
    "join_classroom",
    "keep_seats",
    "leave_lesson",
    "login_was_right",
    "look_after_school",
    "make_slides_key",
    "make_token",
    "make_way_back",
    "mark_by_program",
    "mark_slide",
    "merge_participants",
    "move_account",
    "name_school",
    "narrows",
    "note_confirmed_email",
    "open_lesson",
    "password_reset_link",
    "pause_lesson",
    "place_behind",
    "reactivate_account",
    "record_readings",
    "remove_marker",
    "remove_place",
    "remove_second_factor",
    "rename_marker",
    "rename_participant",
    "report_progress",
    "report_self",
    "resume_lesson",
    "resume_school",
    "review_flag",
    "revoke_invitation",
    "revoke_slides_key",
    "revoke_token",
    "send_invitation",
    "set_break",
    "set_interval",
    "set_pace",
    "settle_question",
    "share_classroom",
    "sign_out_everywhere",
    "start_demo",
    "step_lesson",
    "strike_minutes",
    "summary_address",
    "suspend_school",
    "take_due_schools",
    "take_way_back",
    "teacher_now",
    "tick",
    "turn_months",
    "unarchive_classroom",
    "unblock_participant",
    "unfinished_reports",
    "use_token",
    "vote_for_question",
    "withdraw_consent",
]
