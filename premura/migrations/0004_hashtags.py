from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("premura", "0003_playground")]

    operations = [
        migrations.AddField("channel", "hashtags", models.JSONField(default=list)),
        migrations.AddField("channel", "watch_cursor", models.TextField(blank=True, default="")),
        migrations.AlterField("channel", "watch_cursor", models.TextField(blank=True)),
        migrations.AddField("channel", "watched_at", models.DateTimeField(null=True)),
    ]
