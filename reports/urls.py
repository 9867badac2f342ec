from django.urls import path

from reports import agreement_page, attention, downloads, key_moments, lessons, looks, overview, views

urlpatterns = [
    path("lessons/<int:lesson_id>/report/", views.report, name="report"),
    path("lessons/<int:lesson_id>/report/status.json", views.report_status, name="report_status"),
    path("lessons/<int:lesson_id>/report/again/", views.write_again, name="write_report_again"),
    path("lessons/<int:lesson_id>/report.pdf", downloads.report_pdf, name="report_pdf"),
    path("lessons/<int:lesson_id>/report.xlsx", downloads.report_xlsx, name="report_xlsx"),
    path("lessons/<int:lesson_id>/report-csv.zip", downloads.report_csv, name="report_csv"),
    path("lessons/<int:lesson_id>/report.json", downloads.report_json, name="report_json"),
    path(
        "lessons/<int:lesson_id>/report/moments/<int:marker_id>/",
        key_moments.change_moment,
        name="change_moment",
    ),
    path(
        "lessons/<int:lesson_id>/report/participants/<int:participant_id>/",
        views.participant_report,
        name="participant_report",
    ),
    path("classrooms/<int:classroom_id>/lessons/", lessons.class_lessons, name="class_lessons"),
    path("classrooms/<int:classroom_id>/lessons/compare/", lessons.compare_lessons, name="compare_lessons"),
    path("flags/<int:flag_id>/review/", views.review_flag, name="review_flag"),
    path("attention/", attention.attention, name="attention"),
    path("access-log/", looks.access_log, name="access_log"),
    path("access-log.csv", looks.access_log_csv, name="access_log_csv"),
    path("agreement/", agreement_page.agreement, name="agreement"),
    path("overview/", overview.overview, name="overview"),
]
