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
    *,
    school: School,
    preset: str,
    now: datetime,
    minimum_group_size: int = 5,
    retention_days: int = 30,
    minimum_age: int = 16,
    requires_guardian_consent: bool = False,
    counted: str = Policy.Counted.EVERYBODY,
    sums_days: int = 90,
    names_days: int = 400,
    log_days: int = 400,
    flags_days: int = 400,
    user: User | None = None,
) -> Policy:
    """The policy as it would be; not saved."""
    attention, expression = PRESET_SIGNALS[Policy.Preset(preset)]
    return Policy(
        school=school,
        preset=preset,
        allows_presence=preset != Policy.Preset.SELF_REPORT,
        allows_attention=attention,
        allows_expression=expression,
        allows_self_report=True,
        minimum_group_size=minimum_group_size,
        counted=counted,
        retention_days=retention_days,
        sums_days=sums_days,
        names_days=names_days,
        log_days=log_days,
        flags_days=flags_days,
        minimum_age=minimum_age,
        requires_guardian_consent=requires_guardian_consent,
        chosen_by=user,
        chosen_at=now,
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
