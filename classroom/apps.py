import logging

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _

from classroom.languages import not_compiled

logger = logging.getLogger(__name__)

COMPILE = "python classroom/local/catalogues.py locale"


class ClassroomConfig(AppConfig):
    name = "classroom"
    verbose_name = _("Classroom")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Signal receivers: those who lose a right lose their sockets; older databases are left alone."""
        from classroom.schema import refuse_older_database  # noqa: PLC0415
        from classroom.services import rights, sessions  # noqa: F401, PLC0415

        pre_migrate.connect(refuse_older_database, sender=self)
        for code in not_compiled(settings.LOCALE_DIR):
            logger.warning("The words of %s stay English until this has compiled them: %s", code, COMPILE)
