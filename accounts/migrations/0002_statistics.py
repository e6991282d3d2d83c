from django.db import migrations


class Migration(migrations.Migration):
    """How common a searched word is, to a thousandth: it decides between the trigram index and reading rows."""

    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE accounts_account ALTER COLUMN search_key SET STATISTICS 1000",
            "ALTER TABLE accounts_account ALTER COLUMN search_key SET STATISTICS -1",
        )
    ]
