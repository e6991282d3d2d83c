from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

# unaccent() is only STABLE, because its dictionary could change; naming the dictionary makes it fixed.
FOLD = """
CREATE FUNCTION itam_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1));
"""
PATTERN = r"""
CREATE FUNCTION itam_pattern(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(itam_fold($1), '([%_\\])', '\\\1', 'g');
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGinExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION itam_fold(text)"),
        migrations.RunSQL(PATTERN, "DROP FUNCTION itam_pattern(text)"),
    ]
