"""Who chose or changed the policy, and who handed over a class, is written down."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classroom", "0011_places")]

    operations = [
        migrations.AlterField(
            model_name="accountchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invited", "made an invitation"),
                    ("revoked", "withdrew an invitation"),
                    ("joined", "made the account by an invitation"),
                    ("role", "changed the role"),
                    ("deactivated", "deactivated the account"),
                    ("reactivated", "reactivated the account"),
                    ("signed_out", "ended all sessions"),
                    ("reset", "made a link for a new password"),
                    ("deleted", "deleted an account"),
                    ("factor", "removed the second factor"),
                    ("left", "moved the account to another school"),
                    ("arrived", "moved the account here"),
                    ("created", "created the school"),
                    ("named", "named the school"),
                    ("suspended", "suspended the school"),
                    ("resumed", "resumed the school"),
                    ("way_back", "made a way back to a student's place"),
                    ("merged", "made two places of students one"),
                    ("chosen", "chose the policy"),
                    ("changed", "changed the policy"),
                    ("handed_over", "handed over a class"),
                ],
                max_length=12,
            ),
        ),
    ]
