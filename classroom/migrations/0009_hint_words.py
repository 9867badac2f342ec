"""What a quiet remark about one student says: lids over a page look like lids that fall.

And what a student agrees to: where the eyes point counts.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classroom", "0008_ways_back")]

    operations = [
        migrations.AlterField(
            model_name="hint",
            name="kind",
            field=models.CharField(
                choices=[
                    ("class_drifting", "many are drifting"),
                    ("several_lost", "several say they are lost"),
                    ("break_wanted", "several ask for a break"),
                    ("persistently_sad", "expression resembles sadness for a while"),
                    ("persistently_disengaged", "looks down or away for a while"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="version",
            field=models.PositiveSmallIntegerField(default=3),
        ),
    ]
