"""Lists as JSON: the same rows, filters and orders as the pages have, by the same engine."""

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from itam_portal.api.answers import success_list, written
from itam_portal.api.problems import WrongParameters
from itam_portal.lists.filters import Condition, ListFilterSet
from itam_portal.lists.finder import NUMBERED_ROWS, Total
from itam_portal.lists.listing import Listing, ListKind
from itam_portal.lists.preferences import kept_of
from itam_portal.lists.state import PLACE
from itam_portal.lists.tables import Row
from itam_portal.lists.viewing import resolve, view_number
from itam_portal.pages import ListPage
from itam_portal.requests import number_of

LARGEST, USUAL = 200, 25
# How a page of HTML is looked at: nothing of it means anything here.
_ONLY_PAGES = ("boxes",)
# What chooses a part of what matches.
PARTS = ("page", "after", "before", "limit", "per_page")
# A tenant's own fields, and where else they may be named.
OWN_FIELD = "attribute_"
_MAY_MEAN_OWN = frozenset({"filter", "sort", "view", "columns", "group"})
# Lists in the documents sort by one field, named so.
SORT_BY, SORT_ORDER = "sort_by", "sort_order"
Translate = Callable[[str], str]


def same(text: str) -> str:
    """A value that lists know by the same word."""
    return text


def as_written(account: Any, rows: list[Row]) -> list[str]:
    """Rows that the database has written whole."""
    return [row["facts"] for row in rows]


@dataclass(frozen=True)
class Alias:
    """A parameter that lists know by another name, with what becomes of its value (ValueError where it is wrong)."""

    name: str
    value: Translate = same
    description: str = ""


@dataclass(frozen=True)
class ApiList:
    """A list page as an endpoint: what its rows are called, what they hold, and what else they are asked by."""

    word: str
    page: type[ListPage]
    # Adds `facts` to rows: what the database writes of each, as JSON.
    facts: Callable[[Any], Any] | None = None
    # The values of each row that `describe` needs; it answers dictionaries, or texts that are JSON already.
    needs: tuple[str, ...] = ("facts",)
    describe: Callable[[Any, list[Row]], list[Any]] = as_written
    # Filters besides the page's own.
    more: Mapping[str, Condition] = field(default_factory=dict)
    aliases: Mapping[str, Alias] = field(default_factory=dict)
    # Other fields of an answer, as pydantic declares them.
    extra: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    # What `sort_by` may be, with the list's own names.
    sorts: Mapping[str, str] = field(default_factory=dict)
    # Which column's values stand under which name, where a caller may choose columns.
    columns: Mapping[str, str] = field(default_factory=dict)

    def kind_of(self, account: Any, data: QueryDict) -> ListKind:
        """The page's kind of list, with the filters of the API; with the tenant's own fields where one may be meant."""
        asks = any(name.startswith(OWN_FIELD) or name in _MAY_MEAN_OWN for name in data)
        return self.extended(self.page.kind_of(account) if asks else self.page.kind)

    def extended(self, kind: ListKind) -> ListKind:
        """This kind of list with the filters of the API."""
        filters: Any = kind.filters
        more = _with(filters, tuple(self.more.items())) if self.more else filters
        written = {"facts": self.facts} if self.facts else {}
        return replace(kind, filters=more, annotations={**kind.annotations, **written})

    def answer(self, request: HttpRequest, *, rows: Any = None, **place: Any) -> HttpResponse:
        """The list that this address asks for. Raises WrongParameters with all that is wrong with it."""
        asked = _Asked(self, request, place)
        return asked.answer(asked.sound_listing(rows))

    def whole(self, request: HttpRequest, *, beside: tuple[str, ...], idle: tuple[str, ...] = PARTS) -> Listing:
        """The list that this address asks for, where pages mean nothing: see `matching` and `state.per_page` of it.

        `beside` are the endpoint's own parameters, `idle` those of lists that must not be given. Raises
        WrongParameters with all that is wrong with it.
        """
        asked = _Asked(self, request, {}, beside=beside)
        asked.errors += [(name, _("Here this means nothing.")) for name in idle if name in request.GET]
        return asked.sound_listing(None)


