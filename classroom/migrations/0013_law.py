import django.contrib.postgres.fields
import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mark_older(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Nobody asked these schools where they are: what they chose goes on until they answer."""
    apps.get_model("classroom", "Policy").objects.update(precedes_rules=True)


class Migration(migrations.Migration):
    """Where a school is and whom it teaches, which rules it answered, and who decided what on which ground."""

    dependencies = [("classroom", "0012_api")]

    operations = [
        migrations.AlterField(
            model_name="consent",
            name="version",
            field=models.PositiveSmallIntegerField(default=6),
        ),
        migrations.AddField(
            model_name="policy",
            name="ages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), default=list, size=None, verbose_name="ages"
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="decided_by",
            field=models.CharField(blank=True, default="", max_length=301, verbose_name="decided by"),
        ),
        migrations.AddField(
            model_name="policy",
            name="decided_on",
            field=models.DateField(blank=True, null=True, verbose_name="decided on"),
        ),
        migrations.AddField(
            model_name="policy",
            name="ground",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="ground"),
        ),
        migrations.AddField(
            model_name="policy",
            name="jurisdiction",
            field=models.CharField(blank=True, default="", max_length=20, verbose_name="where the school is"),
        ),
        migrations.AddField(
            model_name="policy",
            name="precedes_rules",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="policy",
            name="rules_version",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.RunPython(mark_older, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("actor_name", models.CharField(max_length=301)),
                ("at", models.DateTimeField()),
                ("jurisdiction", models.CharField(blank=True, max_length=20)),
                (
                    "ages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("rules_version", models.CharField(max_length=20)),
                (
                    "preset",
                    models.CharField(
                        choices=[
                            ("self_report", "Self-report only, no camera at all"),
                            ("presence", "Presence and self-report"),
                            ("attention", "Presence, self-report and attention"),
                            ("full", "Presence, self-report, attention and expression"),
                            ("demo", "Demonstration with rendered faces"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "readers",
                    models.CharField(
                        choices=[
                            ("browser", "In the student's browser only"),
                            ("server", "On the school's server"),
                            ("either", "Either: the student's device decides"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ground", models.CharField(blank=True, max_length=300)),
                ("decided_by", models.CharField(blank=True, max_length=301)),
                ("decided_on", models.DateField(null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="classroom.school",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "ordering": ["-at", "-id"],
            },
        ),
    ]
