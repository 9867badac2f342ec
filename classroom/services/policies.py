"""What a school allows to be computed."""

from datetime import datetime
from typing import Any, cast

from django.db import models, transaction

from classroom import change_words, law
from classroom.models import AccountChange, Decision, Policy, RecordStore, School, User
from classroom.services.account_log import log_change
from classroom.services.dispatch import send_policy_task

# Attention, expression; presence and self-report come with every preset.
PRESET_SIGNALS = {
    Policy.Preset.SELF_REPORT: (False, False),
    Policy.Preset.PRESENCE: (False, False),
    Policy.Preset.ATTENTION: (True, False),
    Policy.Preset.FULL: (True, True),
    Policy.Preset.DEMO: (True, True),
}

# What a school answers the rules: written down with the decision, not with the settings.
ANSWERS = ("jurisdiction", "ages", "ground", "decided_by", "decided_on")
# What is chosen; the signals follow from the preset.
SETTINGS = (
    "preset",
    "readers",
    "minimum_group_size",
    "counted",
    "retention_days",
    "sums_days",
    "flags_days",
    "log_days",
    "names_days",
    "minimum_age",
    "requires_guardian_consent",
    "school_asks_guardians",
)


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
        rules_version=law.current().version,
        sendings=_sendings(school),
        chosen_by=user,
        chosen_at=now,
        **settings,
    )


def choose_policy(*, school: School, preset: str, now: datetime, **settings: Any) -> Policy:
    """`settings` as in `drawn_up`. A task then deletes what the policy forbids, wherever it is stored.

    What a user chose or changed is written down, each setting from what to what.
    """
    policy = drawn_up(school=school, preset=preset, now=now, **settings)
    values = {field.name: getattr(policy, field.name) for field in Policy._meta.concrete_fields}
    del values["id"], values["school"]
    with transaction.atomic():
        before = Policy.objects.select_for_update().filter(school=school).first()
        values["sendings"] = _sendings(school)
        saved, _created = Policy.objects.update_or_create(school=school, defaults=values)
        if policy.chosen_by is not None:
            _log(before, policy, policy.chosen_by)
            _write_down(policy, policy.chosen_by)
        transaction.on_commit(lambda: send_policy_task(school.id))
    return saved


def _sendings(school: School) -> list[str]:
    """What is sent where is not chosen with a policy: it follows from the school's record store."""
    store = RecordStore.objects.filter(school=school).first()
    return store.sendings if store else []


def _log(before: Policy | None, after: Policy, actor: User) -> None:
    """The first choice in one row; of a later one a row for each setting that is another."""
    if before is None:
        kind, details = AccountChange.Kind.POLICY_CHOSEN, [_first_words(after)]
    else:
        kind, details = AccountChange.Kind.POLICY_CHANGED, _changed_words(before, after)
    for detail in details:
        log_change(school=after.school, kind=kind, actor=actor, detail=detail, now=after.chosen_at)


def _write_down(policy: Policy, actor: User) -> None:
    """Each answer that is another than the last, or to other rules, or for something else."""
    names = (*ANSWERS, "rules_version", "preset", "readers")
    answer = {name: getattr(policy, name) for name in names}
    last = Decision.objects.filter(school=policy.school).values(*names).first()
    if answer != last:
        Decision.objects.create(
            school=policy.school, actor=actor, actor_name=actor.shown_name, at=policy.chosen_at, **answer
        )


def _first_words(policy: Policy) -> str:
    return str(change_words.FIRST_POLICY) % {
        "preset": policy.get_preset_display(),
        "group": policy.minimum_group_size,
        "days": policy.retention_days,
        "where": policy.get_readers_display(),
    }


def _changed_words(before: Policy, after: Policy) -> list[str]:
    told = [(_column(name).verbose_name, _shown(before, name), _shown(after, name)) for name in SETTINGS]
    named = ({"setting": setting, "was": was, "now": now} for setting, was, now in told if was != now)
    return [change_words.FROM_TO % one for one in named]


def _column(name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", Policy._meta.get_field(name))


def _shown(policy: Policy, name: str) -> str:
    value = getattr(policy, name)
    if isinstance(value, bool):
        return str(change_words.YES if value else change_words.NO)
    return str(dict(_column(name).flatchoices).get(value, value))
