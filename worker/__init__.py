"""Celery tasks and the simulated students. Nobody imports this package; tasks are sent by name."""