@functools.lru_cache(maxsize=500)
def _with(filters: Any, more: tuple[tuple[str, Condition], ...]) -> type[ListFilterSet]:
    return type(f"{filters.__name__}OfApi", (filters,), {**dict(more), "Meta": filters.Meta})


class _Asked:
    """One request for a list."""

    def __init__(self, source: ApiList, request: Any, place: dict[str, Any], *, beside: tuple[str, ...] = ()) -> None:
        self.source, self.request, self.account = source, request, request.account
        self.errors: list[tuple[str, Any]] = []
        self.data: QueryDict = request.GET.copy()
        for name in beside:
            if len(self.data.pop(name, [])) > 1:
                self.errors.append((name, _("This parameter may be given only once.")))
        self.page = source.page()
        self.page.setup(request, **place)
        self._tenant()
        self.limit = self._limit()
        self.number = str(self.data.get("page") or "1")
        self._check_page()
        self._translate()
        self._sort()

    def _tenant(self) -> None:
        """A link may name the tenant; another one than the key's is not there."""
        slugs = self.data.pop("tenant", [])
        if any(slug.lower() != self.account.tenant.slug for slug in slugs):
            raise Http404

    def _limit(self) -> int:
        given = [*self.data.pop("limit", []), *self.data.pop("per_page", [])]
        number = number_of(given[0]) if len(given) == 1 else USUAL
        if len(given) > 1:
            self.errors.append(("limit", _("Give the limit once.")))
        elif number is None or not 1 <= number <= LARGEST:
            words = _("A limit is a whole number from 1 to %(most)s, not “%(value)s”.")
            self.errors.append(("limit", words % {"most": LARGEST, "value": given[0][:60]}))
        return number or USUAL

    def _check_page(self) -> None:
        for name in _ONLY_PAGES:
            if name in self.data:
                self.errors.append((name, _("There is no parameter of this name here.")))
                del self.data[name]
        number = number_of(self.number)
        if number and number * self.limit > NUMBERED_ROWS:
            words = _("Pages are numbered over the first %(most)s rows only: follow nextPage beyond.")
            self.errors.append(("page", words % {"most": NUMBERED_ROWS}))
        elif not number:
            self.errors.append(("page", _("A page is a whole number from 1, not “%(v)s”.") % {"v": self.number[:60]}))
            self.data.pop("page", None)

    def _translate(self) -> None:
        """The parameters of the documents, as the list knows them."""
        for name, alias in self.source.aliases.items():
            for text in self.data.pop(name, []):
                self._add(name, alias, text)

    def _add(self, name: str, alias: Alias, text: str) -> None:
        try:
            value = alias.value(text) if text else ""
        except ValueError as error:
            self.errors.append((name, str(error)))
        else:
            if value:
                self.data.appendlist(alias.name, value)

    def _sort(self) -> None:
        keys, orders = self.data.pop(SORT_BY, []), self.data.pop(SORT_ORDER, [])
        if not self.source.sorts and (keys or orders):
            self.errors += [(name, _("There is no parameter of this name here.")) for name in (SORT_BY, SORT_ORDER)]
            return
        key, order = "".join(keys[:1]), "".join(orders[:1]).lower()
        if order not in ("", "asc", "desc") or len(orders) > 1:
            self.errors.append((SORT_ORDER, _("The order is asc or desc.")))
        if len(keys) > 1 or (key and key not in self.source.sorts):
            known = ", ".join(self.source.sorts)
            self.errors.append((SORT_BY, _("This list is sorted by one of: %(known)s.") % {"known": known}))
        elif (key or order) and "sort" in self.data:
            self.errors.append((SORT_BY, _("Give either sort or sort_by and sort_order.")))
        elif key or order:
            name = self.source.sorts[key or next(iter(self.source.sorts))]
            self.data["sort"] = f"-{name}" if order == "desc" else name

    def sound_listing(self, rows: Any) -> Listing:
        """The list that is asked for. Raises WrongParameters with all that is wrong with it."""
        listing = self.listing(rows)
        errors = [*self.errors, *self.errors_of(listing)]
        if errors:
            raise WrongParameters(errors)
        return listing

    def listing(self, rows: Any) -> Listing:
        """The list in the state that is asked for. Nobody's preferences count here."""
        data, problems = self.data, []
        kind = self.source.kind_of(self.account, data)
        if "view" in data:
            number = view_number(str(data.get("view") or ""))
            kept = kept_of(self.account, self.page.list_name(), columns_of=kind.name, asked=number)
            viewed = resolve(data, kept.views, with_default=False)
            data, problems = viewed.data, viewed.problems
        seen = self.page.visible_rows() if rows is None else rows
        is_whole = rows is None and self.page.is_whole()
        listing = Listing(kind, seen, data, account=self.account, is_whole=is_whole)
        if "columns" in self.data and not self.source.columns:
            problems = [*problems, _("The columns of this list cannot be chosen.")]
        listing.problems = [*listing.problems, *problems]
        listing.state.per_page = self.limit
        return listing

    def errors_of(self, listing: Listing) -> list[tuple[str, Any]]:
        """What is wrong with the list, by the parameter's name where one is to blame."""
        wrong = {} if listing.filters.form.is_valid() else dict(listing.filters.form.errors)
        own = {alias.name: name for name, alias in self.source.aliases.items() if name in self.request.GET}
        named = [(own.get(name, name), text) for name, texts in wrong.items() for text in texts]
        told = set(listing.filters.problems)
        return [*named, *[("", problem) for problem in listing.problems if problem not in told]]

    def answer(self, listing: Listing) -> HttpResponse:
        """A page of the list as JSON."""
        is_beyond = listing.found.moved
        rows = [] if is_beyond else listing.rows_with((*self.source.needs, *listing.place_needs))
        described = self._chosen(listing, self.source.describe(self.account, rows))
        total: Total = listing.total
        facts: dict[str, Any] = {"page": None if PLACE - {"page"} & set(self.data) else int(self.number)}
        facts |= {"limit": self.limit, "total": total.number, "totalIsCapped": total.is_capped}
        facts["nextPage"] = self._next(listing, rows[-1]) if listing.found.has_next and rows else None
        if listing.grouping:
            facts["groups"] = [_group(one) for one in listing.grouping.groups]
        return success_list(self.source.word, described, **facts)

    def _chosen(self, listing: Listing, described: list[Any]) -> list[str]:
        """The rows as JSON, with the columns that were asked for."""
        if not listing.state.values("columns"):
            return [one if isinstance(one, str) else written(one) for one in described]
        names = {"id", *(self.source.columns[name] for name in listing.state.columns if name in self.source.columns)}
        whole = [json.loads(one) if isinstance(one, str) else one for one in described]
        return [written({name: value for name, value in one.items() if name in names}) for one in whole]

    def _next(self, listing: Listing, last: Row) -> str:
        """The address of the next page: by the place of the last row, so that rows that come or go move nothing."""
        query = self.request.GET.copy()
        for name in PLACE:
            query.pop(name, None)
        query["after"] = listing.place_of(last)
        return str(self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}"))


def _group(group: Any) -> dict[str, Any]:
    """A group of a grouped list; only the rows of open ones are listed."""
    facts = {"path": group.path, "label": str(group.label), "number": group.number, "isOpen": group.is_open}
    return {**facts, "groups": [_group(one) for one in group.inner]} if group.inner else facts


def one_of(choices: Iterable[str], *, any_case: bool = True) -> Translate:
    """A value that is one of these, in any case."""
    known = {choice.lower() if any_case else choice: choice for choice in choices}

    def read(text: str) -> str:
        found = known.get(text.strip().lower() if any_case else text)
        if found is None:
            words = _("“%(value)s” is none of: %(known)s.")
            raise ValueError(words % {"value": text[:60], "known": ", ".join(known.values())})
        return found

    return read
