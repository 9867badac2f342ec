"""Only until 0001 is cut anew: drop this file then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classroom", "0001_initial")]

    operations = [
        migrations.RenameField("accesslogentry", "page", "place"),
        migrations.AlterField(
            "accesslogentry",
            "place",
            models.CharField(
                choices=[
                    ("dashboard", "during the lesson"),
                    ("hint", "in a remark during the lesson"),
                    ("report", "in the report"),
                    ("participant_report", "on the page of one student in the report"),
                    ("csv", "in a download of the report"),
                    ("flag", "reviewing a note"),
                    ("administration", "in the school's administration"),
                ],
                max_length=20,
                verbose_name="place",
            ),
        ),
    ]
