"""Rights as a table: role x page x method, and role x socket. A page that is missing here fails."""

from copy import deepcopy
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from classroom import access, services
from classroom.models import Attendance, Hint, Participant, Policy, Question, RollupBin
from classroom.receipts import Receipt
from reports.build import build_report
from tests.factories import (
    MONDAY,
    make_admin,
    make_classroom,
    make_consent,
    make_flag,
    make_lesson,
    make_participant,
    make_platform,
    make_school,
    make_teacher,
    make_user,
)

# `guest` and `pupil` (an account) are members of the classroom, `stranger` and `outsider` are not;
# `colleague` teaches at the same school, `foreigner` administers another one.
# login: sent to the login page. go: sent on to another page.
TABLE = """
page                  method  anonymous guest stranger pupil outsider owner colleague admin foreigner
home                  GET     200       200   200      200   200      go    go        go    go
home                  POST    405       405   405      405   405      405   405       405   405
login                 GET     200       200   200      go    go       go    go        go    go
login                 POST    200       200   200      go    go       go    go        go    go
logout                GET     405       405   405      405   405      405   405       405   405
logout                POST    go        go    go       go    go       go    go        go    go
school_settings       GET     login     login login    404   404      404   404       200   200
school_settings       POST    login     login login    405   405      405   405       405   405
school_look           GET     login     login login    404   404      404   404       200   200
school_look           POST    login     login login    404   404      404   404       go    go
school_calendar       GET     login     login login    404   404      404   404       200   200
school_calendar       POST    login     login login    404   404      404   404       go    go
school_quiet_hours    GET     login     login login    404   404      404   404       200   200
school_quiet_hours    POST    login     login login    404   404      404   404       go    go
school_joining        GET     login     login login    404   404      404   404       200   200
school_joining        POST    login     login login    404   404      404   404       go    go
school_contact        GET     login     login login    404   404      404   404       200   200
school_contact        POST    login     login login    404   404      404   404       go    go
set_school_logo       GET     login     login login    405   405      405   405       405   405
set_school_logo       POST    login     login login    404   404      404   404       go    go
remove_school_logo    GET     login     login login    405   405      405   405       405   405
remove_school_logo    POST    login     login login    404   404      404   404       go    go
imprint               GET     200       200   200      200   200      200   200       200   200
imprint               POST    405       405   405      405   405      405   405       405   405
privacy               GET     200       200   200      200   200      200   200       200   200
privacy               POST    405       405   405      405   405      405   405       405   405
school_colours        GET     200       200   200      200   200      200   200       200   200
school_colours        POST    405       405   405      405   405      405   405       405   405
school_logo           GET     404       404   404      404   404      404   404       404   404
school_logo           POST    405       405   405      405   405      405   405       405   405
how_good              GET     200       200   200      200   200      200   200       200   200
how_good              POST    405       405   405      405   405      405   405       405   405
choose_language       POST    go        go    go       go    go       go    go        go    go
choose_language       GET     405       405   405      405   405      405   405       405   405
help                  GET     200       200   200      200   200      200   200       200   200
help                  POST    405       405   405      405   405      405   405       405   405
help_words            GET     200       200   200      200   200      200   200       200   200
help_words            POST    405       405   405      405   405      405   405       405   405
help_page             GET     200       200   200      200   200      200   200       200   200
help_page             POST    405       405   405      405   405      405   405       405   405
course                GET     login     login login    404   404      go    go        go    go
course                POST    login     login login    405   405      405   405       405   405
course_page           GET     login     login login    404   404      200   200       200   200
course_page           POST    login     login login    404   404      200   200       200   200
choose_policy         GET     login     login login    404   404      404   404       200   200
choose_policy         POST    login     login login    404   404      404   404       go    go
classrooms            GET     login     login login    404   404      200   200       404   404
classrooms            POST    login     login login    404   404      go    go        404   404
classroom             GET     login     login login    404   404      200   404       404   404
classroom             POST    login     login login    404   404      go    404       404   404
join_sheet            GET     login     login login    404   404      200   404       404   404
join_sheet            POST    login     login login    405   405      405   405       405   405
renew_code            POST    login     login login    404   404      go    404       404   404
renew_code            GET     login     login login    405   405      405   405       405   405
archive_classroom     POST    login     login login    404   404      go    404       404   404
archive_classroom     GET     login     login login    405   405      405   405       405   405
unarchive_classroom   POST    login     login login    404   404      go    404       404   404
unarchive_classroom   GET     login     login login    405   405      405   405       405   405
delete_classroom      GET     login     login login    404   404      200   404       404   404
delete_classroom      POST    login     login login    404   404      200   404       404   404
class_teachers        GET     login     login login    404   404      200   404       404   404
class_teachers        POST    login     login login    404   404      go    404       404   404
end_share             POST    login     login login    404   404      go    404       404   404
end_share             GET     login     login login    405   405      405   405       405   405
hand_over             POST    login     login login    404   404      go    404       404   404
hand_over             GET     login     login login    405   405      405   405       405   405
roster                GET     login     login login    404   404      200   404       404   404
roster                POST    login     login login    404   404      200   404       404   404
add_to_roster         POST    login     login login    404   404      go    404       404   404
add_to_roster         GET     login     login login    405   405      405   405       405   405
participants          GET     login     login login    404   404      200   404       404   404
participants          POST    login     login login    405   405      405   405       405   405
participant           GET     login     login login    404   404      200   404       404   404
participant           POST    login     login login    404   404      go    404       404   404
merge_participants    POST    login     login login    404   404      200   404       404   404
merge_participants    GET     login     login login    405   405      405   405       405   405
block_participant     POST    login     login login    404   404      go    404       404   404
block_participant     GET     login     login login    405   405      405   405       405   405
unblock_participant   POST    login     login login    404   404      go    404       404   404
unblock_participant   GET     login     login login    405   405      405   405       405   405
remove_participant    GET     login     login login    404   404      200   404       404   404
remove_participant    POST    login     login login    404   404      go    404       404   404
school_classes        GET     login     login login    404   404      404   404       200   200
school_classes        POST    login     login login    405   405      405   405       405   405
hand_over_class       POST    login     login login    404   404      404   404       go    404
hand_over_class       GET     login     login login    405   405      405   405       405   405
start_lesson          GET     login     login login    405   405      405   405       405   405
start_lesson          POST    login     login login    404   404      go    404       404   404
start_demo            GET     login     login login    405   405      405   405       405   405
start_demo            POST    login     login login    404   404      go    go        404   404
lesson                GET     login     login login    404   404      200   404       404   404
lesson                POST    login     login login    405   405      405   405       405   405
glance                GET     login     login login    404   404      200   404       404   404
glance                POST    login     login login    405   405      405   405       405   405
lesson_state          GET     login     login login    404   404      200   404       404   404
lesson_state          POST    login     login login    405   405      405   405       405   405
add_marker            GET     login     login login    405   405      405   405       405   405
add_marker            POST    login     login login    404   404      204   404       404   404
ask_pulse             GET     login     login login    405   405      405   405       405   405
ask_pulse             POST    login     login login    404   404      204   404       404   404
settle_question       GET     login     login login    405   405      405   405       405   405
settle_question       POST    login     login login    404   404      204   404       404   404
rename_marker         GET     login     login login    405   405      405   405       405   405
rename_marker         POST    login     login login    404   404      204   404       404   404
remove_marker         GET     login     login login    405   405      405   405       405   405
remove_marker         POST    login     login login    404   404      204   404       404   404
make_slides_key       GET     login     login login    405   405      405   405       405   405
make_slides_key       POST    login     login login    404   404      200   404       404   404
revoke_slides_key     GET     login     login login    405   405      405   405       405   405
revoke_slides_key     POST    login     login login    404   404      204   404       404   404
mark_slide            GET     405       405   405      405   405      405   405       405   405
mark_slide            POST    403       403   403      403   403      403   403       403   403
change_moment         GET     login     login login    405   405      405   405       405   405
change_moment         POST    login     login login    404   404      go    404       404   404
pause                 GET     login     login login    405   405      405   405       405   405
pause                 POST    login     login login    404   404      204   404       404   404
resume                GET     login     login login    405   405      405   405       405   405
resume                POST    login     login login    404   404      204   404       404   404
end_lesson           GET     login     login login    405   405      405   405       405   405
end_lesson           POST    login     login login    404   404      204   404       404   404
set_interval          GET     login     login login    405   405      405   405       405   405
set_interval          POST    login     login login    404   404      204   404       404   404
set_break             GET     login     login login    405   405      405   405       405   405
set_break             POST    login     login login    404   404      204   404       404   404
dismiss_hint          GET     login     login login    405   405      405   405       405   405
dismiss_hint          POST    login     login login    404   404      204   404       404   404
join                  GET     200       200   200      200   200      200   200       200   200
join                  POST    go        go    go       go    go       go    go        go    go
join_classroom        GET     200       go    200      go    200      200   200       200   200
join_classroom        POST    go        go    go       go    go       go    go        go    go
my_lesson             GET     404       200   404      200   404      404   404       404   404
my_lesson             POST    405       405   405      405   405      405   405       405   405
give_consent          GET     405       405   405      405   405      405   405       405   405
give_consent          POST    404       go    404      go    404      404   404       404   404
withdraw              GET     404       200   404      200   404      404   404       404   404
withdraw              POST    404       go    404      go    404      404   404       404   404
my_self_report        GET     405       405   405      405   405      405   405       405   405
my_self_report        POST    404       go    404      go    404      404   404       404   404
my_question           GET     405       405   405      405   405      405   405       405   405
my_question           POST    404       go    404      go    404      404   404       404   404
strike                GET     405       405   405      405   405      405   405       405   405
strike                POST    404       go    404      go    404      404   404       404   404
answer_flag           GET     405       405   405      405   405      405   405       405   405
answer_flag           POST    404       go    404      go    404      404   404       404   404
my_data               GET     404       200   404      200   404      404   404       404   404
my_data               POST    405       405   405      405   405      405   405       405   405
erase_place           GET     404       200   404      200   404      404   404       404   404
erase_place           POST    404       go    404      go    404      404   404       404   404
leave_computer        GET     405       405   405      405   405      405   405       405   405
leave_computer        POST    404       go    404      go    404      404   404       404   404
all_my_data           GET     200       200   200      200   200      200   200       200   200
all_my_data           POST    405       405   405      405   405      405   405       405   405
my_lessons_over_time  GET     200       200   200      200   200      200   200       200   200
my_lessons_over_time  POST    405       405   405      405   405      405   405       405   405
withdraw_everywhere   GET     200       200   200      200   200      200   200       200   200
withdraw_everywhere   POST    200       go    go       go    200      200   200       200   200
erase_everywhere      GET     200       200   200      200   200      200   200       200   200
erase_everywhere      POST    200       go    go       go    200      200   200       200   200
erase_my_place        GET     404       200   404      404   404      404   404       404   404
erase_my_place        POST    404       go    404      404   404      404   404       404   404
make_way_back         POST    login     login login    404   404      200   404       404   404
make_way_back         GET     login     login login    405   405      405   405       405   405
find_way_back         GET     200       200   200      200   200      200   200       200   200
find_way_back         POST    go        go    go       go    go       go    go        go    go
take_way_back         GET     200       200   200      200   200      200   200       200   200
take_way_back         POST    go        go    go       200   200      200   200       200   200
receipt               GET     200       200   200      200   200      200   200       200   200
receipt               POST    405       405   405      405   405      405   405       405   405
places                GET     login     login login    404   404      404   404       200   200
places                POST    login     login login    405   405      405   405       405   405
erase_participant     GET     login     login login    404   404      404   404       200   404
erase_participant     POST    login     login login    404   404      404   404       go    404
class_guardians       GET     login     login login    404   404      200   404       404   404
class_guardians       POST    login     login login    404   404      200   404       404   404
end_guardian_links    GET     login     login login    405   405      405   405       405   405
end_guardian_links    POST    login     login login    404   404      go    404       404   404
place_guardian        GET     login     login login    404   404      404   404       200   404
place_guardian        POST    login     login login    404   404      404   404       200   404
ask_guardian          GET     404       200   404      404   404      404   404       404   404
ask_guardian          POST    404       200   404      404   404      404   404       404   404
guardian              GET     200       200   200      200   200      200   200       200   200
guardian              POST    go        go    go       go    go       go    go        go    go
guardian_own          GET     200       200   200      200   200      200   200       200   200
guardian_own          POST    405       405   405      405   405      405   405       405   405
guardian_change       GET     200       200   200      200   200      200   200       200   200
guardian_change       POST    go        go    go       go    go       go    go        go    go
guardian_withdraw     GET     200       200   200      200   200      200   200       200   200
guardian_withdraw     POST    go        go    go       go    go       go    go        go    go
report                GET     login     login login    404   404      200   404       200   404
report                POST    login     login login    405   405      405   405       405   405
report_status         GET     login     login login    404   404      200   404       200   404
report_status         POST    login     login login    405   405      405   405       405   405
write_report_again    GET     login     login login    405   405      405   405       405   405
write_report_again    POST    login     login login    404   404      go    404       go    404
report_csv            GET     login     login login    404   404      200   404       200   404
report_csv            POST    login     login login    405   405      405   405       405   405
report_pdf            GET     login     login login    404   404      200   404       200   404
report_pdf            POST    login     login login    405   405      405   405       405   405
report_xlsx           GET     login     login login    404   404      200   404       200   404
report_xlsx           POST    login     login login    405   405      405   405       405   405
report_json           GET     login     login login    404   404      200   404       200   404
report_json           POST    login     login login    405   405      405   405       405   405
participant_report    GET     login     login login    404   404      200   404       200   404
participant_report    POST    login     login login    405   405      405   405       405   405
review_flag           GET     login     login login    405   405      405   405       405   405
review_flag           POST    login     login login    404   404      go    404       go    404
class_lessons         GET     login     login login    404   404      200   404       200   404
class_lessons         POST    login     login login    405   405      405   405       405   405
compare_lessons       GET     login     login login    404   404      go    404       go    404
compare_lessons       POST    login     login login    405   405      405   405       405   405
agreement             GET     login     login login    404   404      404   404       200   200
agreement             POST    login     login login    405   405      405   405       405   405
overview              GET     login     login login    404   404      404   404       200   200
overview              POST    login     login login    405   405      405   405       405   405
attention             GET     login     login login    404   404      404   404       200   200
attention             POST    login     login login    405   405      405   405       405   405
access_log            GET     login     login login    404   404      404   404       200   200
access_log            POST    login     login login    405   405      405   405       405   405
access_log_csv        GET     login     login login    404   404      404   404       200   200
access_log_csv        POST    login     login login    405   405      405   405       405   405
welcome               GET     login     login login    200   200      200   200       200   200
welcome               POST    login     login login    go    go       go    go        go    go
invitation            GET     200       200   200      200   200      200   200       200   200
invitation            POST    go        go    go       200   200      200   200       200   200
name_school           GET     login     login login    404   404      404   404       200   200
name_school           POST    login     login login    404   404      404   404       go    go
people                GET     login     login login    404   404      404   404       200   200
people                POST    login     login login    404   404      404   404       200   200
require_course        GET     login     login login    405   405      405   405       405   405
require_course        POST    login     login login    404   404      404   404       go    go
course_csv            GET     login     login login    404   404      404   404       200   200
course_csv            POST    login     login login    405   405      405   405       405   405
person                GET     login     login login    404   404      404   404       200   404
person                POST    login     login login    405   405      405   405       405   405
change_role           GET     login     login login    405   405      405   405       405   405
change_role           POST    login     login login    404   404      404   404       go    404
deactivate_account    GET     login     login login    405   405      405   405       405   405
deactivate_account    POST    login     login login    404   404      404   404       go    404
reactivate_account    GET     login     login login    405   405      405   405       405   405
reactivate_account    POST    login     login login    404   404      404   404       go    404
remove_second_factor  GET     login     login login    405   405      405   405       405   405
remove_second_factor  POST    login     login login    404   404      404   404       go    404
end_sessions          GET     login     login login    405   405      405   405       405   405
end_sessions          POST    login     login login    404   404      404   404       go    404
make_reset_link       GET     login     login login    405   405      405   405       405   405
make_reset_link       POST    login     login login    404   404      404   404       200   404
revoke_invitation     GET     login     login login    405   405      405   405       405   405
revoke_invitation     POST    login     login login    404   404      404   404       go    404
move_account          GET     login     login login    405   405      405   405       405   405
move_account          POST    login     login login    404   404      404   404       404   404
platforms             GET     login     login login    404   404      404   404       200   200
platforms             POST    login     login login    405   405      405   405       405   405
new_platform          GET     login     login login    404   404      404   404       200   200
new_platform          POST    login     login login    404   404      404   404       go    go
make_platform_link    GET     login     login login    405   405      405   405       405   405
make_platform_link    POST    login     login login    404   404      404   404       200   200
platform              GET     login     login login    404   404      404   404       200   404
platform              POST    login     login login    404   404      404   404       go    404
switch_platform_on    GET     login     login login    405   405      405   405       405   405
switch_platform_on    POST    login     login login    404   404      404   404       go    404
remove_platform       GET     login     login login    404   404      404   404       200   404
remove_platform       POST    login     login login    404   404      404   404       go    404
read_course_roster    GET     login     login login    405   405      405   405       405   405
read_course_roster    POST    login     login login    404   404      go    404       404   404
choose_attendance     GET     login     login login    405   405      405   405       405   405
choose_attendance     POST    login     login login    404   404      go    404       404   404
lti_keys              GET     200       200   200      200   200      200   200       200   200
lti_keys              POST    405       405   405      405   405      405   405       405   405
lti_login             GET     403       403   403      403   403      403   403       403   403
lti_login             POST    403       403   403      403   403      403   403       403   403
lti_launch            GET     200       200   200      200   200      200   200       200   200
lti_launch            POST    403       403   403      403   403      403   403       403   403
lti_selection         GET     200       200   200      200   200      200   200       200   200
lti_selection         POST    403       403   403      403   403      403   403       403   403
lti_account           GET     403       403   403      403   403      403   403       403   403
lti_account           POST    403       403   403      403   403      403   403       403   403
lti_connect           GET     login     login login    403   403      403   403       403   403
lti_connect           POST    login     login login    403   403      403   403       403   403
lti_register          GET     403       403   403      403   403      403   403       403   403
lti_register          POST    403       403   403      403   403      403   403       403   403
schools               GET     login     login login    404   404      404   404       404   404
schools               POST    login     login login    404   404      404   404       404   404
school                GET     login     login login    404   404      404   404       404   404
school                POST    login     login login    404   404      404   404       404   404
invite_administrator  GET     login     login login    405   405      405   405       405   405
invite_administrator  POST    login     login login    404   404      404   404       404   404
suspend_school        GET     login     login login    405   405      405   405       405   405
suspend_school        POST    login     login login    404   404      404   404       404   404
resume_school         GET     login     login login    405   405      405   405       405   405
resume_school         POST    login     login login    404   404      404   404       404   404
favicon               GET     go        go    go       go    go       go    go        go    go
favicon               POST    405       405   405      405   405      405   405       405   405
healthz               GET     200       200   200      200   200      200   200       200   200
metrics               GET     404       404   404      404   404      404   404       404   404
metrics               POST    405       405   405      405   405      405   405       405   405
healthz               POST    405       405   405      405   405      405   405       405   405
readyz                GET     200       200   200      200   200      200   200       200   200
readyz                POST    405       405   405      405   405      405   405       405   405
account_login                        GET     200       200   200      go    go       go    go        go    go
account_login                        POST    200       200   200      go    go       go    go        go    go
account_logout                       GET     405       405   405      405   405      405   405       405   405
account_logout                       POST    go        go    go       go    go       go    go        go    go
account_signup                       GET     404       404   404      404   404      404   404       404   404
account_signup                       POST    404       404   404      404   404      404   404       404   404
account_inactive                     GET     200       200   200      200   200      200   200       200   200
account_inactive                     POST    405       405   405      405   405      405   405       405   405
mfa_authenticate                     GET     go        go    go       go    go       go    go        go    go
mfa_authenticate                     POST    go        go    go       go    go       go    go        go    go
mfa_login_webauthn                   GET     go        go    go       go    go       go    go        go    go
mfa_login_webauthn                   POST    go        go    go       go    go       go    go        go    go
socialaccount_login_cancelled        GET     200       200   200      200   200      200   200       200   200
socialaccount_login_cancelled        POST    405       405   405      405   405      405   405       405   405
socialaccount_login_error            GET     401       401   401      401   401      401   401       401   401
socialaccount_login_error            POST    405       405   405      405   405      405   405       405   405
openid_connect_login                 GET     404       404   404      404   404      404   404       404   404
openid_connect_login                 POST    405       405   405      405   405      405   405       405   405
openid_connect_callback              GET     404       404   404      404   404      404   404       404   404
openid_connect_callback              POST    404       404   404      404   404      404   404       404   404
account_reset_password               GET     200       200   200      200   200      200   200       200   200
account_reset_password               POST    200       200   200      200   200      200   200       200   200
account_reset_password_done          GET     200       200   200      200   200      200   200       200   200
account_reset_password_done          POST    405       405   405      405   405      405   405       405   405
account_reset_password_from_key_done GET     200       200   200      200   200      200   200       200   200
account_reset_password_from_key_done POST    405       405   405      405   405      405   405       405   405
account_reset_password_from_key      GET     200       200   200      200   200      200   200       200   200
account_reset_password_from_key      POST    200       200   200      200   200      200   200       200   200
account                              GET     login     login login    200   200      200   200       200   200
account                              POST    login     login login    405   405      405   405       405   405
account_reauthenticate               GET     login     login login    go    go       go    go        go    go
account_reauthenticate               POST    login     login login    go    go       go    go        go    go
login_again                          GET     login     login login    200   200      200   200       200   200
login_again                          POST    login     login login    405   405      405   405       405   405
account_change_password              GET     login     login login    go    go       go    go        go    go
account_change_password              POST    login     login login    go    go       go    go        go    go
account_set_password                 GET     login     login login    go    go       go    go        go    go
account_set_password                 POST    login     login login    go    go       go    go        go    go
mail_summaries                       GET     login     login login    405   405      405   405       405   405
mail_summaries                       POST    login     login login    404   404      404   404       404   404
account_email                        GET     login     login login    200   200      200   200       200   200
account_email                        POST    login     login login    200   200      200   200       200   200
account_email_verification_sent      GET     200       200   200      200   200      200   200       200   200
account_email_verification_sent      POST    405       405   405      405   405      405   405       405   405
account_confirm_email                GET     200       200   200      200   200      200   200       200   200
account_confirm_email                POST    404       404   404      404   404      404   404       404   404
usersessions_list                    GET     login     login login    200   200      200   200       200   200
usersessions_list                    POST    login     login login    405   405      405   405       405   405
end_other_logins                     GET     login     login login    405   405      405   405       405   405
end_other_logins                     POST    login     login login    go    go       go    go        go    go
end_login                            GET     login     login login    405   405      405   405       405   405
end_login                            POST    login     login login    404   404      404   404       404   404
tokens                               GET     login     login login    404   404      200   200       200   200
tokens                               POST    login     login login    404   404      go    go        go    go
revoke_token                         GET     login     login login    405   405      405   405       405   405
revoke_token                         POST    login     login login    404   404      go    go        go    go
webhooks                             GET     login     login login    404   404      200   200       200   200
webhooks                             POST    login     login login    404   404      go    go        go    go
webhook                              GET     login     login login    404   404      200   404       404   404
webhook                              POST    login     login login    404   404      go    404       404   404
test_webhook                         GET     login     login login    405   405      405   405       405   405
test_webhook                         POST    login     login login    404   404      go    404       404   404
pause_webhook                        GET     login     login login    405   405      405   405       405   405
pause_webhook                        POST    login     login login    404   404      go    404       404   404
resume_webhook                       GET     login     login login    405   405      405   405       405   405
resume_webhook                       POST    login     login login    404   404      go    404       404   404
remove_webhook                       GET     login     login login    405   405      405   405       405   405
remove_webhook                       POST    login     login login    404   404      go    404       404   404
renew_webhook_secret                 GET     login     login login    405   405      405   405       405   405
renew_webhook_secret                 POST    login     login login    404   404      go    404       404   404
school_programs                      GET     login     login login    404   404      404   404       200   200
school_programs                      POST    login     login login    405   405      405   405       405   405
revoke_school_token                  GET     login     login login    405   405      405   405       405   405
revoke_school_token                  POST    login     login login    404   404      404   404       go    404
remove_school_webhook                GET     login     login login    405   405      405   405       405   405
remove_school_webhook                POST    login     login login    404   404      404   404       go    404
record_store                         GET     login     login login    404   404      404   404       200   200
record_store                         POST    login     login login    404   404      404   404       go    go
test_record_store                    GET     login     login login    405   405      405   405       405   405
test_record_store                    POST    login     login login    404   404      404   404       go    404
pause_record_store                   GET     login     login login    405   405      405   405       405   405
pause_record_store                   POST    login     login login    404   404      404   404       go    404
resume_record_store                  GET     login     login login    405   405      405   405       405   405
resume_record_store                  POST    login     login login    404   404      404   404       go    404
remove_record_store                  GET     login     login login    405   405      405   405       405   405
remove_record_store                  POST    login     login login    404   404      404   404       go    404
socialaccount_connections            GET     404       404   404      404   404      404   404       404   404
socialaccount_connections            POST    404       404   404      404   404      404   404       404   404
connect                              GET     login     login login    405   405      405   405       405   405
connect                              POST    login     login login    404   404      404   404       404   404
disconnect                           GET     login     login login    405   405      405   405       405   405
disconnect                           POST    login     login login    go    go       go    go        go    go
mfa_index                            GET     login     login login    200   200      200   200       200   200
mfa_index                            POST    login     login login    405   405      405   405       405   405
mfa_reauthenticate                   GET     login     login login    go    go       go    go        go    go
mfa_reauthenticate                   POST    login     login login    go    go       go    go        go    go
mfa_activate_totp                    GET     login     login login    go    go       go    go        go    go
mfa_activate_totp                    POST    login     login login    go    go       go    go        go    go
mfa_deactivate_totp                  GET     login     login login    404   404      404   404       404   404
mfa_deactivate_totp                  POST    login     login login    404   404      404   404       404   404
mfa_view_recovery_codes              GET     login     login login    404   404      404   404       404   404
mfa_view_recovery_codes              POST    login     login login    405   405      405   405       405   405
mfa_generate_recovery_codes          GET     login     login login    go    go       go    go        go    go
mfa_generate_recovery_codes          POST    login     login login    go    go       go    go        go    go
mfa_download_recovery_codes          GET     login     login login    404   404      404   404       404   404
mfa_download_recovery_codes          POST    login     login login    404   404      404   404       404   404
mfa_list_webauthn                    GET     login     login login    200   200      200   200       200   200
mfa_list_webauthn                    POST    login     login login    405   405      405   405       405   405
mfa_add_webauthn                     GET     login     login login    go    go       go    go        go    go
mfa_add_webauthn                     POST    login     login login    go    go       go    go        go    go
mfa_reauthenticate_webauthn          GET     login     login login    go    go       go    go        go    go
mfa_reauthenticate_webauthn          POST    login     login login    go    go       go    go        go    go
mfa_edit_webauthn                    GET     login     login login    go    go       go    go        go    go
mfa_edit_webauthn                    POST    login     login login    go    go       go    go        go    go
mfa_remove_webauthn                  GET     login     login login    go    go       go    go        go    go
mfa_remove_webauthn                  POST    login     login login    go    go       go    go        go    go
"""
# Those who teach the class besides its owner: `co` for good, `substitute` until a day to come, `former` until
# a moment that is over; and `friend`, with whom the owner shares another class. Every page that the owner and
# a colleague get different answers from is in it.
SHARED = """
page                  method  co    substitute former friend
classroom             GET     200   200        404    404
classroom             POST    go    404        404    404
join_sheet            GET     200   200        404    404
renew_code            POST    go    404        404    404
archive_classroom     POST    404   404        404    404
unarchive_classroom   POST    404   404        404    404
delete_classroom      GET     404   404        404    404
delete_classroom      POST    404   404        404    404
class_teachers        GET     404   404        404    404
class_teachers        POST    404   404        404    404
end_share             POST    404   404        404    404
hand_over             POST    404   404        404    404
roster                GET     200   404        404    404
roster                POST    200   404        404    404
add_to_roster         POST    go    404        404    404
class_guardians       GET     200   404        404    404
class_guardians       POST    200   404        404    404
end_guardian_links    POST    go    404        404    404
participants          GET     200   404        404    404
read_course_roster    POST    go    404        404    404
choose_attendance     POST    go    404        404    404
participant           GET     200   404        404    404
participant           POST    go    404        404    404
merge_participants    POST    200   404        404    404
block_participant     POST    go    404        404    404
unblock_participant   POST    go    404        404    404
remove_participant    GET     200   404        404    404
remove_participant    POST    go    404        404    404
make_way_back         POST    200   404        404    404
start_lesson          POST    go    go         404    404
lesson                GET     200   200        404    404
glance                GET     200   200        404    404
lesson_state          GET     200   200        404    404
add_marker            POST    204   204        404    404
ask_pulse             POST    204   204        404    404
settle_question       POST    204   204        404    404
rename_marker         POST    204   204        404    404
remove_marker         POST    204   204        404    404
make_slides_key       POST    200   200        404    404
revoke_slides_key     POST    204   204        404    404
change_moment         POST    go    go         404    404
pause                 POST    204   204        404    404
resume                POST    204   204        404    404
end_lesson            POST    204   204        404    404
set_interval          POST    204   204        404    404
set_break             POST    204   204        404    404
dismiss_hint          POST    204   204        404    404
report                GET     200   200        404    404
report_status         GET     200   200        404    404
write_report_again    POST    go    go         404    404
report_csv            GET     200   200        404    404
report_pdf            GET     200   200        404    404
report_xlsx           GET     200   200        404    404
report_json           GET     200   200        404    404
participant_report    GET     200   200        404    404
class_lessons         GET     200   200        404    404
compare_lessons       GET     go    go         404    404
review_flag           POST    go    go         404    404
webhook               GET     404   404        404    404
webhook               POST    404   404        404    404
test_webhook          POST    404   404        404    404
pause_webhook         POST    404   404        404    404
resume_webhook        POST    404   404        404    404
remove_webhook        POST    404   404        404    404
renew_webhook_secret  POST    404   404        404    404
"""
SOCKETS = """
socket                method  anonymous guest stranger pupil outsider owner colleague admin foreigner
student               -       no        yes   no       yes   no       no    no        no    no
teacher               -       no        no    no       no    no       yes   no        no    no
"""
# `platform` runs the platform and administers another school: here an answer of its own, everywhere else
# that of `foreigner`.
PLATFORM = {
    ("schools", "GET"): "200",
    ("schools", "POST"): "go",
    ("school", "GET"): "200",
    ("school", "POST"): "go",
    ("invite_administrator", "POST"): "200",
    ("suspend_school", "POST"): "go",
    ("resume_school", "POST"): "go",
}
SHARED_SOCKETS = """
socket                method  co    substitute former friend
student               -       no    no         no     no
teacher               -       yes   yes        no     no
"""
AFTER_THE_LESSON = {
    "report",
    "report_status",
    "write_report_again",
    "report_csv",
    "report_json",
    "report_xlsx",
    "report_pdf",
    "participant_report",
    "change_moment",
}
PLATFORM_FORM = {
    "name": "Moodle",
    "issuer": "https://moodle.example",
    "client_id": "client-1",
    "deployment_ids": "1",
    "login_url": "https://moodle.example/auth",
    "token_url": "https://moodle.example/token",
    "keys_url": "https://moodle.example/keys",
    "names": "full",
}
FORMS = {
    "choose_policy": {
        "jurisdiction": "us",
        "ages": ["adult"],
        "readers": "server",
        "preset": "full",
        "minimum_group_size": 5,
        "counted": "everybody",
        "retention_days": 30,
        "sums_days": 90,
        "flags_days": 400,
        "log_days": 400,
        "names_days": 400,
        "minimum_age": 16,
    },
    "classrooms": {"name": "Optics"},
    "roster": {"names": "Ada"},
    "participant": {"display_name": "Ada", "note": ""},
    "classroom": {
        "name": "Optics",
        "interval_ms": 1000,
        "sad_share": 50,
        "disengaged_share": 50,
        "minimum_minutes": 15,
        "minimum_coverage": 50,
    },
    "start_lesson": {"title": "Lenses"},
    "start_demo": {"speed": 20},
    "add_marker": {"label": "New topic"},
    "set_break": {"minutes": "5"},
    "rename_marker": {"label": "New topic"},
    "set_interval": {"interval_ms": 2000},
    "join_classroom": {"display_name": "Kim"},
    "give_consent": {"choice": "no_camera"},
    "my_self_report": {"kind": "lost"},
    "my_question": {"text": "Why?"},
    "settle_question": {"state": "answered"},
    "review_flag": {"state": "confirmed", "reason": "We talked about it."},
    "welcome": {"first_name": "Kim", "language": "en", "time_zone": "Europe/Berlin"},
    "invitation": {
        "first_name": "Kim",
        "username": "kim",
        "language": "en",
        "time_zone": "Europe/Berlin",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    },
    "guardian": {"choice": "no_camera"},
    "guardian_change": {"choice": "no_camera"},
    "name_school": {"name": "Hill School"},
    "school_look": {"short_name": "Hill"},
    "school_calendar": {"time_zone": "Europe/Berlin", "days": [0, 1]},
    "school_quiet_hours": {"from_0": "07:30", "until_0": "17:00"},
    "school_contact": {"name": "Hill School"},
    "school_joining": {"joins": "anybody", "names": "full"},
    "people": {"role": "teacher"},
    "tokens": {"name": "Diary", "scopes": "lessons", "days": 30},
    "webhooks": {"name": "Diary", "address": "https://example.org/hook", "events": "lesson.ended"},
    "webhook": {"events": "lesson.ended"},
    "record_store": {"address": "https://lrs.example.org/", "key": "k", "secret": "s", "told": "lesson"},
    "change_role": {"role": "teacher"},
    "new_platform": PLATFORM_FORM | {"client_id": "client-2"},
    "platform": PLATFORM_FORM,
    "choose_attendance": {"told": "yes"},
    "schools": {"name": "Lake School"},
    "school": {"name": "Hill School"},
}


