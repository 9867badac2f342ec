from django.db import migrations, models


class Migration(migrations.Migration):
    """A lesson without cameras."""

    dependencies = [("classroom", "0007_live")]

    operations = [
        migrations.AddField(
            model_name="lesson",
            name="is_without_cameras",
            field=models.BooleanField(default=False, verbose_name="without cameras"),
        ),
    ]
