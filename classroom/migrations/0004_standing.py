"""Places that come together and go on elsewhere, what goes with them, and what each vouched for in a lesson.

Of consents that were given before, the place of today says what it vouched for.
"""

from datetime import UTC

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncDate


def note_standings(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    consents = apps.get_model("classroom", "Consent").objects.all()
    simulated = Q(participant__is_simulated=True)
    uncounted = Q(participant__is_trial=True) | simulated ^ Q(lesson__is_simulation=True)
    accounts = Q(participant__user__role="student") & Q(
        participant__user__school=F("lesson__classroom__school")
    )
    since = Coalesce("participant__held_since", "participant__came_at", "participant__created_at")
    known = consents.annotate(
        came_on=TruncDate(since, tzinfo=UTC), day=TruncDate("lesson__started_at", tzinfo=UTC)
    ).filter(moved_at=None, came_on__lt=F("day"))
    known.update(standing="known")
    consents.filter(accounts, moved_at=None).update(standing="account")
    consents.filter(uncounted).update(standing="uncounted")
    for policy in apps.get_model("classroom", "Policy").objects.all():
        agreed = consents.filter(lesson__classroom__school=policy.school_id, participant__is_simulated=False)
        agreed.update(counted=policy.counted)


class Migration(migrations.Migration):
    dependencies = [
        ("classroom", "0003_classes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Removal",
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
                        choices=[("place", "removed a participant"), ("classroom", "deleted the class")],
                        max_length=10,
                    ),
                ),
                ("actor_name", models.CharField(max_length=301)),
                ("classroom", models.CharField(max_length=120)),
                ("looks", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "removal",
                "verbose_name_plural": "removals",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="consent",
            name="counted",
            field=models.CharField(
                choices=[
                    ("everybody", "Everybody who is here"),
                    ("known", "Those known from an earlier day"),
                    ("accounts", "Students with an account only"),
                ],
                default="everybody",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="moved_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="standing",
            field=models.CharField(
                choices=[
                    ("uncounted", "never counted"),
                    ("new", "new on that day"),
                    ("known", "known from an earlier day"),
                    ("account", "with an account"),
                ],
                default="new",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="lesson",
            name="lacks_somebody",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="moodgroup",
            name="sent_out",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="moodgroup",
            name="sent_out_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="participant",
            name="held_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="participant",
            name="is_left_behind",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="participant",
            name="way_back_digest",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="participant",
            name="way_back_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="accesslogentry",
            name="viewer_name",
            field=models.CharField(max_length=301),
        ),
        migrations.AlterField(
            model_name="accountchange",
            name="actor_name",
            field=models.CharField(max_length=301),
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
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="version",
            field=models.PositiveSmallIntegerField(default=3),
        ),
        migrations.AlterField(
            model_name="hint",
            name="kind",
            field=models.CharField(
                choices=[
                    ("class_drifting", "many are drifting"),
                    ("several_lost", "several say they are lost"),
                    ("break_wanted", "several ask for a break"),
                    ("persistently_sad", "expression resembles sadness for a while"),
                    ("persistently_disengaged", "looks down or away for a while"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="used_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_since", None), ("way_back_until", None)),
                    models.Q(("is_expected", False), ("user", None)),
                    _connector="OR",
                ),
                name="way_back_is_of_a_guest",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("way_back_digest", ""), ("way_back_until", None)),
                    models.Q(
                        models.Q(("way_back_digest", ""), _negated=True), ("way_back_until__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="way_back_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                models.F("way_back_digest"),
                condition=models.Q(("way_back_digest", ""), _negated=True),
                name="one_place_a_way_back",
            ),
        ),
        migrations.AddField(
            model_name="removal",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="removal",
            name="school",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="classroom.school"
            ),
        ),
        migrations.AddIndex(
            model_name="removal",
            index=models.Index(fields=["school", "at"], name="removal_by_school"),
        ),
        migrations.RunPython(note_standings, migrations.RunPython.noop),
    ]
