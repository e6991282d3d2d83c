"""Lines of an import as people read them: what is new, what changes from what to what, what is wrong and why."""

from typing import Any

from django.utils.translation import gettext as _

from organizations.attributes.values import shown_value
from organizations.models import Organization
from organizations.queries import attributes_of
from users.importing.fields import OWN, Field
from users.models import ComputerUser, ImportLine, LineOutcome, UserImport, UserStatus


def _sentences() -> dict[str, str]:
    return {
        "several": _("Several users are known by this: it must be clear who is meant."),
        "twice": _("An earlier line of the file is about the same user."),
        "no_manager": _("There is no one user that this manager could be, or the manager's own line is wrong."),
        "manages_themself": _("Nobody is their own manager."),
        "no_name": _("There is neither a full name nor a part of it."),
        "no_home": _("It says no organization, and you chose none for new users."),
        "home_gone": _("This organization is not there any more."),
        "no_right_new": _("Your right to create users does not reach this organization."),
        "no_right_change": _("Your right to edit users does not reach this organization."),
        "username_taken": _("Another user has this username."),
        "username_twice": _("An earlier line of the file has this username."),
    }


def reasons_of(line: ImportLine, heads: list[str]) -> list[str]:
    """Why a line is wrong, each reason with its column where it is about one."""
    said = [f"{heads[at]}: {reason}" if at < len(heads) and heads[at] else reason for at, reason in line.problems]
    sentences = _sentences()
    for code in line.refusals:
        kind, _mark, name = code.partition(":")
        mandatory = _("“%(name)s” is mandatory.") % {"name": name}
        said.append(mandatory if kind == "mandatory" else sentences.get(code, code))
    return said


class Shown:
    """Puts lines into words for one reader."""

    def __init__(self, one: UserImport, fields: dict[str, Field], *, reader: Any) -> None:
        self.one, self.fields, self.reader = one, fields, reader
        self.attributes = {f"{OWN}{one.name}": one for one in attributes_of(reader, "user")}
        self.homes: dict[str, str] = {}
        self.people: dict[str, str] = {}

    def rows(self, lines: list[ImportLine]) -> list[dict[str, Any]]:
        """The lines, each with what the page says of it."""
        self._read_names(lines)
        return [self._row(line) for line in lines]

    def _read_names(self, lines: list[ImportLine]) -> None:
        """The names of all organizations and managers that the lines speak of, read once."""
        homes = {text for line in lines for held in (line.values, line.before) if (text := held.get("home"))}
        people = {text for line in lines if (text := line.before.get("manager"))}
        people |= {str(line.manager_id) for line in lines if line.manager_id}
        people |= {str(line.user_id) for line in lines if line.user_id}
        known = Organization.objects.all().visible_to(self.reader)
        self.homes = {str(key): name for key, name in known.filter(pk__in=homes).values_list("pk", "name")}
        seen = ComputerUser.objects.visible_to(self.reader).numbered_among(map(int, people))
        self.people = {str(key): name for key, name in seen.values_list("pk", "display_name")}

    def _row(self, line: ImportLine) -> dict[str, Any]:
        name = self.people.get(str(line.user_id), "") or line.values.get("display_name") or line.values.get("full", "")
        row: dict[str, Any] = {"number": line.number, "name": name or line.key or "–", "user_id": line.user_id}
        if line.outcome == LineOutcome.WRONG:
            row["reasons"] = reasons_of(line, self.one.heads)
        elif line.outcome == LineOutcome.CHANGED:
            row["changes"] = [
                {"label": self._label(name), "old": self._said(name, held), "new": self._new(name, line)}
                for name, held in line.before.items()
            ]
        elif line.outcome == LineOutcome.NEW:
            given = [name for name in self.one.mapping if name and line.values.get(name)]
            row["facts"] = [(self._label(name), self._new(name, line)) for name in given]
        return row

    def _label(self, name: str) -> str:
        return self.fields[name].label if name in self.fields else name.removeprefix(OWN)

    def _new(self, name: str, line: ImportLine) -> str:
        if name == "manager":
            return self.people.get(str(line.manager_id), "") or line.values["manager"]
        if name == "display_name":
            return line.values["display_name"] or line.values.get("full", "")
        return self._said(name, line.values[name])

    def _said(self, name: str, text: str) -> str:
        if name == "home":
            return self.homes.get(text, "–")
        if name == "manager":
            return self.people.get(text, "–") if text else ""
        if name in ("shared", "opt_in"):
            return _("Yes") if text == "true" else _("No")
        if name == "status":
            return str(UserStatus(text).label)
        attribute = self.attributes.get(name)
        return shown_value(attribute, text) if attribute else text
