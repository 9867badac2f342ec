"""The project package and the live core: settings, models, rights, services, sockets."""

from classroom.celery import app as celery_app

__all__ = ["celery_app"]
