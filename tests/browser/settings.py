"""The portal's own settings; only its collected static files lie where this run of the tests made them."""

from pathlib import Path

from itam_portal.settings import *  # noqa: F403
from itam_portal.settings import env

STATIC_ROOT = Path(env.str("BROWSER_STATIC_ROOT"))