def parsed(table):
    header, *rows = (line.split() for line in table.strip().splitlines())
    return {(page, method): dict(zip(header[2:], cells, strict=True)) for page, method, *cells in rows}


PAGES, SEATS = parsed(TABLE), parsed(SOCKETS)
SHARED_PAGES, SHARED_SEATS = parsed(SHARED), parsed(SHARED_SOCKETS)
SHARING = ("co", "substitute", "former", "friend")
LOGGED_IN = ("pupil", "outsider", "owner", "colleague", "admin", "foreigner", "platform", *SHARING)


def make_world():
    """One classroom with an open and an ended lesson, its people, and everybody who is not in it."""
    school = make_school()
    world = SimpleNamespace(
        owner=make_teacher(school=school),
        colleague=make_teacher(school=school),
        admin=make_admin(school=school),
        foreigner=make_admin(),
        platform=make_admin(is_superuser=True),
        pupil=make_user(school=school),
        outsider=make_user(school=school),
    )
    world.classroom = make_classroom(teacher=world.owner)
    world.idle_classroom = make_classroom(teacher=world.owner)
    share_with(world, timezone.now())
    world.lesson = make_lesson(
        classroom=world.classroom, started_at=timezone.now() - timedelta(minutes=5), title="Today"
    )
    world.ended = make_lesson(classroom=world.classroom, minutes=40, report_state="ready")
    world.guest = make_participant(classroom=world.classroom)
    member = make_participant(classroom=world.classroom, user=world.pupil)
    world.stranger = make_participant(classroom=make_classroom(teacher=world.colleague))
    for participant in (world.guest, member):
        for lesson in (world.lesson, world.ended):
            make_consent(lesson=lesson, participant=participant)
    now, here_until = timezone.now(), timezone.now() + timedelta(hours=1)
    Attendance.objects.create(
        lesson=world.lesson, participant=world.guest, joined_at=now, last_seen_at=here_until
    )
    return world


