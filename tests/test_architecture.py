"""STYLE_GUIDE.md, as far as a machine can read it: a rule without a test is a wish."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent

# Each app may import from those below it, never upwards, never in a circle.
FLOORS = {
    "roles": set(),
    "organizations": {"roles"},
    "accounts": {"roles", "organizations"},
    "users": {"roles", "organizations", "accounts"},
    "invitations": {"roles", "organizations", "accounts"},
}
# The roof: what puts the program together, and may know every app.
ROOF = ("settings", "urls", "wsgi", "demo", "bench", "management/commands/demo")

ROOMS = {"models", "queries", "operations", "forms", "filters", "tables", "views", "urls", "api", "__init__"}
SPECIAL_ROOMS = {"rights", "guards", "middleware", "doors", "checks", "jobs", "apps"}
OWN_ROOMS = {"users": {"importing"}, "organizations": {"attributes"}, "accounts": {"sign_in"}}
FOLDERS = {"management", "migrations", "templatetags"}
INTERFACES = {"views", "api", "forms", "filters", "tables"}

# A model's writers, on an object or on a set of rows. `update` is a word of dictionaries and sets too.
WRITERS = {"save", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "select_for_update"}
ROWS_WRITERS = {"create", "update"}

LONGEST_FILE, LONGEST_FUNCTION = 400, 25


def sources(*names: str) -> list[Path]:
    """The Python files below these folders, migrations left out."""
    found = [path for name in names for path in sorted((BASE / name).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


PRODUCT = sources(*FLOORS, "itam_portal")


def room_of(path: Path) -> str:
    """The room a file belongs to. A room that outgrew one file is a folder of its name."""
    return path.parent.name if path.parent.name in ROOMS - {"__init__"} else path.stem


def at(path: Path, node: ast.AST | None = None) -> str:
    """Where something stands, for people."""
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(BASE)}{line}"


def imports(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """What a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, at(path, node)
            yield node, node.module or ""
            yield from [(node, f"{node.module}.{alias.name}") for alias in node.names]


# --- floors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("app", FLOORS)
def test_an_app_imports_only_from_the_floors_below(app: str) -> None:
    above = set(FLOORS) - FLOORS[app] - {app}
    wrong = [(at(path, node), name) for path in sources(app) for node, name in imports(path)]

    assert [(where, name) for where, name in wrong if name.split(".")[0] in above] == []


def is_roof(path: Path) -> bool:
    inside = path.relative_to(BASE / "itam_portal").with_suffix("").as_posix()
    return inside.startswith(tuple(f"{name}/" for name in ROOF)) or inside in ROOF


def test_the_shared_parts_import_no_app() -> None:
    ground = [path for path in sources("itam_portal") if not is_roof(path)]
    upwards = [
        (at(path, node), name) for path in ground for node, name in imports(path) if name.split(".")[0] in FLOORS
    ]

    assert upwards == []


def test_the_product_imports_no_tests() -> None:
    found = [(at(path, node), name) for path in PRODUCT for node, name in imports(path)]

    assert [(where, name) for where, name in found if name.split(".")[0] == "tests"] == []


def test_there_are_exactly_six_packages() -> None:
    packages = {path.parent.name for path in BASE.glob("*/__init__.py")} - {"tests"}

    assert packages == {*FLOORS, "itam_portal"}


# --- rooms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("app", FLOORS)
def test_an_app_has_only_the_known_rooms(app: str) -> None:
    allowed = ROOMS | SPECIAL_ROOMS | OWN_ROOMS.get(app, set())
    if app == "roles":
        assert (BASE / app / "rights.py").exists()
    else:
        allowed -= {"rights"}
    files = {path.stem for path in (BASE / app).glob("*.py")}
    folders = {path.name for path in (BASE / app).iterdir() if path.is_dir()} - {"__pycache__"}

    assert files - allowed == set()
    assert folders - FOLDERS - allowed == set()


# --- interfaces do not write ------------------------------------------------------------------------------------


