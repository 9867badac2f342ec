"""Steps of a login that are the product's own."""

from typing import Any

from allauth.account.stages import LoginStage
from django.shortcuts import redirect

from classroom.models import User


class UnchangedStage(LoginStage):
    """The last one: while the second factor was waited for, the password has stayed what was given."""

    key = "unchanged"

    def __init__(self, *login: Any) -> None:
        """allauth makes every step of a login at its start, and keeps their state in the session."""
        super().__init__(*login)
        self.state.setdefault("password", self._password_now())

    def handle(self) -> tuple[Any, bool]:
        is_same = self.login.user is not None and self.state["password"] == self._password_now()
        return (None, True) if is_same else (redirect("login"), False)

    def _password_now(self) -> str | None:
        user: User | None = self.login.user
        return user.get_session_auth_hash() if user else None
