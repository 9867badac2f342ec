"""What a school allows to be computed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from classroom.models import Policy, School, User
from classroom.services.dispatch import send_policy_task

# Attention, expression; presence and self-report come with every preset.
PRESET_SIGNALS = {
    Policy.Preset.SELF_REPORT: (False, False),
    Policy.Preset.PRESENCE: (False, False),
    Policy.Preset.ATTENTION: (True, False),
    Policy.Preset.FULL: (True, True),
    Policy.Preset.DEMO: (True, True),
}


def drawn_up(
    *, school: School, preset: str, now: datetime, user: User | None = None, **settings: Any
) -> Policy:
    """The policy as it would be; not saved. `settings` are columns of it, the others have their defaults."""
    attention, expression = PRESET_SIGNALS[Policy.Preset(preset)]
    return Policy(
        school=school,
        preset=preset,
        allows_presence=preset != Policy.Preset.SELF_REPORT,
        allows_attention=attention,
        allows_expression=expression,
        allows_self_report=True,
        chosen_by=user,
        chosen_at=now,
        **settings,
    )


def choose_policy(*, school: School, preset: str, now: datetime, **settings: Any) -> Policy:
    """`settings` as in `drawn_up`. A task then deletes what the policy forbids, wherever it is stored."""
    policy = drawn_up(school=school, preset=preset, now=now, **settings)
    values = {field.name: getattr(policy, field.name) for field in Policy._meta.concrete_fields}
    del values["id"], values["school"]
    with transaction.atomic():
        saved, _ = Policy.objects.update_or_create(school=school, defaults=values)
        transaction.on_commit(lambda: send_policy_task(school.id))
    return saved
