from django.db import migrations, models


class Migration(migrations.Migration):
    """What is asked each fifteen seconds (`queries.gauges`) is found by an index, however many rows there are."""

    dependencies = [("classroom", "0020_partitions")]

    operations = [
        migrations.RemoveIndex("lesson", "lesson_unfinished_report"),
        migrations.AddIndex(
            "lesson",
            models.Index(
                fields=["report_state"],
                name="lesson_without_report",
                condition=models.Q(report_state__in=("pending", "building", "failed")),
            ),
        ),
        migrations.AddIndex(
            "attendance",
            models.Index(fields=["lesson"], name="attendance_not_left", condition=models.Q(left_at=None)),
        ),
        migrations.AddIndex("report", models.Index(fields=["built_at"], name="report_by_built")),
    ]
