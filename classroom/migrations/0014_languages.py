from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import classroom.consent_words


def forget_what_nobody_chose(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of one language there was no choice: accounts follow the browser until somebody chooses."""
    apps.get_model("classroom", "User").objects.update(language="")


class Migration(migrations.Migration):
    """In which language a consent's words were read; until now there was English alone."""

    dependencies = [("classroom", "0013_law")]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="language",
            field=models.CharField(default="en", max_length=10),
        ),
        migrations.AlterField(
            model_name="consent",
            name="version",
            field=models.PositiveSmallIntegerField(default=classroom.consent_words.english_in_force),
        ),
        migrations.RunPython(forget_what_nobody_chose, migrations.RunPython.noop),
    ]
