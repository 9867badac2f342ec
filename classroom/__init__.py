"""The project package and the live core: settings, models, rights, services, sockets."""

from classroom.celery import app

__all__ = ["app"]
