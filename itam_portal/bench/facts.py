"""Values to filter and search by, found in the data: for each field a common one and a rare one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itam_portal.bench.portal import Portal

TEXTS = {"name": "name", "login": "login", "email": "email", "job_title": "job_title"}


@dataclass(frozen=True)
class Facts:
    """Questions to one database about its measured tenant."""

    portal: Portal

    def count(self) -> int:
        """How many accounts the tenant has."""
        return int(self._value("count(*)"))

    def common(self, expression: str) -> str:
        """The value of this SQL expression that most accounts share; '' where there is none."""
        return self._extreme(expression, "DESC")

    def rare(self, expression: str) -> str:
        """One of the values that the fewest accounts have."""
        return self._extreme(expression, "ASC")

    def _extreme(self, expression: str, direction: str) -> str:
        sql = (
            f"SELECT {expression} FROM accounts_account WHERE tenant_id = %s AND {expression} <> '' "
            f"GROUP BY 1 ORDER BY count(*) {direction}, 1 LIMIT 1"
        )
        return self.portal.value(sql, self.portal.tenant_id) or ""

    def common_part(self, column: str) -> str:
        """Three letters or digits in a row that most of a sample of this column's values hold."""
        sql = (
            f"SELECT part FROM accounts_account, unnest(show_trgm({column})) AS part "
            "WHERE tenant_id = %s AND id %% 20 = 0 AND part ~ '^[a-z0-9]{3}$' "
            "GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        )
        return str(self.portal.value(sql, self.portal.tenant_id))

    def role(self, direction: str) -> int:
        """The number of the role that most accounts hold (DESC), or the fewest (ASC)."""
        sql = (
            "SELECT role_id FROM accounts_heldrole WHERE tenant_id = %s AND until > now() "
            f"GROUP BY 1 ORDER BY count(*) {direction}, 1 LIMIT 1"
        )
        return int(self.portal.value(sql, self.portal.tenant_id))

    def organization(self, direction: str) -> str:
        """The code of the organization that is home to most accounts (DESC), or to the fewest (ASC)."""
        sql = (
            "SELECT o.code FROM accounts_account a JOIN organizations_organization o ON o.id = a.home_id "
            f"WHERE a.tenant_id = %s GROUP BY 1 ORDER BY count(*) {direction}, 1 LIMIT 1"
        )
        return str(self.portal.value(sql, self.portal.tenant_id))

    def day(self, share: float) -> str:
        """The day before which this share of the accounts that ever signed in did so last."""
        moment: datetime = self._quantile("last_login_at", share, "last_login_at > '1970-01-02'")
        return str(moment.date())

    def seconds(self, share: float) -> int:
        """The login duration that this share of the accounts that have one stays below."""
        return int(self._quantile("last_login_duration", share, "last_login_duration >= 0"))

    def _quantile(self, column: str, share: float, where: str) -> Any:
        quantile = f"percentile_disc({share}) WITHIN GROUP (ORDER BY {column}) FILTER (WHERE {where})"
        return self._value(quantile)

    def _value(self, expression: str) -> Any:
        sql = f"SELECT {expression} FROM accounts_account WHERE tenant_id = %s"
        return self.portal.value(sql, self.portal.tenant_id)
