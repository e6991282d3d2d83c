"""From a body of document 3 to the fields, the home organization and the roles of a person."""

from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.api.wrong_fields import naming
from accounts.operations import Offer
from accounts.queries import Scope
from itam_portal.api.bodies import attributes_in
from itam_portal.api.problems import WrongBody
from organizations.models import Organization
from roles.models import Role
from users.api.bodies import Person
from users.api.describing import NAMES
from users.models import ComputerUser
from users.queries import end_of_role

# What an account's field is called in a person's body.
ACCOUNT_FIELDS = {"login": "userName", "email": "emailAddress", "name": "displayName", "job_title": "jobTitle"}


class Reading:
    """A body, read beside what is there now. Everything that is wrong is named at once, by `check`."""

    def __init__(self, body: Person, *, account: Any, user: ComputerUser | None = None) -> None:
        self.body, self.account, self.user = body, account, user
        self.given = body.given()
        self.errors: list[tuple[str, Any]] = []
        self.can_login = self._can_login()
        self.places = self._places()
        self.offers = self._offers() if "accountRoles" in self.given else []
        self.fields = self._fields()

    def check(self) -> None:
        """Raise WrongBody where anything is wrong."""
        if self.errors:
            raise WrongBody(self.errors)

    @property
    def reason(self) -> str:
        """Why it is done."""
        return str(self.given.get("reason", ""))

    def _can_login(self) -> bool:
        """Whether the person is to have an account: as given, else as it is."""
        said = {self.given[name] for name in ("canLogin", "portalLogin") if name in self.given}
        if len(said) > 1:
            self.errors.append(("portalLogin", _("This is another name of canLogin: both must say the same.")))
        own = self.user.account if self.user else None
        return any(said) if said else bool(own and own.is_enabled)

    # --- roles --------------------------------------------------------------------------------------------------

    def _places(self) -> dict[str, Organization]:
        """The organizations that are named, by their code in small letters."""
        codes = [one.accountName for one in self.given.get("accountRoles", [])]
        seen = Organization.objects.all().visible_to(self.account)
        found = {place.code.lower(): place for place in seen.coded_among(codes)} if codes else {}
        for number, code in enumerate(codes):
            if code.lower() not in found:
                text = _("There is no account “%(value)s”.") % {"value": code[:60]}
                self.errors.append((f"accountRoles[{number}].accountName", text))
        return found

    def _offers(self) -> list[Offer]:
        """The roles that are named, each at its organization."""
        asked = self.given["accountRoles"]
        roles = Role.objects.named_among(self.account.tenant_id, [name for one in asked for name in one.roles])
        offers: dict[tuple[int, int], Offer] = {}
        for number, one in enumerate(asked):
            place = self.places.get(one.accountName.lower())
            for at, name in enumerate(one.roles):
                role, where = roles.get(name.lower()), f"accountRoles[{number}].roles[{at}]"
                if role is None:
                    self.errors.append((where, _("There is no role “%(value)s”.") % {"value": name[:60]}))
                elif place is not None:
                    self._offer(offers, role, place, one, where)
        return list(offers.values())

    def _offer(self, offers: dict[Any, Offer], role: Role, place: Organization, one: Any, where: str) -> None:
        key = (role.pk, place.pk)
        if key in offers:
            self.errors.append((where, _("This role is given at this account already.")))
        offers[key] = Offer(role, Scope(place.pk), self._end_of(one, role, place))

    def _end_of(self, one: Any, role: Role, place: Organization) -> date | None:
        """The last day: as given; in a change without one, as it is."""
        if "expiryDate" in one.model_fields_set or self.user is None:
            return one.expiryDate
        return end_of_role(self.user, role.pk, place.pk)

    # --- fields -------------------------------------------------------------------------------------------------

    def _fields(self) -> dict[str, Any]:
        """All fields of the person, as they are to be."""
        fields = {stored: self._now(stored) for stored in NAMES.values() if stored != "inventory_source"}
        fields |= {NAMES[name]: value for name, value in self.given.items() if name in NAMES}
        fields |= {"status": self.given.get("status", self._now("status") or "active"), "home": self._home()}
        fields["username"] = self._username(fields["email"])
        fields["manager"] = self._manager()
        try:
            held = self.user.attributes if self.user else {}
            fields["attributes"] = attributes_in(self.given.get("attributes", []), held=held)
        except ValueError as error:
            self.errors.append(("attributes", str(error)))
        if self._is_made_of_parts(fields):
            fields["display_name"] = ""
        return fields

    def _now(self, stored: str) -> Any:
        return getattr(self.user, stored) if self.user else (False if stored in ("shared", "opt_in") else "")

    def _is_made_of_parts(self, fields: dict[str, Any]) -> bool:
        """Whether the full name follows the parts: where an empty one is given."""
        return self.given.get("displayName") == "" or not fields["display_name"]

    def _home(self) -> Organization | None:
        asked = self.given.get("accountRoles")
        if asked:
            return self.places.get(asked[0].accountName.lower())
        return self.user.home if self.user else None

    def _username(self, email: str) -> str:
        """Of whoever may sign in, the e-mail address; of a contact, that of computers, if any."""
        now = self.user.username if self.user else ""
        if not self.can_login:
            return str(self.given.get("computerUserName", now))
        if "userName" not in self.given and (self.user is None or not self.user.account_id):
            self.errors.append(("userName", _("This field is required where canLogin is true.")))
        name = str(self.given.get("userName", now))
        is_asked = self.user is None or not self.user.account_id or {"userName", "emailAddress"} & self.given.keys()
        if is_asked and name.lower() != email.lower():
            self.errors.append(("userName", _("The user name must be the e-mail address where canLogin is true.")))
        return name

    def _manager(self) -> ComputerUser | None:
        if "manager" not in self.given:
            return self.user.manager if self.user else None
        text = self.given["manager"]
        found = ComputerUser.objects.visible_to(self.account).coded(text) if text else None
        if text and found is None:
            self.errors.append(("manager", _("There is no one user “%(value)s”.") % {"value": text[:60]}))
        return found


def in_own_words() -> AbstractContextManager[None]:
    """Name what is wrong with an account's fields as a person's body does; a duplicate is a conflict."""
    return naming(ACCOUNT_FIELDS, taken=_("Another account has this user name or e-mail address."))
