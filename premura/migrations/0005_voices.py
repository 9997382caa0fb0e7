import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("premura", "0004_hashtags")]

    operations = [
        migrations.AddField(
            "reply",
            "channel",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="premura.channel"
            ),
        ),
    ]
