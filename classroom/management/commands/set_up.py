"""Makes what a new install needs: a school, a teacher, an administrator and the demonstration."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from classroom.models import Classroom, School, User
from classroom.services.classrooms import demo_classroom


class Command(BaseCommand):
    help = "Make the school, the first logins and the demonstration classroom, where they are missing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        school = School.objects.first() or School.objects.create(name=School.UNNAMED)
        teacher = self._make_login(school, User.TO_TRY_WITH, User.Role.TEACHER)
        self._make_login(school, "admin", User.Role.ADMIN, is_staff=True, is_superuser=True)
        if not Classroom.objects.filter(school=school, is_demo=False).exists():
            Classroom.objects.create(school=school, teacher=teacher, name="My first classroom")
        demo_classroom(teacher)

    def _make_login(self, school: School, username: str, role: str, **rights: bool) -> User:
        """The password is shown here and nowhere else; only its hash is kept."""
        existing = User.objects.filter(role=role, school=school).first()
        if existing is not None:
            return existing
        password = secrets.token_urlsafe(9)
        user = User.objects.create_user(username, None, password, role=role, school=school, **rights)
        self.stdout.write(f"login {role} {username} {password}")
        return user
