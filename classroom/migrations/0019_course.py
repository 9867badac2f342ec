import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The teachers' course: who did which version, and whether a school asks for it."""

    dependencies = [
        ("classroom", "0018_school_settings"),
    ]

    operations = [
        migrations.AddField(
            model_name="school",
            name="requires_course",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="accountchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invited", "made an invitation"),
                    ("revoked", "withdrew an invitation"),
                    ("joined", "made the account by an invitation"),
                    ("role", "changed the role"),
                    ("deactivated", "deactivated the account"),
                    ("reactivated", "reactivated the account"),
                    ("signed_out", "ended all sessions"),
                    ("reset", "made a link for a new password"),
                    ("deleted", "deleted an account"),
                    ("factor", "removed the second factor"),
                    ("left", "moved the account to another school"),
                    ("arrived", "moved the account here"),
                    ("created", "created the school"),
                    ("named", "named the school"),
                    ("suspended", "suspended the school"),
                    ("resumed", "resumed the school"),
                    ("way_back", "made a way back to a student's place"),
                    ("merged", "merged two places of students"),
                    ("chosen", "chose the policy"),
                    ("changed", "changed the policy"),
                    ("handed_over", "handed over a class"),
                    ("token_made", "made a token for a program"),
                    ("token_ended", "revoked a token for a program"),
                    ("paper", "recorded a guardian's answer on paper"),
                    ("guardian", "looked at a guardian's answer"),
                    ("hook_made", "set up a webhook"),
                    ("hook_changed", "changed a webhook"),
                    ("hook_ended", "removed a webhook"),
                    ("store_set", "set up the record store"),
                    ("store_ended", "removed the record store"),
                    ("platform_in", "registered a learning platform"),
                    ("platform_ch", "changed a learning platform"),
                    ("platform_on", "switched a learning platform on"),
                    ("platform_end", "removed a learning platform"),
                    ("platform_is", "connected the account with a learning platform"),
                    ("course", "changed whether teachers need the course"),
                    ("setting", "changed a setting of the school"),
                    ("code", "made a new code of a class"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="CourseProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "settled",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="courses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "version"), name="one_progress_a_version")
                ],
            },
        ),
    ]
