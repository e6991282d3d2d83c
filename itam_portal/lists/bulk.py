"""Bulk actions: preview, confirm, receipt. What works on one works on many, and on everything that matches."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from itam_portal.lists import jobs, receipts
from itam_portal.lists.actions import BulkAction
from itam_portal.lists.listing import Listing
from itam_portal.lists.models import Receipt, Selection
from itam_portal.pages import ListPage, OperationPage, listing_on
from itam_portal.refusals import Malformed
from itam_portal.requests import PortalRequest, number_of, reason_of

NAMES_SHOWN = 5
MOST_TICKS = 1_000
# What the ticked groups of a form are called, in the form and in the address that a selection keeps.
_WITHIN = "within"


@dataclass
class Group:
    """Rows with the same outcome: how many, the first names, and why."""

    number: int
    names: list[Any]
    reason: Any = ""

    @property
    def more(self) -> int:
        """How many names are not shown."""
        return self.number - len(self.names)


@dataclass
class Preview:
    """Who changes, who is skipped and why."""

    changing: Group
    skipped: list[Group] = field(default_factory=list)

    @property
    def skipped_number(self) -> int:
        return sum(group.number for group in self.skipped)


def preview(action: BulkAction, rows: QuerySet, *, by: Any) -> Preview:
    """What the action would do now to these rows."""
    judged = action.judge(rows, by).annotate(rows.order_by())
    skipped = _skipped(action, judged)
    number = rows.order_by().count() - sum(group.number for group in skipped)
    names = judged.filter(refusal="").order_by(action.named[1], "pk").values_list(action.named[0], flat=True)
    return Preview(Group(number, list(names[:NAMES_SHOWN]) if number else []), skipped)


def _skipped(action: BulkAction, judged: QuerySet) -> list[Group]:
    """The refused rows, by the guard that refuses them: their number and the first names, in one reading."""
    place = Window(RowNumber(), partition_by="refusal", order_by=[action.named[1], "pk"])
    number = Window(Count("pk"), partition_by="refusal")
    refused = judged.exclude(refusal="").annotate(place=place, number=number).filter(place__lte=NAMES_SHOWN)
    groups: dict[str, Group] = {}
    for code, many, name in refused.order_by("refusal", "place").values_list("refusal", "number", action.named[0]):
        groups.setdefault(code, Group(many, [], action.reason(code))).names.append(name)
    return list(groups.values())


class BulkPage(OperationPage):
    """POST rows to preview an action on them; POST the frozen selection with confirm=1 to carry it out."""

    action: ClassVar[BulkAction]
    list_page: ClassVar[type[ListPage]]
    # Lists that show a part of the same rows under their own address, and have the same buttons.
    other_lists: ClassVar[tuple[type[ListPage], ...]] = ()
    template_name = "lists/bulk.html"
    part_name: ClassVar[str] = "lists/_bulk.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self._list_url())

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        selection = self._selection()
        if request.POST.get("confirm") == "1":
            return self._act(selection)
        return self._preview(selection)

    def bound(self, selection: Selection) -> BulkAction:
        """The action with what this selection's maker wants it to set; most have no choice."""
        return self.action

    def _chosen(self, selection: Selection) -> QuerySet:
        return self._rows().filter(receipts.among(selection))

    def _preview(self, selection: Selection) -> HttpResponse:
        action = self.bound(selection)
        shown = preview(action, self._chosen(selection), by=self.account)
        context = {
            "preview": shown,
            "selection": selection,
            "words": action.words(shown.changing.number),
            "is_dangerous": action.is_dangerous,
            "list_url": self._list_url(),
            "next": self._next(),
            "above": selection.total > receipts.AT_ONCE,
            "total": number_format(selection.total, force_grouping=True),
        }
        return self.draw(context, template=self.part_name if self.is_part else self.template_name)

    def _rows(self) -> QuerySet:
        return self.list_page.rows(self.account)

    def _selection(self) -> Selection:
        """The frozen selection this request names or makes. Raises Malformed where it does neither."""
        number = self.request.POST.get("selection", "")
        if number:
            found = receipts.kept(number_of(number) or 0, operation=self.action.name, by=self.account)
            if found is None:
                raise Malformed(_("This selection is not there any more. Select the rows again. Nothing was changed."))
            return found
        if self.request.POST.get("everything") == "1":
            return self._freeze_everything()
        return self._freeze_groups() if self.request.POST.getlist(_WITHIN) else self._freeze_ticked()

    def _freeze_everything(self) -> Selection:
        name = self.request.POST.get("list", "") or self.list_page.list_name()
        listing = self._listing(name, self.request.GET)
        if listing.problems:
            raise Malformed(" ".join([*map(str, listing.problems), _("Nothing was changed.")]))
        asked = {"query": self.request.META.get("QUERY_STRING", ""), "list_name": name, "everything": True}
        return receipts.freeze(listing.matching(), operation=self.action.name, by=self.account, **asked)

    def _freeze_groups(self) -> Selection:
        """All rows of the ticked groups, whether they are shown or not, and the rows that are ticked beside them."""
        name, address = self.request.POST.get("list", "") or self.list_page.list_name(), self.request.GET.copy()
        address.pop("open", None)
        address["group"] = self.request.POST.get("group", "") or address.get("group", "")
        listing, within = self._listing(name, address), self.request.POST.getlist(_WITHIN)
        chosen = Q(pk__in=listing.matching().filter(self._within(listing, within)).order_by().values("pk"))
        ticked = Q(pk__in=self._ticked()) if self.request.POST.getlist("selected") else Q()
        address.setlist(_WITHIN, within)
        return self._frozen(self._rows().filter(chosen | ticked), query=address.urlencode(), list_name=name)

    def _within(self, listing: Listing, paths: list[str]) -> Q:
        """The condition to stand in these groups. Raises Malformed for a group that there is not."""
        problems = [*map(str, listing.problems)]
        known = listing.grouping.by_path if listing.grouping and not problems else {}
        if not (known or problems):
            problems = [_("A group can only be selected where the list is grouped.")]
        missing = [path for path in paths if path not in known]
        if missing and not problems:
            problems = [_("There is no group “%(path)s” any more.") % {"path": missing[0][:60]}]
        if problems or not listing.grouping:
            raise Malformed(" ".join([*problems, _("Nothing was changed.")]))
        return listing.grouping.within(paths)

    def _freeze_ticked(self) -> Selection:
        return self._frozen(self._rows().filter(pk__in=self._ticked()))

    def _ticked(self) -> list[int]:
        """The keys of the ticked rows. Raises Malformed for none, too many, or what is no key."""
        ticked = self.request.POST.getlist("selected")
        if not ticked:
            raise Malformed(_("No row is selected. Tick at least one. Nothing was changed."))
        if len(ticked) > MOST_TICKS:
            raise Malformed(
                _("At most %(number)s rows can be ticked at once. Select everything that matches. Nothing was changed.")
                % {"number": number_format(MOST_TICKS, force_grouping=True)}
            )
        keys = [number_of(one) for one in ticked]
        if None in keys:
            raise Malformed(_("The selected rows cannot be read. Select them again. Nothing was changed."))
        return [key for key in keys if key is not None]

    def _frozen(self, rows: QuerySet, **asked: Any) -> Selection:
        selection = receipts.freeze(rows, operation=self.action.name, by=self.account, **asked)
        if not selection.total:
            raise Malformed(_("None of the selected rows is there any more. Nothing was changed."))
        return selection

    def _listing(self, name: str, data: QueryDict) -> Listing:
        """What the list of this name shows. Raises Malformed where this action has no such list."""
        lists = {page.list_name(): page for page in (self.list_page, *self.other_lists)}
        if name not in lists:
            raise Malformed(_("There is no such list. Nothing was changed."))
        return listing_on(lists[name], self.request, data)

    def _act(self, selection: Selection) -> HttpResponse:
        receipt = receipts.open_receipt(
            operation=self.action.name,
            by=self.account,
            reason=reason_of(self.request),
            selection=selection,
            wanted=selection.wanted,
            total=selection.total,
            drift=self._drift(selection),
        )
        if selection.total > receipts.AT_ONCE:
            jobs.do_later(receipt)
            return redirect("receipt", receipt.pk)
        self.action.carry_out(receipt, receipts.keys_of(selection.pk, 0, receipts.AT_ONCE), by=self.account)
        receipts.close(receipt)
        self._tell(receipt)
        return redirect(self._next() or reverse("receipt", args=[receipt.pk]))

    def _drift(self, selection: Selection) -> int:
        """How many rows match by now that were not frozen."""
        address = QueryDict(selection.query, mutable=True)
        within = address.pop(_WITHIN, [])
        if not (selection.everything or within):
            return 0
        listing = self._listing(selection.list_name, address)
        if listing.problems:
            return 0
        rows = listing.matching()
        if within and listing.grouping:
            rows = rows.filter(listing.grouping.within(within))
        return rows.exclude(receipts.among(selection)).count()

    def _tell(self, receipt: Receipt) -> None:
        level = messages.SUCCESS if not receipt.skipped else messages.WARNING
        if not receipt.changed:
            level = messages.ERROR if receipt.skipped else messages.INFO
        link, sentence = reverse("receipt", args=[receipt.pk]), outcome_in_words(self.action, receipt)
        messages.add_message(self.request, level, format_html('{} <a href="{}">{}</a>', sentence, link, _("Receipt")))

    def _next(self) -> str:
        asked = self.request.POST.get("next", "")
        return asked if asked and url_has_allowed_host_and_scheme(asked, {self.request.get_host()}) else ""

    def _list_url(self) -> str:
        return reverse(self.list_page.place)


def outcome_in_words(action: BulkAction, receipt: Receipt) -> str:
    """One sentence with both numbers, and the reason where there is a single one."""
    sentences = [action.words(receipt.changed)["done"]]
    if receipt.skipped:
        number = number_format(receipt.skipped, force_grouping=True)
        sentences.append(ngettext("%(number)s skipped", "%(number)s skipped", receipt.skipped) % {"number": number})
        reasons = [str(reason) for reason in reasons_of(action, receipt)]
        sentences[-1] += f": {reasons[0]}" if len(reasons) == 1 else _(", each for a reason the receipt gives.")
    if receipt.drift:
        number = number_format(receipt.drift, force_grouping=True)
        text = ngettext(
            "%(number)s more row matches now and was not included.",
            "%(number)s more rows match now and were not included.",
            receipt.drift,
        )
        sentences.append(text % {"number": number})
    return " ".join(sentences)


def reasons_of(action: BulkAction, receipt: Receipt) -> list[Any]:
    """The reasons for which rows of this receipt were skipped."""
    codes = receipt.rows.exclude(outcome="changed").values_list("outcome", flat=True).distinct()
    return [action.reason(code) for code in codes]
