"""What stands around every request: the access key of a program, and the scope of whoever acts."""

from accounts.middleware.keys import AccessKeyMiddleware
from accounts.middleware.tenant import TenantMiddleware

__all__ = ["AccessKeyMiddleware", "TenantMiddleware"]
