import logging

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from classroom.languages import not_compiled

logger = logging.getLogger(__name__)

COMPILE = "python classroom/local/catalogues.py locale"


class ClassroomConfig(AppConfig):
    name = "classroom"
    verbose_name = _("Classroom")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Signal receivers: who loses a right loses the sockets; no older or restored database is used."""
        from classroom.restored import mark_new, refuse_restored  # noqa: PLC0415
        from classroom.schema import refuse_older_database  # noqa: PLC0415
        from classroom.services import rights, sessions  # noqa: F401, PLC0415

        pre_migrate.connect(refuse_older_database, sender=self)
        post_migrate.connect(mark_new, sender=self)
        connection_created.connect(refuse_restored)
        for code in not_compiled(settings.LOCALE_DIR):
            logger.warning("The words of %s stay English until this has compiled them: %s", code, COMPILE)