def share_with(world, now):
    """Both classrooms of the owner with those who teach them too; a third one with the friend."""
    ends = {"co": None, "substitute": now + timedelta(hours=1), "former": now - timedelta(seconds=1)}
    both, another = [world.classroom, world.idle_classroom], [make_classroom(teacher=world.owner)]
    for role in SHARING:
        setattr(world, role, make_teacher(school=world.owner.school))
        for classroom in another if role == "friend" else both:
            classroom.shares.create(
                teacher=getattr(world, role), given_at=now - timedelta(days=1), ends_at=ends.get(role)
            )


def add_results(world):
    """What the pages after the lesson show, and a hint to dismiss."""
    RollupBin.objects.create(
        lesson=world.ended,
        participant=world.guest,
        school=world.ended.classroom.school,
        starts_at=MONDAY,
        readings=10,
        faces=10,
        engaged=10,
    )
    build_report(lesson_id=world.ended.id, now=timezone.now(), progress=lambda percent: None)
    world.flag = make_flag(lesson=world.ended, participant=world.guest)
    world.invitation, world.invitation_token = services.invite(
        school=world.admin.school, role="teacher", actor=world.admin, now=timezone.now()
    )
    world.platform_row = make_platform(school=world.admin.school, classroom=world.classroom)
    world.lost = make_participant(classroom=world.classroom)
    world.way_back = services.make_way_back(
        participant_id=world.lost.id, actor=world.owner, now=timezone.now()
    )
    world.guardian, world.guardian_own = asked_guardians(world)
    world.webhook, _ = services.make_webhook(
        owner=world.owner,
        school=world.owner.school,
        name="Diary",
        address="https://example.org/hook",
        events=["lesson.ended"],
        origin="https://pulse.example.org",
        now=timezone.now(),
    )
    services.make_token(
        owner=world.owner, school=world.owner.school, name="Diary", scopes=["lessons"], now=timezone.now()
    )
    services.set_store(
        school=world.admin.school,
        actor=world.admin,
        address="https://lrs.example.org/xAPI",
        key="key",
        secret="secret",
        told=["lesson"],
        origin="https://pulse.example.org",
        now=timezone.now(),
    )
    world.question = Question.objects.create(
        lesson=world.lesson, participant=world.guest, at=timezone.now(), text="Why?", state="open"
    )
    for lesson in (world.lesson, world.ended):
        lesson.markers.create(at=lesson.started_at, label="Start")
    world.hint = Hint.objects.create(lesson=world.lesson, at=timezone.now(), kind=Hint.Kind.SEVERAL_LOST)


