import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Learning platforms: who comes from them, which course is which class, and attendance told to them."""

    dependencies = [
        ("classroom", "0016_outgoing"),
    ]

    operations = [
        migrations.CreateModel(
            name="ToolKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="participant",
            name="platform_subject",
            field=models.CharField(blank=True, editable=False, max_length=255),
        ),
        migrations.CreateModel(
            name="Platform",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("issuer", models.CharField(max_length=500, verbose_name="platform ID (issuer)")),
                ("client_id", models.CharField(max_length=255, verbose_name="client ID")),
                (
                    "deployment_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=255), size=None, verbose_name="deployment IDs"
                    ),
                ),
                ("login_url", models.CharField(max_length=500, verbose_name="authentication request URL")),
                ("token_url", models.CharField(max_length=500, verbose_name="access token URL")),
                ("keys_url", models.CharField(max_length=500, verbose_name="public keyset URL")),
                ("token_audience", models.CharField(blank=True, editable=False, max_length=500)),
                (
                    "names",
                    models.CharField(
                        choices=[
                            ("full", "the whole name"),
                            ("first", "the first name alone"),
                            ("none", "no name: students type one when they join"),
                        ],
                        default="full",
                        max_length=5,
                        verbose_name="what is taken of a person's name",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("active_since", models.DateTimeField(null=True)),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="platforms",
                        to="classroom.school",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="PlatformAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=255)),
                (
                    "role",
                    models.CharField(
                        choices=[("student", "student"), ("teacher", "teacher"), ("admin", "administrator")],
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "platform",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accounts",
                        to="classroom.platform",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="platform_accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlatformClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("deployment_id", models.CharField(max_length=255)),
                ("context_id", models.CharField(max_length=255)),
                ("members_url", models.CharField(blank=True, max_length=500)),
                ("items_url", models.CharField(blank=True, max_length=500)),
                (
                    "returns_attendance",
                    models.BooleanField(default=False, verbose_name="tell the platform who attended"),
                ),
                ("synced_at", models.DateTimeField(null=True)),
                ("sync_problem", models.CharField(blank=True, max_length=300)),
                (
                    "classroom",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="platform_class",
                        to="classroom.classroom",
                    ),
                ),
                (
                    "platform",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="classes",
                        to="classroom.platform",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AttendanceReturn",
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance_return",
                        to="classroom.lesson",
                    ),
                ),
                (
                    "platform_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="returns",
                        to="classroom.platformclass",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlatformInvitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
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
            ],
        ),
        migrations.AddConstraint(
            model_name="platform",
            constraint=models.UniqueConstraint(
                models.F("school"), models.F("issuer"), models.F("client_id"), name="one_platform_a_client"
            ),
        ),
        migrations.AddConstraint(
            model_name="platformaccount",
            constraint=models.UniqueConstraint(
                models.F("platform"), models.F("subject"), models.F("role"), name="one_account_a_subject"
            ),
        ),
        migrations.AddConstraint(
            model_name="platformaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ("student", "teacher"))), name="no_platform_makes_an_admin"
            ),
        ),
        migrations.AddConstraint(
            model_name="platformclass",
            constraint=models.UniqueConstraint(
                models.F("platform"),
                models.F("deployment_id"),
                models.F("context_id"),
                name="one_class_a_course",
            ),
        ),
        migrations.AddIndex(
            model_name="attendancereturn",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "sending"))),
                fields=["due_at"],
                name="attendance_to_return",
            ),
        ),
    ]
