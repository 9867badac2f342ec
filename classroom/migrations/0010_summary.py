import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Reports' sentences mailed to teachers who ask for them; the wording of the consent that compares lessons."""

    dependencies = [
        ("classroom", "0008_slides"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="summary_origin",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AlterField(
            model_name="consent",
            name="version",
            field=models.PositiveSmallIntegerField(default=5),
        ),
        migrations.CreateModel(
            name="SummaryMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="summary_mails",
                        to="classroom.lesson",
                    ),
                ),
                (
                    "teacher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "sending"))),
                        fields=["due_at"],
                        name="summary_to_send",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("lesson"), models.F("teacher"), name="one_summary_a_teacher"
                    )
                ],
            },
        ),
    ]
