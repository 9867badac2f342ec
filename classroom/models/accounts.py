"""How people get into a school and what is done to their accounts, and when old rows were last deleted."""

import hashlib
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from classroom.models.people import FULL_NAME_LENGTH, School, User

INVITATION_LASTS = timedelta(days=14)


def digest_of(token: str) -> str:
    """What is stored of a link's token: whoever reads the row cannot follow the link."""
    return hashlib.sha256(token.encode()).hexdigest()


class Invitation(models.Model):
    """A link with which one person makes one account. With either account goes what it says of a person."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        USED = "used", _("used")
        REVOKED = "revoked", _("withdrawn")
        EXPIRED = "expired", _("expired")
        SUSPENDED = "suspended", _("school suspended")

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(_("role"), max_length=10, choices=User.Role.choices)
    email = models.EmailField(_("e-mail address"), blank=True)
    note = models.CharField(_("note"), max_length=120, blank=True)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def state_at(self, now: datetime) -> "Invitation.State":
        if self.used_at:
            return self.State.USED
        if self.revoked_at:
            return self.State.REVOKED
        if self.expires_at <= now:
            return self.State.EXPIRED
        return self.State.SUSPENDED if self.school.suspended_at else self.State.OPEN


class AccountChange(models.Model):
    """Who did what to whose account, class or school. Administrators of the school read it."""

    class Kind(models.TextChoices):
        INVITED = "invited", _("made an invitation")
        REVOKED = "revoked", _("withdrew an invitation")
        JOINED = "joined", _("made the account by an invitation")
        ROLE = "role", _("changed the role")
        DEACTIVATED = "deactivated", _("deactivated the account")
        REACTIVATED = "reactivated", _("reactivated the account")
        SIGNED_OUT = "signed_out", _("ended all sessions")
        RESET = "reset", _("made a link for a new password")
        DELETED = "deleted", _("deleted an account")
        FACTOR = "factor", _("removed the second factor")
        LEFT = "left", _("moved the account to another school")
        ARRIVED = "arrived", _("moved the account here")
        CREATED = "created", _("created the school")
        NAMED = "named", _("named the school")
        SUSPENDED = "suspended", _("suspended the school")
        RESUMED = "resumed", _("resumed the school")
        WAY_BACK = "way_back", _("made a way back to a student's place")
        MERGED = "merged", _("merged two places of students")
        POLICY_CHOSEN = "chosen", _("chose the policy")
        POLICY_CHANGED = "changed", _("changed the policy")
        HANDED_OVER = "handed_over", _("handed over a class")
        TOKEN_MADE = "token_made", _("made a token for a program")
        TOKEN_ENDED = "token_ended", _("revoked a token for a program")
        PAPER = "paper", _("recorded a guardian's answer on paper")
        GUARDIAN_SEEN = "guardian", _("looked at a guardian's answer")
        HOOK_MADE = "hook_made", _("set up a webhook")
        HOOK_CHANGED = "hook_changed", _("changed a webhook")
        HOOK_ENDED = "hook_ended", _("removed a webhook")
        STORE_SET = "store_set", _("set up the record store")
        STORE_ENDED = "store_ended", _("removed the record store")
        PLATFORM_MADE = "platform_in", _("registered a learning platform")
        PLATFORM_CHANGED = "platform_ch", _("changed a learning platform")
        PLATFORM_ON = "platform_on", _("switched a learning platform on")
        PLATFORM_ENDED = "platform_end", _("removed a learning platform")
        PLATFORM_LINKED = "platform_is", _("connected the account with a learning platform")
        COURSE = "course", _("changed whether teachers need the course")
        SETTING = "setting", _("changed a setting of the school")
        CODE = "code", _("made a new code of a class")

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=FULL_NAME_LENGTH)
    subject = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="changes")
    detail = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of an account")
        verbose_name_plural = _("changes of accounts")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["school", "at"], name="account_change_by_school")]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.get_kind_display()}"


class RetentionRun(models.Model):
    """When old rows were last deleted: `finished_at` of every school and of what belongs to none, which is
    `common_at`. How many would tell how many cameras were on."""

    finished_at = models.DateTimeField(null=True)
    common_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("deletion of old rows")
        verbose_name_plural = _("deletions of old rows")

    def __str__(self) -> str:
        return f"{self.finished_at or '-'}"