def asked_guardians(world):
    """A link that asks, and one of somebody who has agreed for the guest."""
    now = timezone.now()
    Policy.objects.filter(school=world.owner.school).update(requires_guardian_consent=True)
    place = Participant.objects.select_related("classroom__school__policy").get(id=world.guest.id)
    links = [services.make_guardian_link(place=place, by_school=one, now=now) for one in (True, False)]
    ward = services.ward_behind(token=links[0], is_own=False, address="192.0.2.1", now=now)
    given = {"choice": "own_results", "name": "Ada", "relation": "mother", "read": ward.policy.terms}
    _answer, own = services.answer_guardian(link_id=ward.link.id, now=now, **given)
    return links[1], own


def client_of(role, world, **options):
    client = Client(**options)
    if role in LOGGED_IN:
        client.cookies["sessionid"] = login_of(getattr(world, role))
    elif role != "anonymous":
        name, value = access.guest_cookie(getattr(world, role))
        client.cookies[name] = value
    return client


def login_of(user):
    """The one of a standing world, in which everybody has logged in already, or a new one."""
    return getattr(user, "login", None) or session_of(user)


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def address(page, world):
    lesson = world.ended if page in AFTER_THE_LESSON else world.lesson
    classroom = world.idle_classroom if page == "start_lesson" else world.classroom
    known = {
        "lesson_id": lesson.id,
        "classroom_id": classroom.id,
        "participant_id": (world.lost if page == "make_way_back" else world.guest).id,
        "code": world.way_back,
        "teacher_id": world.co.id,
        "flag_id": world.flag.id,
        "hint_id": world.hint.id,
        "question_id": world.question.id,
        "marker_id": lesson.markers.get().id,
        "token": world.classroom.join_token,
        "account_id": world.colleague.id,
        "invitation_id": world.invitation.id,
        "school_id": world.admin.school_id,
        "webhook_id": world.webhook.id,
        "platform_id": world.platform_row.id,
    }
    if page == "invitation":
        known["token"] = world.invitation_token
    if page.startswith("guardian"):
        known["token"] = world.guardian if page == "guardian" else world.guardian_own
    known |= {"part": "measured", "slug": "joining"}
    known |= {"uidb36": "1", "key": "none", "provider_id": "none", "pk": 1, "login_id": 1, "token_id": 1}
    if page == "revoke_school_token":
        known["token_id"] = world.owner.api_tokens.get().id
    known |= {"accent": "0a5f6b", "digest": "none"}
    if page == "receipt":
        known["token"] = Receipt("withdrawal", "Waves", MONDAY, {"readings": 4}).token()
    ((_path, parameters),), *_ = get_resolver().reverse_dict[page]
    return reverse(page, kwargs={name: known[name] for name in parameters})


