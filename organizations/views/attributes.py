"""The pages on which a tenant defines its own fields for users or organizations."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal.pages import Page
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Crumb, Shell
from organizations.forms import AttributeForm, AttributeNewForm
from organizations.models import CustomAttribute
from organizations.operations import (
    RIGHT_TO_DEFINE,
    AttributeInUse,
    AttributeNameTaken,
    ChoiceInUse,
    TooManyAttributes,
    create_attribute,
    delete_attribute,
    edit_attribute,
)
from organizations.queries import holders_of, values_held


def attribute_urls(list_name: str, subject: str, parents: tuple[tuple[Any, str], ...]) -> list[URLPattern]:
    """The pages for the attributes of what this list shows."""
    given: dict[str, Any] = {"subject": subject, "list_name": list_name, "right": RIGHT_TO_DEFINE[subject]}
    given |= {"place": list_name, "parents": parents}
    prefix, name = f"{list_name}/attributes/", f"{list_name}_attributes"
    return [
        path(prefix, Attributes.as_view(**given), name=name),
        path(f"{prefix}new/", AttributeNew.as_view(**given), name=f"{name}_new"),
        path(f"{prefix}<int:pk>/", AttributeEdit.as_view(**given), name=f"{name}_edit"),
        path(f"{prefix}<int:pk>/delete/", AttributeDelete.as_view(**given), name=f"{name}_delete"),
    ]


class AttributePage(Page):
    """A page about the custom attributes of users, or of organizations."""

    everywhere = True
    title = gettext_lazy("Custom attributes")
    subject: ClassVar[str] = ""
    list_name: ClassVar[str] = ""
    step: Any = ""

    def crumbs(self) -> list[Crumb]:
        first = [Crumb(label, Shell.carrying(self.request, name)) for label, name in self.parents]
        own = Crumb(_("Custom attributes"), self._address())
        return [*first, own, Crumb(self.title)] if self.step else [*first, own]

    def _address(self, page: str = "", *args: Any) -> str:
        return Shell.carrying(self.request, f"{self.list_name}_attributes{page}", *args)

    def found(self) -> CustomAttribute:
        """The attribute of the address. Raises Http404 where there is none."""
        known = CustomAttribute.objects.of(self.account.tenant, self.subject)
        found = next((one for one in known if one.pk == self.kwargs["pk"]), None)
        if found is None:
            raise Http404
        self.title = f"{self.step} · {found.name}"  # type: ignore[misc,assignment]
        return found


class Attributes(AttributePage):
    """All attributes, each with what it allows and how many have a value."""

    template_name = "organizations/attributes.html"
    purpose = gettext_lazy("Fields of your own. Each is a column, a filter, a field of forms, and part of files.")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = CustomAttribute.objects.of(self.account.tenant, self.subject)
        rows = [
            {
                "attribute": one,
                "edit_url": self._address("_edit", one.pk),
                "delete_url": self._address("_delete", one.pk),
            }
            for one in known
        ]
        back = Shell.carrying(request, self.list_name)
        return self.draw({"rows": rows, "new_url": self._address("_new"), "back": back})


class AttributeNew(AttributePage):
    """Define an attribute."""

    template_name = "organizations/attribute.html"
    title = gettext_lazy("New custom attribute")
    step = gettext_lazy("New")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(AttributeNewForm())

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AttributeNewForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        given = {name: form.cleaned_data[name] for name in ("name", "kind", "choices", "mandatory")}
        tenant, reason = self.account.tenant, reason_of(request)
        try:
            made = create_attribute(tenant, by=self.account, subject=self.subject, reason=reason, **given)
        except (AttributeNameTaken, TooManyAttributes) as refusal:
            form.add_error("name", str(refusal))
            return self._show(form, status=422)
        messages.success(request, _("Custom attribute %(name)s created.") % {"name": made.name})
        return redirect(self._address())

    def _show(self, form: AttributeForm, *, status: int = 200) -> HttpResponse:
        return self.draw({"form": form, "back": self._address(), "submit": _("Create attribute")}, status=status)


class AttributeEdit(AttributePage):
    """Change what an attribute allows."""

    template_name = "organizations/attribute.html"
    step = gettext_lazy("Edit")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(AttributeForm(attribute=self.found()))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.found()
        form = AttributeForm(request.POST, attribute=found)
        if not form.is_valid():
            return self._show(form, status=422)
        clean = form.cleaned_data
        given = {"choices": clean.get("choices", []), "mandatory": clean["mandatory"]}
        try:
            edit_attribute(found, by=self.account, reason=reason_of(request), **given)
        except ChoiceInUse as refusal:
            used = [f"{value} ({number})" for value, number in values_held(found).items() if value in found.choices]
            form.add_error("choices", f"{refusal} {_('In use:')} {', '.join(used)}")
            return self._show(form, status=422)
        messages.success(request, _("Custom attribute %(name)s saved.") % {"name": found.name})
        return redirect(self._address())

    def _show(self, form: AttributeForm, *, status: int = 200) -> HttpResponse:
        return self.draw({"form": form, "back": self._address(), "submit": _("Save")}, status=status)


class AttributeDelete(AttributePage):
    """Take an attribute away, where nobody has a value of it."""

    template_name = "organizations/attribute_delete.html"
    step = gettext_lazy("Delete")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(self.found())

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.found()
        try:
            delete_attribute(found, by=self.account, reason=reason_of(request))
        except AttributeInUse as refusal:
            return self._show(found, status=refusal.status)
        messages.success(request, _("Custom attribute %(name)s deleted.") % {"name": found.name})
        return redirect(self._address())

    def _show(self, found: CustomAttribute, *, status: int = 200) -> HttpResponse:
        holders = f"{Shell.carrying(self.request, self.list_name)}?{found.field_name}__empty=no"
        context = {"attribute": found, "held": holders_of(found).count(), "holders_url": holders}
        return self.draw({**context, "back": self._address()}, status=status)