def interfaces() -> list[Path]:
    return [path for path in PRODUCT if room_of(path) in INTERFACES]


def is_of_rows(value: ast.expr) -> bool:
    """Whether a call hangs on a set of rows: `Account.objects…`, `account.sessions…`, or a chain of such calls."""
    text = ast.unparse(value)
    return ".objects" in text or ".filter(" in text or ".all()" in text or ".exclude(" in text


def writes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, value = node.func.attr, node.func.value
        is_super = isinstance(value, ast.Call) and ast.unparse(value) == "super()"
        # A router's `delete` declares a method of HTTP.
        is_route = ast.unparse(value) == "router"
        if (name in WRITERS and not is_super and not is_route) or (name in ROWS_WRITERS and is_of_rows(value)):
            yield f"{at(path, node)} {ast.unparse(node.func)}"


def test_interfaces_do_not_write() -> None:
    assert [found for path in interfaces() for found in writes(path)] == []


def test_interfaces_run_no_sql_of_their_own() -> None:
    pattern = re.compile(r"\bcursor\(|\.raw\(|connection\.execute|RawSQL")
    lines = [
        (path, number, line) for path in interfaces() for number, line in enumerate(path.read_text().split("\n"), 1)
    ]

    assert [f"{at(path)}:{number}" for path, number, line in lines if pattern.search(line)] == []


# --- operations -------------------------------------------------------------------------------------------------


def operations() -> list[Path]:
    return [path for path in PRODUCT if room_of(path) == "operations"]


def test_operations_do_not_know_of_requests() -> None:
    found = [(at(path, node), name) for path in operations() for node, name in imports(path)]

    http = ("django.http", "django.shortcuts", "django.views", "django.urls", "django.contrib.messages", "ninja")
    assert operations()
    assert [(where, name) for where, name in found if name.startswith(http)] == []


def public_functions(path: Path) -> list[ast.FunctionDef]:
    body = ast.parse(path.read_text()).body
    return [node for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def test_every_operation_says_by_whom_and_by_keyword_only() -> None:
    without = [
        at(path, node)
        for path in operations()
        for node in public_functions(path)
        if "by" not in [one.arg for one in node.args.kwonlyargs] and node.name != "lock"
    ]

    assert without == []


def test_an_operation_takes_its_subject_and_the_rest_by_keyword() -> None:
    crowded = [
        at(path, node)
        for path in operations()
        for node in public_functions(path)
        if len(node.args.args) > 2 or node.args.vararg
    ]

    assert crowded == []


def test_every_operation_says_what_it_does_and_has_types() -> None:
    bare = []
    for path in operations():
        for node in public_functions(path):
            arguments = [*node.args.args, *node.args.kwonlyargs]
            if not ast.get_docstring(node) or node.returns is None or any(one.annotation is None for one in arguments):
                bare.append(at(path, node))

    assert bare == []


# --- small, plain -----------------------------------------------------------------------------------------------


def test_files_are_short() -> None:
    lengths = {at(path): len(path.read_text().splitlines()) for path in [*PRODUCT, *sources("tests")]}

    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function from its head to its end, decorators and docstring not counted."""
    first, documented = node.body[0], 0
    if ast.get_docstring(node, clean=False) is not None:
        documented = (first.end_lineno or first.lineno) - first.lineno + 1
    return (node.end_lineno or node.lineno) - node.lineno + 1 - documented


def test_functions_are_short() -> None:
    long = {}
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length_of(node) > LONGEST_FUNCTION:
                long[f"{at(path, node)} {node.name}"] = length_of(node)

    assert long == {}


def test_classes_inherit_once_from_our_own() -> None:
    """No mixins: a class of ours has one base class, protocols and Django's choices aside."""
    crowded = [
        f"{at(path, node)} {node.name}"
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and (len(node.bases) > 1 or node.name.endswith("Mixin"))
    ]

    assert crowded == []


def test_no_signals_and_no_django_admin_between_us() -> None:
    found = [(at(path, node), name) for path in PRODUCT for node, name in imports(path)]

    # The bench compares our lists with the admin's.
    ours = [(where, name) for where, name in found if not where.startswith("itam_portal/bench")]
    forbidden = ("django.contrib.admin", "django.dispatch")
    assert [(where, name) for where, name in ours if name.startswith(forbidden)] == []


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call of a method in a file, with the method's name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func.attr


def test_views_do_not_filter() -> None:
    """Reading starts at visible_to; a page that asks for more asks a query set's method by its name."""
    views = [path for path in sources(*FLOORS) if room_of(path) in ("views", "api")]
    filtering = [at(path, node) for path in views for node, name in calls(path) if name in ("filter", "exclude")]

    assert views
    assert filtering == []


def test_every_public_class_and_function_has_a_docstring() -> None:
    missing = []
    for path in PRODUCT:
        if path.stem == "apps" or path.parent.name == "local":
            continue
        for node in ast.parse(path.read_text()).body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                missing.append(f"{at(path, node)} {node.name}")

    assert missing == []


# --- templates --------------------------------------------------------------------------------------------------

TEMPLATES = sorted(path for end in ("html", "jinja") for path in (BASE / "templates").rglob(f"*.{end}"))
TAG = re.compile(r"<[a-zA-Z][^<>]*?(?:\{[{%].*?[}%]\}[^<>]*?)*>", re.DOTALL)


def tags(path: Path) -> list[str]:
    """Every HTML tag of a template, with what Django's own tags in it hold taken out."""
    text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(), flags=re.DOTALL)
    plain = re.sub(r"\{[{%].*?[}%]\}", "", text, flags=re.DOTALL)
    return TAG.findall(plain)


