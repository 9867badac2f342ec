import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who erased the own place in a platform's course; attendance in turns; reports that are given up."""

    dependencies = [("classroom", "0021_scrape")]

    operations = [
        migrations.AddField(
            model_name="attendancereturn",
            name="told_until",
            field=models.BigIntegerField(default=0, db_default=0),
        ),
        migrations.AddField(
            model_name="lesson",
            name="report_attempts",
            field=models.PositiveSmallIntegerField(default=0, db_default=0, editable=False),
        ),
        migrations.AddField(
            model_name="lesson",
            name="report_due_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="lesson",
            name="report_sends",
            field=models.PositiveSmallIntegerField(default=0, db_default=0, editable=False),
        ),
        migrations.CreateModel(
            name="ErasedMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                (
                    "platform_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="erased",
                        to="classroom.platformclass",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("platform_class"), models.F("digest"), name="one_row_an_erased_member"
                    )
                ],
            },
        ),
    ]
