"""The product's settings with addresses that nobody calls: django-stubs reads settings, it starts nothing."""

import os

os.environ.setdefault("SECRET_KEY", "-" * 32)
os.environ.setdefault("DATABASE_URL", "postgres://localhost/classpulse")
os.environ.setdefault("REDIS_URL", "redis://localhost/0")

from classroom.settings import *  # noqa: F403
