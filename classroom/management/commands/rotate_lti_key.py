"""Makes a new key to sign with towards learning platforms."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from classroom import services


class Command(BaseCommand):
    help = (
        "Sign with a new key towards learning platforms; the one before stays published until the next time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        made = services.rotate_tool_key(now=timezone.now())
        self.stdout.write(f"The key {made.name} signs from now on. Platforms find it by themselves.")
