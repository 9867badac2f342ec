import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import classroom.models.outgoing


class Migration(migrations.Migration):
    """Webhooks, the school's record store, what is on its way to either, and tokens with an end."""

    dependencies = [
        ("classroom", "0015_guardians"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="expires_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="sendings",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=300), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="sendings",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=300), default=list, editable=False, size=None
            ),
        ),
        migrations.CreateModel(
            name="RecordStore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=300)),
                ("origin", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gone", "the address answered that it is gone (410)"),
                            ("failing", "it had failed for five days"),
                        ],
                        max_length=8,
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("secret", models.CharField(editable=False, max_length=600)),
                (
                    "told",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), size=None
                    ),
                ),
                (
                    "school",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="record_store",
                        to="classroom.school",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=300)),
                ("origin", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gone", "the address answered that it is gone (410)"),
                            ("failing", "it had failed for five days"),
                        ],
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None
                    ),
                ),
                ("secret", models.CharField(editable=False, max_length=300)),
                ("former_secret", models.CharField(blank=True, editable=False, max_length=300)),
                ("former_until", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhooks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhooks",
                        to="classroom.school",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event", models.CharField(max_length=20)),
                (
                    "message_id",
                    models.CharField(
                        default=classroom.models.outgoing.new_message_id,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("sending", "being sent"),
                            ("sent", "delivered"),
                            ("failed", "given up"),
                            ("dropped", "not sent: it was paused or ended, or the right to it had gone"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refused", "the answer was an error"),
                            ("no_answer", "no answer in time"),
                            ("address", "the address is not one that this server may ask"),
                            ("secret", "its secret was sealed under another SECRET_KEY; make a new one"),
                        ],
                        max_length=10,
                    ),
                ),
                ("done_until", models.CharField(blank=True, max_length=80)),
                (
                    "lesson",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="classroom.lesson",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="classroom.recordstore",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="classroom.webhook",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-id"],
                "indexes": [
                    models.Index(
                        models.F("due_at"),
                        condition=models.Q(("state__in", ("waiting", "sending"))),
                        name="delivery_to_send",
                    ),
                    models.Index(models.F("made_at"), name="delivery_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("webhook"),
                        models.F("lesson"),
                        models.F("event"),
                        name="one_delivery_a_webhook",
                    ),
                    models.UniqueConstraint(
                        models.F("store"), models.F("lesson"), models.F("event"), name="one_delivery_a_store"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("store__isnull", False), ("webhook", None)),
                            models.Q(("store", None), ("webhook__isnull", False)),
                            _connector="OR",
                        ),
                        name="delivery_has_one_target",
                    ),
                ],
            },
        ),
    ]