def answered(response):
    if response.status_code != 302:
        return str(response.status_code)
    return "login" if response.url.startswith(f"{reverse('login')}?next=") else "go"


@pytest.fixture(scope="module")
def _standing_world(django_db_setup, django_db_blocker):
    """Made once, inside a transaction that ends with the module; each test has a savepoint in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        add_results(world)
        for role in LOGGED_IN:
            getattr(world, role).login = login_of(getattr(world, role))
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(_standing_world, db):
    return deepcopy(_standing_world)


def form(page, world):
    """Those that name somebody are made here."""
    named = {
        "join": {"code": world.classroom.join_code},
        "find_way_back": {"code": world.way_back},
        "class_teachers": {"teacher": world.colleague.id},
        "hand_over": {"new_owner": world.colleague.id, "owner": world.classroom.teacher_id},
        "hand_over_class": {"new_owner": world.colleague.id, "owner": world.classroom.teacher_id},
        "merge_participants": {"other": world.classroom.participants.get(user=world.pupil).id},
    }
    return named.get(page) or FORMS.get(page, {})


def test_everybody_in_the_standing_world_has_logged_in_already(world):
    before = Session.objects.count()
    for role in LOGGED_IN:
        answer = client_of(role, world).get(reverse("account"))
        assert answer.wsgi_request.user == getattr(world, role)
    assert Session.objects.count() == before


@pytest.mark.parametrize(("page", "method"), PAGES)
def test_a_page_answers_each_role_as_the_table_says(page, method, world):
    assert answers_of(page, method, world, PAGES[page, method]) == PAGES[page, method]


@pytest.mark.parametrize(("page", "method"), SHARED_PAGES)
def test_a_page_answers_those_who_share_the_class_as_the_table_says(page, method, world):
    assert answers_of(page, method, world, SHARING) == SHARED_PAGES[page, method]


def test_every_page_that_the_owner_gets_and_a_colleague_does_not_is_in_the_table_of_those_who_share():
    assert set(SHARED_PAGES) == {one for one, its in PAGES.items() if its["owner"] != its["colleague"]}


def answers_of(page, method, world, roles):
    answers = {}
    for role in roles:
        client = client_of(role, world)
        with transaction.atomic():
            data = form(page, world) if method == "POST" else {}
            answers[role] = answered(getattr(client, method.lower())(address(page, world), data))
            transaction.set_rollback(True)
    return answers


@pytest.mark.parametrize(("page", "method"), PAGES)
def test_a_platform_administrator_sees_no_more_of_another_school_than_its_foreigners(page, method, world):
    client, data = client_of("platform", world), form(page, world) if method == "POST" else {}
    answer = answered(getattr(client, method.lower())(address(page, world), data))
    assert answer == PLATFORM.get((page, method), PAGES[page, method]["foreigner"])


def names_of_pages():
    """Without the operations for programs: tests/test_api_rights.py has a table of these."""
    patterns = get_resolver().url_patterns
    included = [
        inner
        for it in patterns
        if not isinstance(it, URLPattern) and it.namespace != "api"
        for inner in it.url_patterns
    ]
    admin = get_resolver().namespace_dict["admin"][1].url_patterns
    return {it.name for it in [*patterns, *included] if isinstance(it, URLPattern) and it not in admin}


def test_the_table_holds_every_page_with_both_methods():
    assert set(PAGES) == {(name, method) for name in names_of_pages() for method in ("GET", "POST")}


@pytest.mark.parametrize("page", ["my_lesson", "my_data", "withdraw", "join_classroom"])
def test_a_guest_cookie_opens_no_place_of_an_account(page, world):
    """Only a login does, even for a cookie that this product signed."""
    own = world.classroom.participants.get(user=world.pupil)
    name, value = access.guest_cookie(own)
    client = Client()
    client.cookies[name] = value
    anonymous = {"join_classroom": "200"}.get(page, "404")
    assert answered(client.get(address(page, world))) == anonymous
    client.force_login(world.pupil)
    assert answered(client.get(address(page, world))) != anonymous


@pytest.mark.parametrize(("days", "answer"), [(119, "200"), (121, "404")])
def test_a_guest_cookie_opens_a_place_for_120_days(days, answer, world, monkeypatch):
    client = client_of("guest", world)
    monkeypatch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() + days * 86400)
    assert answered(client.get(address("my_lesson", world))) == answer


@pytest.mark.parametrize("page", ["lesson", "report"])
def test_a_teacher_who_goes_to_another_school_leaves_the_lessons_behind(page, world):
    client = client_of("owner", world)
    assert answered(client.get(address(page, world))) == "200"
    world.owner.school = make_school()
    world.owner.save()
    assert answered(client.get(address(page, world))) == "404"
