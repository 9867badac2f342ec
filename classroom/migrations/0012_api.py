import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tokens of programs, and what they leave in the logs."""

    dependencies = [
        ("classroom", "0011_where"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accesslogentry",
            name="place",
            field=models.CharField(
                choices=[
                    ("dashboard", "during the lesson"),
                    ("hint", "in a remark during the lesson"),
                    ("report", "in the report"),
                    ("participant_report", "on the page of one student in the report"),
                    ("csv", "in a download of the report"),
                    ("program", "by a program, in the report"),
                    ("flag", "reviewing a note"),
                    ("administration", "in the school's administration"),
                ],
                max_length=20,
                verbose_name="place",
            ),
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
                    ("merged", "made two places of students one"),
                    ("chosen", "chose the policy"),
                    ("changed", "changed the policy"),
                    ("handed_over", "handed over a class"),
                    ("token_made", "made a token for a program"),
                    ("token_ended", "revoked a token for a program"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("token_digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), size=None
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-id"],
            },
        ),
    ]
