"""Who was sent out of a lesson, for as long as it lasts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classroom", "0008_ways_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="moodgroup",
            name="sent_out",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="moodgroup",
            name="sent_out_at",
            field=models.DateTimeField(null=True),
        ),
    ]
