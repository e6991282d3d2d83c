"""Importing people from a file: upload, map the columns, look at what would happen, confirm."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal.pages import ObjectPage, Page
from itam_portal.refusals import Refused
from itam_portal.requests import PortalRequest, number_of, reason_of
from itam_portal.shell import Crumb, Shell
from itam_portal.uploads import was_cut
from organizations.queries import home_for
from roles.rights import Right
from users.forms import MappingForm, UploadForm
from users.importing import Unreadable
from users.importing.showing import Shown, reasons_of
from users.jobs import check_now_or_later, write_now_or_later
from users.models import ImportLine, ImportState, LineOutcome, UserImport
from users.operations import confirm_import, drop_import, map_columns, reading_of, upload_file
from users.views.lists import PARENTS

PER_PAGE = 50
LISTED = 20


class UsersImports(Page):
    """Choose a file; see earlier ones."""

    right = Right.CREATE_USERS
    template_name = "users/imports.html"
    title = gettext_lazy("Import users")
    purpose = gettext_lazy("A file is checked first: nothing is written before you have seen what each line would do.")
    place = "users"
    parents = PARENTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        home = home_for(self.account, self.shell.organization, Right.CREATE_USERS)
        return self._show(UploadForm(reader=self.account, home=home))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, reader=self.account)
        if was_cut(request):
            form.add_error("file", _("The file is larger than 60 MB. Divide it."))
            return self._show(form, status=413)
        if not form.is_valid():
            return self._show(form, status=422)
        file, home = form.cleaned_data["file"], form.cleaned_data["home"]
        try:
            made = upload_file(self.account.tenant, by=self.account, file=file.file, name=file.name, home=home)
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
            return self._show(form, status=422)
        return redirect(Shell.carrying(request, "users_import", made.pk))

    def _show(self, form: UploadForm, *, status: int = 200) -> HttpResponse:
        earlier = UserImport.objects.visible_to(self.account)[:LISTED]
        return self.draw({"form": form, "earlier": earlier}, status=status)


class UsersImport(ObjectPage):
    """One import, wherever it stands: columns, preview, progress or receipt."""

    right = Right.CREATE_USERS
    rows = UserImport.objects.visible_to
    place = "users"
    parents = (*PARENTS, (gettext_lazy("Import"), "users_imports"))
    found: UserImport

    def object(self) -> UserImport:
        """The import of the address, and what it is called for the shell."""
        self.found = super().object()
        self.title = self.found.file_name  # type: ignore[misc]
        return self.found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        is_mapped = found.state == ImportState.CHECKED and request.GET.get("step") != "columns"
        if found.state == ImportState.UPLOADED or (found.state == ImportState.CHECKED and not is_mapped):
            return self._columns(self._form(None))
        return self._preview() if is_mapped else self._state()

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object()
        deeds = {"map": self._map, "confirm": self._confirm, "drop": self._drop}
        deed = deeds.get(request.POST.get("do", ""))
        if deed is None:
            return redirect(self.found.get_absolute_url())
        try:
            return deed()
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(self.found.get_absolute_url())

    @cached_property
    def reading(self) -> Any:
        """How the lines are read."""
        return reading_of(self.found, by=self.account)

    def _form(self, data: Any) -> MappingForm:
        before = UserImport.objects.visible_to(self.account).mapped_before(self.found)
        return MappingForm(data, one=self.found, before=before, reading=self.reading, reader=self.account)

    def _columns(self, form: MappingForm, *, status: int = 200) -> HttpResponse:
        samples = list(ImportLine.objects.of(self.found).order_by("number").values_list("cells", flat=True)[:3])
        context = {"one": self.found, "form": form, "columns": form.columns(samples)}
        return self.draw(context, template="users/import_columns.html", status=status)

    def _map(self) -> HttpResponse:
        form = self._form(self.request.POST)
        if not form.is_valid():
            return self._columns(form, status=422)
        clean = form.cleaned_data
        given = {"mapping": form.mapping, "match": clean["match"], "clears": clean["clears"] == "yes"}
        mapped = map_columns(self.found, by=self.account, home=clean["home"], **given)
        check_now_or_later(mapped, by=self.account)
        return redirect(self.found.get_absolute_url())

    def _preview(self) -> HttpResponse:
        number = self.found.number
        asked = self.request.GET.get("show", "")
        first = next((one for one in ("wrong", "changed", "new", "unchanged") if number[one]), "new")
        outcome = asked if asked in LineOutcome.values else first
        page = max(1, number_of(self.request.GET.get("page", "")) or 1)
        pages = max(1, -(-number[outcome] // PER_PAGE))
        page = min(page, pages)
        lines = ImportLine.objects.of(self.found).with_outcome(outcome)[(page - 1) * PER_PAGE : page * PER_PAGE]
        shown = Shown(self.found, self.reading.fields, reader=self.account)
        tabs = [(value, label, number[value], value == outcome) for value, label in LineOutcome.choices]
        context = {"one": self.found, "tabs": tabs, "outcome": outcome, "rows": shown.rows(list(lines))}
        turns = {"page": page, "pages": pages, "before": page - 1, "after": page + 1 if page < pages else 0}
        context |= {"writes": number["new"] + number["changed"], "number": number, **turns}
        return self.draw(context, template="users/import_preview.html")

    def _state(self) -> HttpResponse:
        return self.draw({"one": self.found, "number": self.found.number}, template="users/import_state.html")

    def _confirm(self) -> HttpResponse:
        leaves_out, reason = self.request.POST.get("leave_out") == "1", reason_of(self.request)
        running = confirm_import(self.found, by=self.account, leaves_out=leaves_out, reason=reason)
        write_now_or_later(running, by=self.account)
        return redirect(self.found.get_absolute_url())

    def _drop(self) -> HttpResponse:
        drop_import(self.found, by=self.account)
        messages.success(self.request, _("The file is dropped. Nothing was imported."))
        return redirect(Shell.carrying(self.request, "users_imports"))

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs()[:-1], Crumb(self.found.file_name)]


class UsersImportWrong(UsersImport):
    """The wrong lines as a file, with the reasons as a further column."""

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        found = self.object()
        if found.state != ImportState.CHECKED:
            raise Http404
        lines = list(ImportLine.objects.of(found).with_outcome(LineOutcome.WRONG))
        answer = StreamingHttpResponse(self._file(lines), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="wrong-lines.csv"'
        return answer

    def _file(self, lines: list[ImportLine]) -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"
        writer = csv.writer(_Echo(), lineterminator="\n")
        heads, width = self.found.heads, len(self.found.heads)
        yield writer.writerow([*heads, _("Reason")])
        for line in lines:
            cells = [*line.cells, *[""] * (width - len(line.cells))][:width]
            yield writer.writerow([*cells, "; ".join(reasons_of(line, heads))])


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> bytes:
        """The text as bytes."""
        return text.encode()
