"""Every page of the product. `reports.urls` is the one name of `reports` that stands in this package."""

from django.contrib import admin
from django.urls import include, path

from classroom.views import health, home, joining, live, policy, student, teaching

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("classroom.accounts.urls")),
    path("policy/", policy.choose_policy, name="choose_policy"),
    path("places/", policy.places, name="places"),
    path("places/<int:participant_id>/erase/", policy.erase_participant, name="erase_participant"),
    path("classrooms/", teaching.classrooms, name="classrooms"),
    path("classrooms/<int:classroom_id>/", teaching.classroom, name="classroom"),
    path("classrooms/<int:classroom_id>/start/", teaching.start_lesson, name="start_lesson"),
    path("demo/start/", teaching.start_demo, name="start_demo"),
    path("lessons/<int:lesson_id>/", live.lesson, name="lesson"),
    path("lessons/<int:lesson_id>/glance/", live.glance, name="glance"),
    path("lessons/<int:lesson_id>/state.json", live.lesson_state, name="lesson_state"),
    path("lessons/<int:lesson_id>/markers/", live.add_marker, name="add_marker"),
    path("lessons/<int:lesson_id>/pause/", live.pause, name="pause"),
    path("lessons/<int:lesson_id>/resume/", live.resume, name="resume"),
    path("lessons/<int:lesson_id>/end/", live.end_lesson, name="end_lesson"),
    path("lessons/<int:lesson_id>/interval/", live.set_interval, name="set_interval"),
    path("lessons/<int:lesson_id>/hints/<int:hint_id>/dismiss/", live.dismiss_hint, name="dismiss_hint"),
    path("join/", joining.join, name="join"),
    path("join/<str:token>/", joining.join_classroom, name="join_classroom"),
    path("lessons/<int:lesson_id>/me/", student.my_lesson, name="my_lesson"),
    path("lessons/<int:lesson_id>/me/consent/", student.give_consent, name="give_consent"),
    path("lessons/<int:lesson_id>/me/withdraw/", student.withdraw, name="withdraw"),
    path("lessons/<int:lesson_id>/me/self-report/", student.my_self_report, name="my_self_report"),
    path("lessons/<int:lesson_id>/me/data/", student.my_data, name="my_data"),
    path("lessons/<int:lesson_id>/me/erase/", student.erase_place, name="erase_place"),
    path("lessons/<int:lesson_id>/me/leave/", student.leave_computer, name="leave_computer"),
    path("receipts/<str:token>/", student.receipt, name="receipt"),
    path("", include("reports.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("django-admin/", admin.site.urls),
]
