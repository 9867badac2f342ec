from django.apps.registry import Apps
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def note_servers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now every picture was read on the school's server, and that was agreed to."""
    consents = apps.get_model("classroom", "Consent").objects
    consents.exclude(choice="no_camera").update(readers=["server"])


class Migration(migrations.Migration):
    """Where pictures are read: what a school chose, what a student agreed to, where each reading was made.

    Schools that have chosen keep the server; new ones begin with the student's browser.
    """

    dependencies = [("classroom", "0010_summary")]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="readers",
            field=ArrayField(base_field=models.CharField(max_length=10), default=list, size=None),
        ),
        migrations.RunPython(note_servers, migrations.RunPython.noop),
        migrations.AddField(
            model_name="policy",
            name="readers",
            field=models.CharField(default="server", max_length=10),
        ),
        migrations.AlterField(
            model_name="policy",
            name="readers",
            field=models.CharField(
                choices=[
                    ("browser", "In the student's browser only"),
                    ("server", "On the school's server"),
                    ("either", "Either: the student's device decides"),
                ],
                default="browser",
                max_length=10,
                verbose_name="where pictures are read",
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="network",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="reading",
            name="reader",
            field=models.CharField(default="server", max_length=10),
            preserve_default=False,
        ),
    ]
