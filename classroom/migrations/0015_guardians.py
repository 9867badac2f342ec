import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What parents and guardians are asked, and what they answer; who hands out the links."""

    dependencies = [
        ("classroom", "0014_languages"),
    ]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="school_asks_guardians",
            field=models.BooleanField(default=False, verbose_name="only the school asks guardians"),
        ),
        migrations.CreateModel(
            name="GuardianLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("is_own", models.BooleanField(default=False)),
                ("by_school", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "participant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="classroom.participant",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="classroom.school"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="GuardianAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("agreed", "agreed"), ("refused", "refused"), ("withdrawn", "withdrew")],
                        max_length=9,
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("no_camera", "without camera"),
                            ("class_mood", "count me in the class mood"),
                            ("own_results", "show my own results to my teacher too"),
                        ],
                        max_length=12,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("language", models.CharField(blank=True, max_length=10)),
                (
                    "signals",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), default=list, size=None
                    ),
                ),
                (
                    "readers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                ("retention_days", models.PositiveSmallIntegerField()),
                ("sums_days", models.PositiveSmallIntegerField()),
                ("minimum_group_size", models.PositiveSmallIntegerField()),
                (
                    "counted",
                    models.CharField(
                        choices=[
                            ("everybody", "Everybody who is here"),
                            ("known", "Those known from an earlier day"),
                            ("accounts", "Students with an account only"),
                        ],
                        max_length=10,
                    ),
                ),
                ("guardian_name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("relation", models.CharField(blank=True, max_length=40, verbose_name="relation")),
                ("has_erased", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("signed_on", models.DateField(null=True, verbose_name="signed on")),
                ("kept_at", models.CharField(blank=True, max_length=120, verbose_name="kept at")),
                ("recorded_by_name", models.CharField(blank=True, max_length=301)),
                (
                    "participant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="classroom.participant",
                    ),
                ),
                (
                    "recorded_by",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="classroom.school"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="answers",
                        to="classroom.guardianlink",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="guardianlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("participant__isnull", False), ("user", None)),
                    models.Q(("participant", None), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="guardianlink_is_about_one_child",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardiananswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("participant__isnull", False), ("user", None)),
                    models.Q(("participant", None), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="guardiananswer_is_about_one_child",
            ),
        ),
    ]