def test_templates_hold_no_inline_style_and_no_inline_script() -> None:
    inline = []
    for path in TEMPLATES:
        for tag in tags(path):
            has_style = re.search(r"\sstyle\s*=", tag) or tag.startswith("<style")
            has_handler = re.search(r"\son[a-z]+\s*=", tag, re.IGNORECASE) or re.search(
                r"javascript:", tag, re.IGNORECASE
            )
            has_script = tag.startswith("<script") and " src=" not in tag
            if has_style or has_handler or has_script:
                inline.append((at(path), tag[:80]))

    assert len(TEMPLATES) > 10
    assert inline == []


INCLUDED = re.compile(r"""\{%\s*include\s+["']([^"']+)["'](.*?)%\}""")


def test_what_is_included_is_a_partial_or_a_component_and_gets_only_what_it_is_given() -> None:
    wrong = []
    for path in TEMPLATES:
        for name, rest in INCLUDED.findall(path.read_text()):
            is_partial = name.split("/")[-1].startswith("_") or name.startswith("components/")
            is_given = " only" in f" {rest}" or not name.startswith("components/")
            if not is_partial or not is_given:
                wrong.append((at(path), name))

    assert wrong == []


def test_a_partial_is_no_page() -> None:
    """What begins with _ extends nothing; what does not begin with _ and is no component is a whole page."""
    wrong = []
    for path in TEMPLATES:
        is_part = path.name.startswith("_") or path.parent.name == "components"
        text = path.read_text()
        is_whole = "{% extends" in text or "<!doctype html>" in text.lower()
        if is_part is is_whole:
            wrong.append(at(path))

    assert wrong == []


def test_components_open_with_a_comment_that_lists_their_inputs() -> None:
    components = [path for path in TEMPLATES if path.parent.name == "components"]

    assert components
    assert [at(path) for path in components if not path.read_text().lstrip().startswith(("{#", "{% comment"))] == []


def test_templates_ask_the_database_nothing() -> None:
    asking = re.compile(r"\.(objects|all|filter|exclude)\b")
    found = [
        f"{at(path)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().split("\n"), 1)
        for part in re.findall(r"\{[{%](.*?)[}%]\}", line)
        if asking.search(part)
    ]

    assert found == []
