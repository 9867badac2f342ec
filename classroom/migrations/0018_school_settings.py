import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import classroom.models.checks
import classroom.models.people
import classroom.models.schools


class Migration(migrations.Migration):
    """What a school sets without a programmer: look, calendar, contact, join rules, quiet hours, two pages."""

    dependencies = [
        ("classroom", "0017_platforms"),
    ]

    operations = [
        migrations.CreateModel(
            name="SchoolCalendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        default=classroom.models.schools.school_days,
                        size=None,
                        verbose_name="days of school",
                    ),
                ),
                (
                    "periods",
                    models.TextField(
                        blank=True,
                        max_length=4000,
                        validators=[classroom.models.checks.check_periods],
                        verbose_name="periods",
                    ),
                ),
                (
                    "terms",
                    models.TextField(
                        blank=True,
                        max_length=4000,
                        validators=[classroom.models.checks.check_spans],
                        verbose_name="terms",
                    ),
                ),
                (
                    "holidays",
                    models.TextField(
                        blank=True,
                        max_length=4000,
                        validators=[classroom.models.checks.check_spans],
                        verbose_name="holidays",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SchoolContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, max_length=200, verbose_name="who answers for the data"),
                ),
                ("address", models.TextField(blank=True, max_length=400, verbose_name="postal address")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "officer",
                    models.CharField(blank=True, max_length=200, verbose_name="data protection officer"),
                ),
                (
                    "officer_email",
                    models.EmailField(
                        blank=True,
                        max_length=254,
                        verbose_name="e-mail address of the data protection officer",
                    ),
                ),
                (
                    "authority",
                    models.CharField(blank=True, max_length=200, verbose_name="supervisory authority"),
                ),
                (
                    "authority_link",
                    models.URLField(blank=True, verbose_name="link of the supervisory authority"),
                ),
                ("help_desk", models.CharField(blank=True, max_length=200, verbose_name="help desk")),
                ("help_desk_link", models.URLField(blank=True, verbose_name="link of the help desk")),
                (
                    "imprint",
                    models.TextField(blank=True, max_length=8000, verbose_name="own text of the imprint"),
                ),
                (
                    "privacy",
                    models.TextField(blank=True, max_length=8000, verbose_name="own text about privacy"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SchoolLogo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("png", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="classroom",
            name="code_made_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="lesson",
            name="planned_end_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="planned end"),
        ),
        migrations.AddField(
            model_name="school",
            name="accent",
            field=models.CharField(
                blank=True,
                max_length=7,
                validators=[classroom.models.checks.check_colour],
                verbose_name="colour",
            ),
        ),
        migrations.AddField(
            model_name="school",
            name="code_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(400),
                ],
                verbose_name="days that code and link of a class last",
            ),
        ),
        migrations.AddField(
            model_name="school",
            name="joins",
            field=models.CharField(
                choices=[
                    ("anybody", "Anybody with the code or link"),
                    ("roster", "Those whose name is on the roster, and those with an account"),
                    ("accounts", "Only those with an account"),
                ],
                default="anybody",
                max_length=10,
                verbose_name="who may join",
            ),
        ),
        migrations.AddField(
            model_name="school",
            name="language",
            field=models.CharField(
                blank=True, choices=classroom.models.people.languages, max_length=10, verbose_name="language"
            ),
        ),
        migrations.AddField(
            model_name="school",
            name="logo_digest",
            field=models.CharField(blank=True, editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name="school",
            name="most_places",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(2),
                    django.core.validators.MaxValueValidator(1000),
                ],
                verbose_name="most students in a class",
            ),
        ),
        migrations.AddField(
            model_name="school",
            name="names",
            field=models.CharField(
                choices=[("full", "As students type them"), ("first", "The first name alone")],
                default="full",
                max_length=10,
                verbose_name="names of guests",
            ),
        ),
        migrations.AddField(
            model_name="school",
            name="open_hours",
            field=models.CharField(blank=True, max_length=200, verbose_name="hours with cameras and mails"),
        ),
        migrations.AddField(
            model_name="school",
            name="short_name",
            field=models.CharField(blank=True, max_length=30, verbose_name="short name"),
        ),
        migrations.AddField(
            model_name="school",
            name="time_zone",
            field=models.CharField(
                blank=True,
                max_length=64,
                validators=[classroom.models.people.check_time_zone],
                verbose_name="time zone",
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.CheckConstraint(
                condition=models.Q(("code_days", None), ("code_days__range", (1, 400)), _connector="OR"),
                name="school_code_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_places", None), ("most_places__range", (2, 1000)), _connector="OR"),
                name="school_most_places",
            ),
        ),
        migrations.AddField(
            model_name="schoolcalendar",
            name="school",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="calendar", to="classroom.school"
            ),
        ),
        migrations.AddField(
            model_name="schoolcontact",
            name="school",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="contact", to="classroom.school"
            ),
        ),
        migrations.AddField(
            model_name="schoollogo",
            name="school",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="logo", to="classroom.school"
            ),
        ),
    ]
