"""What all web processes must remember together for a while, such as how often somebody knocked at the door."""

from django.db import migrations

TABLE = """
CREATE UNLOGGED TABLE premura_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX premura_cache_expires ON premura_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("premura", "0005_voices")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE premura_cache")]
