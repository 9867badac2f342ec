"""Who was sent out of a lesson, for as long as it lasts; and what each place vouched for in it.

Of consents that were given before, the place of today says it; those that came from another place by a merge,
or are of before a way back, count as new.
"""

from datetime import UTC

from django.apps.registry import Apps
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
        ("classroom", "0012_policy_changes"),
    ]

    operations = [
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
        migrations.RunPython(note_standings, migrations.RunPython.noop),
    ]
