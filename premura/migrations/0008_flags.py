"""Flags of several messages as one list, each once, in a fixed order."""

from django.db import migrations

FLAGS = """
CREATE FUNCTION premura_both(one varchar[], other varchar[]) RETURNS varchar[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(DISTINCT flag ORDER BY flag), '{}')
    FROM unnest(coalesce(one, '{}') || coalesce(other, '{}')) AS flag
$$;
CREATE AGGREGATE premura_flags (varchar[]) (SFUNC = premura_both, STYPE = varchar[], INITCOND = '{}');
"""
BACK = "DROP AGGREGATE premura_flags (varchar[]); DROP FUNCTION premura_both (varchar[], varchar[]);"


class Migration(migrations.Migration):
    dependencies = [("premura", "0007_readings")]

    operations = [migrations.RunSQL(FLAGS, BACK)]
