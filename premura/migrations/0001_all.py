"""Everything a new installation needs, in one go; an older one that has its ten steps has all of it already."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

import premura.models.channel
import premura.models.playground
import premura.models.reply
from premura.migrations import _machinery
from premura.migrations._together import together


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("premura", "0001_tables"),
        ("premura", "0002_machinery"),
        ("premura", "0003_playground"),
        ("premura", "0004_hashtags"),
        ("premura", "0005_voices"),
        ("premura", "0006_cache"),
        ("premura", "0007_readings"),
        ("premura", "0008_flags"),
        ("premura", "0009_guard"),
        ("premura", "0010_deciding"),
    ]
    dependencies = [("procrastinate", "0001_initial")]

    operations = [
        # Both are trusted: whoever owns the database may create them.
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "received_at", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("received_at", models.DateTimeField()),
                ("channel_id", models.BigIntegerField()),
                ("way", models.CharField(max_length=10)),
                ("body", models.BinaryField()),
            ],
            options={
                "db_table": "premura_delivery",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Brand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("slug", models.SlugField(unique=True)),
                ("language", models.CharField(default="it", max_length=5)),
                ("time_zone", models.CharField(default="Europe/Rome", max_length=50)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="PlaygroundPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=100)),
                ("about", models.CharField(blank=True, max_length=300)),
                ("token", models.CharField(default=premura.models.playground.new_secret, max_length=64)),
                ("signing", models.CharField(default=premura.models.playground.new_secret, max_length=64)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="PlaygroundPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=premura.models.playground.new_key, max_length=32, unique=True)),
                ("handle", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Approvals",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="approvals",
                        serialize=False,
                        to="premura.brand",
                    ),
                ),
                ("newcomers", models.BooleanField(default=True)),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                (
                    "intents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), blank=True, default=list, size=None
                    ),
                ),
                ("amount_over", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Lessons",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="lessons",
                        serialize=False,
                        to="premura.brand",
                    ),
                ),
                ("count", models.IntegerField(default=0)),
                ("weights", models.BinaryField(default=bytes)),
                ("taught_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="Voice",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="voice",
                        serialize=False,
                        to="premura.brand",
                    ),
                ),
                ("values", models.TextField(blank=True)),
                (
                    "words_we_use",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                (
                    "words_we_avoid",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("address", models.JSONField(default=dict)),
                ("examples", models.TextField(blank=True)),
                ("signs", models.BooleanField(default=False)),
                ("undo_s", models.SmallIntegerField(default=10)),
                ("team_repeats", models.SmallIntegerField(default=50)),
            ],
        ),
        migrations.CreateModel(
            name="Weights",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="weights",
                        serialize=False,
                        to="premura.brand",
                    ),
                ),
                ("points", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="Agent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("language", models.CharField(default="it", max_length=5)),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "brand",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="premura.brand"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Calendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("zone", models.CharField(max_length=50)),
                ("week", models.JSONField(default=list)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("region", models.CharField(blank=True, max_length=10)),
                ("days", models.JSONField(default=dict)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calendars", to="premura.brand"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("brand"), models.F("name"), name="one_calendar_of_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
                ("tier", models.CharField(db_default="", max_length=20)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="premura.brand"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Employee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=20)),
                ("handle", models.CharField(max_length=300)),
                ("name", models.CharField(blank=True, max_length=100)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="employees", to="premura.brand"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("brand"), models.F("network"), models.F("handle"), name="one_employee_a_handle"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Engine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("use", models.CharField(choices=[("translate", "translates"), ("draft", "drafts")], max_length=10)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("libretranslate", "LibreTranslate"),
                            ("deepl", "DeepL"),
                            ("openai", "OpenAI-compatible"),
                        ],
                        max_length=20,
                    ),
                ),
                ("url", models.URLField(max_length=500)),
                ("model", models.CharField(blank=True, max_length=100)),
                ("sealed", models.BinaryField(default=bytes)),
                ("is_on", models.BooleanField(default=False)),
                ("trouble", models.TextField(blank=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="engines", to="premura.brand"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(models.F("brand"), models.F("use"), name="one_engine_a_use")],
            },
        ),
        migrations.CreateModel(
            name="PlaygroundItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=premura.models.playground.new_key, max_length=32, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("post", "Post"),
                            ("visitor_post", "Visitor Post"),
                            ("mention", "Mention"),
                            ("comment", "Comment"),
                            ("review", "Review"),
                            ("direct", "Direct"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField()),
                ("stars", models.SmallIntegerField(null=True)),
                ("idempotency", models.CharField(blank=True, max_length=64)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("edited_at", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="premura.playgrounditem",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="premura.playgroundpage"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="premura.playgroundperson",
                    ),
                ),
                (
                    "chat",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chats",
                        to="premura.playgroundperson",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("page"),
                        models.OrderBy(models.F("written_at"), descending=True),
                        name="piazza_newest_first",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("page"),
                        models.F("idempotency"),
                        condition=models.Q(("idempotency", ""), _negated=True),
                        name="one_piazza_item_a_try",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stars", None), ("stars__range", (1, 5)), _connector="OR"),
                        name="piazza_stars_one_to_five",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaygroundChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.BinaryField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="premura.playgroundpage"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("page"), models.F("id"), name="piazza_changes_in_order")],
            },
        ),
        migrations.CreateModel(
            name="PlaygroundCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deed", models.CharField(max_length=20)),
                ("target", models.CharField(blank=True, max_length=64)),
                ("idempotency", models.CharField(blank=True, max_length=64)),
                ("text", models.TextField(blank=True)),
                ("status", models.SmallIntegerField()),
                ("made", models.CharField(blank=True, max_length=32)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="premura.playgroundpage"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("page"), models.F("deed"), name="piazza_calls_by_deed")],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("team_id", models.BigIntegerField(null=True)),
                ("assignee_id", models.BigIntegerField(null=True)),
                ("state", models.CharField(max_length=10)),
                ("n", models.BigIntegerField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("brand"), name="tally_of_a_brand")],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="teams", to="premura.brand"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("brand"), models.F("name"), name="one_team_of_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=100)),
                ("translations", models.JSONField(default=dict)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="premura.brand"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("brand"), models.F("text"), name="one_term_of_a_text")
                ],
            },
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=300)),
                ("name", models.CharField(max_length=200)),
                ("handle", models.CharField(max_length=300)),
                ("avatar", models.URLField(blank=True, max_length=1000)),
                ("url", models.URLField(blank=True, max_length=1000)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("care", "care"), ("brand", "brand"), ("both", "care and brand")],
                        default="care",
                        max_length=5,
                    ),
                ),
                ("answers", models.BooleanField(default=True)),
                ("promise", models.CharField(blank=True, max_length=300)),
                ("limits", models.JSONField(default=dict)),
                ("streams", models.BooleanField(default=False)),
                ("hook_key", models.CharField(default=premura.models.channel.new_hook_key, max_length=32, unique=True)),
                ("sealed", models.BinaryField(default=bytes)),
                ("cursor", models.TextField(blank=True)),
                ("hashtags", models.JSONField(default=list)),
                ("watch_cursor", models.TextField(blank=True)),
                ("watched_at", models.DateTimeField(null=True)),
                ("connected_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("heard_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("wait_until", models.DateTimeField(null=True)),
                ("trouble", models.TextField(blank=True)),
                ("trouble_since", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="channels", to="premura.brand"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="channels",
                        to="premura.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("brand"), models.F("network"), models.F("key"), name="one_channel_an_account"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=300)),
                ("handle", models.CharField(max_length=300)),
                ("name", models.CharField(max_length=300)),
                ("avatar", models.TextField(blank=True)),
                ("url", models.TextField(blank=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="identities", to="premura.contact"
                    ),
                ),
                (
                    "home",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="premura.contact",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                        ),
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("handle"), name="gin_trgm_ops"
                        ),
                        name="identity_by_part_of_name",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("brand"), models.F("network"), models.F("key"), name="one_identity_a_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KnownIssue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("noticed", "noticed"),
                            ("working", "being worked on"),
                            ("solved", "solved"),
                            ("closed", "closed"),
                        ],
                        default="noticed",
                        max_length=10,
                    ),
                ),
                ("facts", models.TextField(blank=True)),
                ("solution", models.TextField(blank=True)),
                ("permalink", models.TextField(blank=True)),
                ("joins_from", models.FloatField(null=True)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="known_issues",
                        to="premura.brand",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("brand"),
                        models.OrderBy(models.F("opened_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="known_issues_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Macro",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("actions", models.JSONField(default=list)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="macros", to="premura.brand"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("brand"), models.F("name"), name="one_macro_of_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Netiquette",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.SmallIntegerField()),
                ("published_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="netiquettes", to="premura.brand"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("brand"), models.F("version"), name="one_netiquette_a_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Phrase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=30)),
                ("language", models.CharField(blank=True, max_length=5)),
                ("text", models.CharField(max_length=200)),
                ("allows", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="phrases", to="premura.brand"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("brand"), models.F("rule"), models.F("text"), name="one_phrase_a_rule"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("planned_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="plans", to="premura.brand"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlaygroundLike",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="likes", to="premura.playgrounditem"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="premura.playgroundperson"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("item"), models.F("person"), name="one_piazza_like_a_person", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaygroundPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=premura.models.playground.new_key, max_length=32, unique=True)),
                ("mime", models.CharField(max_length=50)),
                ("alt", models.TextField(blank=True)),
                ("data", models.BinaryField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="premura.playgrounditem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("place", models.SmallIntegerField(default=0)),
                ("is_on", models.BooleanField(default=False)),
                (
                    "trigger",
                    models.CharField(
                        choices=[("came in", "Came In"), ("waits", "Waits"), ("changed", "Changed")],
                        default="came in",
                        max_length=10,
                    ),
                ),
                ("conditions", models.JSONField(default=list)),
                ("actions", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="premura.brand",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("brand"), models.F("name"), name="one_rule_of_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("language", models.CharField(max_length=5)),
                ("text", models.TextField()),
                ("used", models.IntegerField(default=0)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="saved_replies", to="premura.brand"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("brand"), models.F("name"), models.F("language"), name="one_saved_reply_of_a_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SlaPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("place", models.SmallIntegerField(default=0)),
                ("is_on", models.BooleanField(default=True)),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("private", models.BooleanField(null=True)),
                (
                    "intents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                ("urgency", models.SmallIntegerField(default=0)),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3), default=list, size=None
                    ),
                ),
                (
                    "tiers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("first", models.IntegerField(null=True)),
                ("next", models.IntegerField(null=True)),
                ("resolution", models.IntegerField(null=True)),
                ("same_day", models.BooleanField(default=False)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sla_policies", to="premura.brand"
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="policies",
                        to="premura.calendar",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("brand"), models.F("name"), name="one_sla_policy_of_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("reader", "reader"), ("agent", "agent"), ("lead", "lead"), ("admin", "admin")],
                        default="agent",
                        max_length=10,
                    ),
                ),
                ("is_newcomer", models.BooleanField(default=False)),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3), default=list, size=None
                    ),
                ),
                (
                    "intents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                ("most_open", models.SmallIntegerField(null=True)),
                ("on_duty", models.BooleanField(default=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="premura.brand"
                    ),
                ),
                ("teams", models.ManyToManyField(blank=True, related_name="memberships", to="premura.team")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("agent"), models.F("brand"), name="one_membership_a_brand")
                ],
            },
        ),
        migrations.CreateModel(
            name="Clause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.SmallIntegerField()),
                ("language", models.CharField(max_length=5)),
                ("title", models.CharField(max_length=100)),
                ("text", models.TextField()),
                (
                    "netiquette",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="clauses", to="premura.netiquette"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("netiquette"), models.F("number"), models.F("language"), name="one_clause_a_language"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ahead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=500)),
                ("removed_at", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.channel",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(models.F("channel"), models.F("key"), name="one_ahead_a_key")],
            },
        ),
        migrations.CreateModel(
            name="Hourly",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=60)),
                ("hour", models.DateTimeField()),
                ("n", models.IntegerField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.channel",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("channel"), models.F("what"), models.F("hour"), name="one_count_an_hour"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("approved", "Approved"),
                            ("sending", "Sending"),
                            ("published", "Published"),
                            ("failed", "Failed"),
                            ("unclear", "Unclear"),
                        ],
                        default="published",
                        max_length=10,
                    ),
                ),
                ("planned_at", models.DateTimeField(null=True)),
                ("key", models.CharField(max_length=500, null=True)),
                ("text", models.TextField()),
                ("url", models.TextField(blank=True)),
                ("ref", models.JSONField(default=dict)),
                ("media", models.JSONField(default=list)),
                ("written_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("removed_at", models.DateTimeField(null=True)),
                ("likes", models.IntegerField(default=0)),
                ("shares", models.IntegerField(default=0)),
                ("counted_likes", models.IntegerField(default=0)),
                ("counted_shares", models.IntegerField(default=0)),
                ("counted_at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="posts", to="premura.brand"
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
                        to="premura.channel",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="posts", to="premura.plan"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["channel", "-written_at"], name="posts_of_a_channel"),
                    models.Index(
                        models.F("planned_at"), condition=models.Q(("state", "approved")), name="posts_that_wait"
                    ),
                ],
                "constraints": [models.UniqueConstraint(models.F("channel"), models.F("key"), name="one_post_a_key")],
            },
        ),
        migrations.CreateModel(
            name="Quarantine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("delivery", models.BigIntegerField(unique=True)),
                ("received_at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField(auto_now=True)),
                ("tries", models.SmallIntegerField(default=1)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="quarantine", to="premura.channel"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["channel", "-at"], name="quarantine_of_a_channel")],
            },
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=500)),
                ("target", models.CharField(max_length=500)),
                ("gesture", models.CharField(max_length=10)),
                ("by_key", models.CharField(max_length=300)),
                ("by_name", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reactions",
                        to="premura.channel",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("channel"),
                        models.F("target"),
                        models.F("gesture"),
                        models.F("at"),
                        name="reactions_to",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("channel"), models.F("key"), name="one_reaction_a_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Spike",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=60)),
                ("hour", models.DateTimeField()),
                ("n", models.IntegerField()),
                ("usual", models.FloatField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spikes",
                        to="premura.brand",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spikes",
                        to="premura.channel",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("brand"), models.OrderBy(models.F("at"), descending=True), name="spikes_of_a_brand"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("channel"), models.F("what"), models.F("hour"), name="one_spike_an_hour"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ownership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.SmallIntegerField(default=0)),
                ("intent", models.CharField(blank=True, max_length=10)),
                ("topic", models.CharField(blank=True, max_length=100)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("language", models.CharField(blank=True, max_length=3)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ownerships", to="premura.brand"
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.channel",
                    ),
                ),
                ("consulted", models.ManyToManyField(blank=True, related_name="+", to="premura.team")),
                ("informed", models.ManyToManyField(blank=True, related_name="+", to="premura.team")),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="premura.team"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Conversation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("root", models.CharField(max_length=500)),
                ("private", models.BooleanField(default=False)),
                ("kind", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("pending", "Pending"),
                            ("on_hold", "On Hold"),
                            ("snoozed", "Snoozed"),
                            ("resolved", "Resolved"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("above", models.JSONField(default=list)),
                ("preview", models.CharField(max_length=300)),
                ("language", models.CharField(db_default="und", max_length=3)),
                ("sentiment", models.CharField(db_default="neutral", max_length=8)),
                ("intent", models.CharField(db_default="", max_length=10)),
                ("urgency", models.SmallIntegerField(db_default=1)),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), db_default=[], size=None
                    ),
                ),
                ("priority", models.SmallIntegerField(db_default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("rank", models.BigIntegerField(db_default=0)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_at", models.DateTimeField()),
                ("last_in_at", models.DateTimeField(null=True)),
                ("last_out_at", models.DateTimeField(null=True)),
                ("waiting_since", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "assignee",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conversations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conversations",
                        to="premura.brand",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversations",
                        to="premura.channel",
                    ),
                ),
                (
                    "identity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversations",
                        to="premura.identity",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conversations",
                        to="premura.post",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conversations",
                        to="premura.team",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("brand"),
                        models.F("state"),
                        models.OrderBy(models.F("last_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="inbox_by_state",
                    ),
                    models.Index(
                        models.F("brand"),
                        models.OrderBy(models.F("last_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="inbox_all",
                    ),
                    models.Index(
                        models.F("assignee"),
                        models.F("state"),
                        models.OrderBy(models.F("last_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("assignee__isnull", False)),
                        name="inbox_mine",
                    ),
                    models.Index(
                        models.F("brand"),
                        models.OrderBy(models.F("last_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("assignee__isnull", True), ("state", "open")),
                        name="inbox_unassigned",
                    ),
                    models.Index(
                        models.F("brand"),
                        models.OrderBy(models.F("rank"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("state", "open")),
                        name="inbox_by_priority",
                    ),
                    models.Index(
                        models.F("brand"),
                        models.F("intent"),
                        models.OrderBy(models.F("last_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("state", "open")),
                        name="inbox_by_intent",
                    ),
                    models.Index(
                        models.F("channel"),
                        models.F("state"),
                        models.OrderBy(models.F("last_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="inbox_by_channel",
                    ),
                    models.Index(
                        models.F("identity"),
                        models.OrderBy(models.F("last_at"), descending=True),
                        name="conversations_of_a_person",
                    ),
                    models.Index(
                        models.F("snoozed_until"),
                        condition=models.Q(("state", "snoozed")),
                        name="conversations_that_sleep",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("channel"),
                        models.F("root"),
                        models.F("identity"),
                        models.F("private"),
                        name="one_conversation_a_person_and_root",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ModerationRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "catches",
                    models.CharField(
                        choices=[("spam", "spam"), ("slurs", "slurs"), ("words", "these words")], max_length=10
                    ),
                ),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), blank=True, default=list, size=None
                    ),
                ),
                ("is_on", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moderation_rules", to="premura.brand"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="premura.clause"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=500)),
                ("parent", models.CharField(blank=True, max_length=500)),
                ("root", models.CharField(max_length=500)),
                ("kind", models.CharField(max_length=20)),
                ("text", models.TextField()),
                ("language", models.CharField(blank=True, max_length=5)),
                ("url", models.TextField(blank=True)),
                ("ref", models.JSONField(default=dict)),
                ("media", models.JSONField(default=list)),
                ("stars", models.SmallIntegerField(null=True)),
                ("written_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("edited_at", models.DateTimeField(null=True)),
                ("was", models.JSONField(default=list)),
                ("removed_at", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("liked_at", models.DateTimeField(null=True)),
                ("likes", models.IntegerField(default=0)),
                ("shares", models.IntegerField(default=0)),
                ("counted_likes", models.IntegerField(default=0)),
                ("counted_shares", models.IntegerField(default=0)),
                ("counted_at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="premura.channel",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="premura.conversation",
                    ),
                ),
                (
                    "identity",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="premura.identity",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("conversation"), models.F("written_at"), models.F("id"), name="messages_in_order"
                    ),
                    models.Index(
                        models.F("channel"), models.F("root"), models.F("written_at"), name="messages_under_a_root"
                    ),
                    django.contrib.postgres.indexes.BrinIndex(models.F("received_at"), name="messages_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("channel"), models.F("key"), name="one_message_a_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "conversation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="outcome",
                        serialize=False,
                        to="premura.conversation",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("product", "the product"),
                            ("delivery", "delivery or time"),
                            ("price", "a price or a bill"),
                            ("care", "how we treated them"),
                            ("website", "site, app or shop"),
                            ("values", "what we stand for"),
                            ("other", "something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300)),
                ("solution_proposed", models.BooleanField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Spill",
            fields=[
                (
                    "conversation",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="spill",
                        serialize=False,
                        to="premura.conversation",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now())),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "private",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spilled_to",
                        to="premura.conversation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Triage",
            fields=[
                (
                    "conversation",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="triage",
                        serialize=False,
                        to="premura.conversation",
                    ),
                ),
                ("first_due_at", models.DateTimeField(null=True)),
                ("next_due_at", models.DateTimeField(null=True)),
                ("resolution_due_at", models.DateTimeField(null=True)),
                ("window_until", models.DateTimeField(null=True)),
                ("parts", models.JSONField(db_default=[])),
                ("stirs_at", models.DateTimeField(null=True)),
                ("warned_at", models.DateTimeField(null=True)),
                ("extra", models.SmallIntegerField(db_default=0)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "chosen",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="premura.slapolicy",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="premura.slapolicy",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("stirs_at"), condition=models.Q(("stirs_at__isnull", False)), name="triage_that_stirs"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Disengagement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="disengagements", to="premura.brand"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="premura.clause"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disengagements",
                        to="premura.conversation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("brand"),
                        models.OrderBy(models.F("at"), descending=True),
                        name="disengagements_by_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("taken in", "Taken In"),
                            ("reply held", "Reply Held"),
                            ("reply released", "Reply Released"),
                            ("reply scheduled", "Reply Scheduled"),
                            ("reply withdrawn", "Reply Withdrawn"),
                            ("reply refused", "Reply Refused"),
                            ("guard overridden", "Guard Overridden"),
                            ("reply sent", "Reply Sent"),
                            ("reply failed", "Reply Failed"),
                            ("reply unclear", "Reply Unclear"),
                            ("reply settled", "Reply Settled"),
                            ("assigned", "Assigned"),
                            ("snoozed", "Snoozed"),
                            ("woken", "Woken"),
                            ("put on hold", "Held"),
                            ("resolved", "Resolved"),
                            ("reopened", "Reopened"),
                            ("noted", "Noted"),
                            ("labelled", "Labelled"),
                            ("unlabelled", "Unlabelled"),
                            ("reading corrected", "Corrected"),
                            ("liked", "Liked"),
                            ("hidden", "Hidden"),
                            ("unhidden", "Unhidden"),
                            ("deleted", "Deleted"),
                            ("deletion asked", "Deletion Asked"),
                            ("deletion refused", "Deletion Refused"),
                            ("ban asked", "Ban Asked"),
                            ("banned", "Banned"),
                            ("act kept", "Act Kept"),
                            ("boomerang", "Boomerang"),
                            ("disengaged", "Disengaged"),
                            ("engaged", "Engaged"),
                            ("netiquette published", "Netiquette Published"),
                            ("translated", "Translated"),
                            ("entry made", "Entry Made"),
                            ("merged", "Merged"),
                            ("unmerged", "Unmerged"),
                            ("channel connected", "Channel Connected"),
                            ("channel lost", "Channel Lost"),
                            ("not done", "Not Done"),
                            ("signed in", "Signed In"),
                            ("claimed", "Claimed"),
                            ("routed", "Routed"),
                            ("escalated", "Escalated"),
                            ("taken over", "Taken Over"),
                            ("rule acted", "Rule Acted"),
                            ("rule changed", "Rule Changed"),
                            ("macro used", "Macro Used"),
                            ("owners changed", "Owners Changed"),
                            ("sla changed", "Sla Changed"),
                            ("weights changed", "Weights Changed"),
                            ("target near", "Target Near"),
                            ("promised", "Promised"),
                            ("promise near", "Promise Near"),
                            ("promise kept", "Promise Kept"),
                            ("promise withdrawn", "Promise Withdrawn"),
                            ("issue opened", "Issue Opened"),
                            ("issue changed", "Issue Changed"),
                            ("issue joined", "Issue Joined"),
                            ("issue left", "Issue Left"),
                            ("outcome noted", "Outcome Noted"),
                            ("peer answered", "Peer Answered"),
                            ("pile-on", "Pile On"),
                            ("spike", "Spike"),
                        ],
                        max_length=30,
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="premura.channel",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="premura.conversation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("brand"), models.OrderBy(models.F("at"), descending=True), name="journal_of_a_brand"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Affected",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "Proposed"), ("joined", "Joined"), ("declined", "Declined")],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("score", models.FloatField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="affected_by",
                        to="premura.conversation",
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="affected",
                        to="premura.knownissue",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("issue"), models.F("state"), models.F("id"), name="affected_listed")],
                "constraints": [
                    models.UniqueConstraint(models.F("issue"), models.F("conversation"), name="affected_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="labels", to="premura.brand"
                    ),
                ),
                ("conversations", models.ManyToManyField(related_name="labels", to="premura.conversation")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("brand"), models.F("name"), name="one_label_of_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="premura.brand"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="premura.conversation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PileOn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("root", models.CharField(max_length=500)),
                ("began_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("slope", models.FloatField()),
                ("voices", models.IntegerField()),
                ("reason", models.JSONField(default=dict)),
                ("seen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pile_ons", to="premura.brand"
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pile_ons",
                        to="premura.channel",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="premura.conversation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("brand"), models.OrderBy(models.F("at"), descending=True), name="pile_ons_of_a_brand"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("channel"),
                        models.F("root"),
                        condition=models.Q(("ended_at__isnull", True)),
                        name="one_pile_on_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField()),
                ("typed_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="presences", to="premura.conversation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("agent"), models.F("conversation"), name="one_presence_a_conversation"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cause", models.BigIntegerField()),
                ("did", models.JSONField(default=list)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rule_runs", to="premura.conversation"
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="premura.rule",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("rule"), models.OrderBy(models.F("at"), descending=True), name="runs_of_a_rule"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("rule"), models.F("conversation"), models.F("cause"), name="a_rule_acts_once_a_cause"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "of",
                    models.CharField(
                        choices=[
                            ("language", "Language"),
                            ("sentiment", "Sentiment"),
                            ("intent", "Intent"),
                            ("urgency", "Urgency"),
                            ("flags", "Flags"),
                        ],
                        max_length=10,
                    ),
                ),
                ("was", models.JSONField()),
                ("became", models.JSONField()),
                ("version", models.CharField(max_length=20)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="corrections", to="premura.brand"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="corrections", to="premura.message"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("brand"),
                        models.OrderBy(models.F("at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="corrections_of_a_brand",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("message"), models.F("of"), name="one_correction_a_matter")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=premura.models.reply.new_key, max_length=32, unique=True)),
                ("private", models.BooleanField(default=False)),
                ("text", models.TextField()),
                ("language", models.CharField(blank=True, max_length=5)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("held", "Held"),
                            ("scheduled", "Scheduled"),
                            ("ready", "Ready"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("unclear", "Unclear"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("objections", models.JSONField(default=list)),
                ("overrides", models.JSONField(default=dict)),
                ("wants_approval", models.JSONField(default=list)),
                ("our_mistake", models.BooleanField(default=False)),
                ("promised_for", models.DateTimeField(null=True)),
                ("answered_later", models.JSONField(default=list)),
                ("seen", models.CharField(blank=True, max_length=50)),
                ("edits", models.IntegerField(default=0)),
                ("begun_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("leaves_at", models.DateTimeField(null=True)),
                ("url", models.TextField(blank=True)),
                ("trouble", models.TextField(blank=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "approver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approved",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replies", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="premura.brand"
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="premura.channel"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="replies", to="premura.conversation"
                    ),
                ),
                (
                    "follows",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="next", to="premura.reply"
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reply",
                        to="premura.message",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="premura.message"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("conversation"), models.F("written_at"), name="replies_in_order"),
                    models.Index(
                        models.F("state"),
                        models.F("taken_at"),
                        condition=models.Q(("state__in", ["ready", "sending", "unclear"])),
                        name="replies_on_their_way",
                    ),
                    models.Index(
                        models.F("leaves_at"), condition=models.Q(("state", "scheduled")), name="replies_that_wait"
                    ),
                    models.Index(
                        models.F("brand"),
                        models.F("written_at"),
                        condition=models.Q(("state", "held")),
                        name="replies_to_approve",
                    ),
                    models.Index(
                        models.F("author"),
                        models.OrderBy(models.F("written_at"), descending=True),
                        name="replies_of_an_author",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Translated",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=5)),
                ("text", models.TextField()),
                ("by", models.CharField(max_length=20)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="translations", to="premura.message"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("message"), models.F("language"), name="one_translation_a_language"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="agreement",
                        serialize=False,
                        to="premura.message",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agrees_with",
                        to="premura.conversation",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreements",
                        to="premura.conversation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PeerAnswer",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="peer_answer",
                        serialize=False,
                        to="premura.message",
                    ),
                ),
                ("is_right", models.BooleanField(null=True)),
                ("at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="peer_answers",
                        to="premura.conversation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reading",
                        serialize=False,
                        to="premura.message",
                    ),
                ),
                ("version", models.CharField(max_length=20)),
                ("tier", models.SmallIntegerField()),
                ("language", models.CharField(max_length=3)),
                ("sentiment", models.CharField(max_length=8)),
                ("score", models.FloatField()),
                ("intent", models.CharField(max_length=10)),
                ("urgency", models.SmallIntegerField()),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("abuse", models.SmallIntegerField(default=0)),
                ("hate", models.BooleanField(default=False)),
                ("details", models.JSONField(default=dict)),
                (
                    "corrected",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("message"), descending=True),
                        condition=models.Q(("tier", 1)),
                        name="readings_of_tier_1",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Repeat",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="repeat",
                        serialize=False,
                        to="premura.message",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.brand",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="repeats",
                        to="premura.conversation",
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="premura.message",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=300)),
                ("technical", models.BooleanField(default=False)),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("kept", "Kept"), ("withdrawn", "Withdrawn")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("warned_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promises",
                        to="premura.brand",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="promises", to="premura.conversation"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reply",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="promise",
                        to="premura.reply",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("brand"),
                        models.F("due_at"),
                        models.F("id"),
                        condition=models.Q(("state", "open")),
                        name="promises_that_stand",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=300)),
                ("facts", models.TextField()),
                (
                    "shareable",
                    models.CharField(
                        choices=[
                            ("public", "everybody"),
                            ("direct", "only in private"),
                            ("internal", "nobody outside"),
                        ],
                        default="public",
                        max_length=10,
                    ),
                ),
                ("valid_until", models.DateField(null=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="premura.brand"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "came_from",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="premura.reply"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("brand"), models.F("retired_at"), models.F("question"), name="entries_of_a_brand"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("question", "facts", config="simple"),
                        name="entries_by_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("mime", models.CharField(max_length=100)),
                ("alt", models.TextField(blank=True)),
                ("data", models.BinaryField()),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="premura.brand"
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="premura.reply"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deed",
                    models.CharField(choices=[("hide", "hide"), ("delete", "delete"), ("ban", "ban")], max_length=10),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("done", "Done"),
                            ("undone", "Undone"),
                            ("refused", "Refused"),
                            ("failed", "Failed"),
                            ("review", "Review"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cannot_hide", "this network cannot hide"),
                            ("personal_data", "personal or sensitive data"),
                            ("netiquette", "against the netiquette"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("not_before", models.DateTimeField(default=django.utils.timezone.now)),
                ("snapshot", models.JSONField(default=dict)),
                ("hash", models.CharField(max_length=64)),
                ("trouble", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="acts", to="premura.message"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="acts", to="premura.brand"
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="premura.clause"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="acts", to="premura.conversation"
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="acts",
                        to="premura.moderationrule",
                    ),
                ),
                (
                    "told",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="premura.reply"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("brand"),
                        models.OrderBy(models.F("asked_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="ledger_of_a_brand",
                    ),
                    models.Index(
                        models.F("brand"),
                        models.F("state"),
                        condition=models.Q(("state__in", ["asked", "review"])),
                        name="acts_that_wait",
                    ),
                    models.Index(models.F("message"), name="acts_on_a_message"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Variant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=5)),
                (
                    "tone",
                    models.CharField(
                        blank=True,
                        choices=[("tu", "tu"), ("lei", "Lei"), ("voi", "voi"), ("", "any")],
                        default="",
                        max_length=5,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="variants", to="premura.entry"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("entry"), models.F("language"), models.F("tone"), name="one_variant_of_a_tone"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Boomerang",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("same_author", models.BooleanField()),
                ("same_words", models.BooleanField()),
                ("seen_at", models.DateTimeField(auto_now_add=True)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="boomerangs", to="premura.act"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="boomerangs", to="premura.brand"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="premura.message"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("act"), models.F("message"), name="one_boomerang_a_message")
                ],
            },
        ),
        *(migrations.RunSQL(made, migrations.RunSQL.noop) for made in _machinery.ALL),
    ]
    operations = together(operations)
