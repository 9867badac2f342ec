import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Key moments that slides mark; lessons without cameras."""

    dependencies = [("classroom", "0007_live")]

    operations = [
        migrations.AddField(
            model_name="lesson",
            name="is_without_cameras",
            field=models.BooleanField(default=False, verbose_name="without cameras"),
        ),
        migrations.CreateModel(
            name="SlidesKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                (
                    "lesson",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slides_key",
                        to="classroom.lesson",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
