from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classroom", "0009_hint_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accesslogentry",
            name="viewer_name",
            field=models.CharField(max_length=301),
        ),
        migrations.AlterField(
            model_name="accountchange",
            name="actor_name",
            field=models.CharField(max_length=301),
        ),
        migrations.AlterField(
            model_name="removal",
            name="actor_name",
            field=models.CharField(max_length=301),
        ),
    ]
