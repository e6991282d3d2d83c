"""Bulk actions with a choice: what shall be set is asked first, then previewed, then confirmed."""

from typing import Any, ClassVar

from django.http import HttpResponse

from itam_portal.lists import receipts
from itam_portal.lists.bulk import BulkPage
from itam_portal.lists.models import Selection
from itam_portal.requests import PortalRequest


class AskingPage(BulkPage):
    """POST rows to be asked what shall be set, POST that to see a preview, POST confirm=1 to carry it out."""

    ask_template: ClassVar[str]

    def form(self, data: Any, selection: Selection) -> Any:
        """The form that asks; bound where `data` is given. Its `wanted` is what a receipt keeps."""
        raise NotImplementedError

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        selection = self._selection()
        confirms, says_values = request.POST.get("confirm") == "1", self._says_values()
        if confirms and selection.wanted and not says_values:
            return self._act(selection)
        if not confirms and not says_values:
            return self._ask(selection, self.form(None, selection))
        form = self.form(request.POST, selection)
        if not form.is_valid():
            return self._ask(selection, form, status=422)
        receipts.want(selection, form.wanted)
        return self._act(selection) if confirms else self._preview(selection)

    def _says_values(self) -> bool:
        return "values" in self.request.POST

    def _ask(self, selection: Selection, form: Any, *, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "selection": selection,
            "next": self._next(),
            "words": self.action.words(selection.total),
            "list_url": self._list_url(),
        }
        folder, _slash, name = self.ask_template.rpartition("/")
        return self.draw(context, template=f"{folder}/{'_' if self.is_part else ''}{name}", status=status)
