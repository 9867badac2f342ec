from django.db import migrations, models


class Migration(migrations.Migration):
    """When the break that the teacher gave ends."""

    dependencies = [("classroom", "0006_review")]

    operations = [
        migrations.AddField(
            model_name="lesson",
            name="break_ends_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
