"""The house is built as it was drawn: imports point down, files are small, every module says what it owns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from idp import endpoints
from idp.storage.models import TABLES

ROOT = Path(__file__).resolve().parents[1] / "idp"
FILES = sorted(ROOT.rglob("*.py"))
LONGEST = 250  # lines

# What each part may import of the others; every part may import what has no parts itself.
GROUND = {
    "idp",
    "colour",
    "said",
    "errors",
    "clock",
    "opaque",
    "endpoints",
    "discover",
    "assurance",
    "log",
    "foreign_json",
    "qr",
    "called",
}
MAY: dict[str, set[str]] = {
    "idp": set(),
    "colour": set(),
    "called": set(),
    "said": set(),
    "errors": set(),
    "clock": set(),
    "opaque": set(),
    "endpoints": set(),
    "discover": set(),
    "assurance": set(),
    "log": {"clock"},
    "foreign_json": set(),
    "qr": set(),
    "mail_account": {"reach"},
    "user_agent": set(),
    "reach": set(),
    "credential_name": set(),
    "first_try": {"reach", "said"},
    "own_address": {"foreign_json"},
    "listening": {"reach", "said"},
    "setting_files": set(),
    "setting_words": {"setting_files"},
    "config": {"errors", "listening", "mail_account", "reach", "setting_files", "setting_words"},
    "storage": GROUND,
    "activity": GROUND | {"storage"},
    "throttle": GROUND | {"storage"},
    "subject_identifier": GROUND | {"storage"},
    "sign_outs": GROUND | {"storage", "subject_identifier"},
    "custom_claims": GROUND | {"storage"},
    "tries": GROUND | {"storage", "activity", "throttle", "mail"},
    "mail": GROUND | {"mail_account", "user_agent", "storage", "activity", "throttle"},
    "authenticators": GROUND
    | {"reach", "credential_name", "sign_outs", "storage", "activity", "throttle", "tries", "mail"},
    "interaction": GROUND
    | {
        "sign_outs",
        "storage",
        "custom_claims",
        "subject_identifier",
        "activity",
        "throttle",
        "tries",
        "mail",
        "authenticators",
    },
    "directory": GROUND | {"sign_outs", "storage", "custom_claims", "activity", "mail", "authenticators"},
    "presets": GROUND | {"first_try"},
    "oidc": GROUND
    | {
        "reach",
        "sign_outs",
        "storage",
        "custom_claims",
        "subject_identifier",
        "activity",
        "throttle",
        "interaction",
        "directory",
        "presets",
    },
    "web": GROUND
    | {
        "config",
        "storage",
        "sign_outs",
        "subject_identifier",
        "activity",
        "throttle",
        "tries",
        "authenticators",
        "interaction",
        "directory",
        "oidc",
    }
    | {"doctor", "first_try", "mail", "user_agent", "presets", "trial", "custom_claims"},
    "moving": GROUND | {"storage", "authenticators", "directory", "oidc"},
    "declared_fields": set(),
    "declared_settings": GROUND | {"storage", "directory"},
    "declared": GROUND | {"declared_fields", "declared_settings", "storage", "custom_claims", "directory", "oidc"},
    "backup": GROUND | {"storage", "oidc"},
    "doctor": GROUND | {"config", "listening", "storage", "subject_identifier", "oidc", "own_address"},
    "trial": GROUND | {"storage", "oidc", "own_address"},
    "cli": GROUND
    | {
        "config",
        "listening",
        "first_try",
        "storage",
        "subject_identifier",
        "custom_claims",
        "activity",
        "mail",
        "directory",
        "oidc",
        "presets",
        "declared",
        "moving",
        "backup",
        "doctor",
        "app",
        "web",
    },
    "app": GROUND
    | {
        "config",
        "storage",
        "activity",
        "throttle",
        "tries",
        "mail",
        "authenticators",
        "interaction",
        "directory",
        "oidc",
        "web",
    },
    "__main__": {"cli"},
}
ONLY_IN = {
    "flask": {"web", "app"}, "flask_babel": {"web", "app"}, "flask_wtf": {"web", "app"}, "werkzeug": {"web", "app"},
    "jinja2": {"web", "app"}, "smtplib": {"mail"}, "babel": {"web"}, "PIL": {"directory"},
    "pyop": {"oidc"}, "oic": {"oidc"}, "jwkest": {"oidc"}, "peewee": {"storage"},
    "psycopg": {"storage"}, "sqlite3": {"storage"}, "argon2": {"authenticators"}, "zxcvbn": {"authenticators"},
    "pyotp": {"authenticators"}, "segno": {"qr"}, "yaml": {"moving"}, "webauthn": {"authenticators"}, "cryptography": {"oidc", "trial"}, "click": {"cli"},
    "uvicorn": {"web"}, "uvloop": {"web"}, "greenlet": {"web"}, "httptools": {"web"}, "pydantic": {"config"}, "pydantic_settings": {"config"},
}  # fmt: skip
NOWHERE = {"playhouse", "random", "pickle", "marshal", "shelve", "tests"}


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(), str(path))


def name(path: Path) -> str:
    """The path as people say it."""
    return str(path.relative_to(ROOT.parent))


def part(path: Path) -> str:
    """Which part of the house a file belongs to."""
    inside = path.relative_to(ROOT).parts
    return "idp" if inside == ("__init__.py",) else inside[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file, as a dotted name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_point_down(path: Path) -> None:
    mine = part(path)
    parts = {part(file) for file in FILES}
    for imported in imports(path):
        if imported.split(".")[0] != "idp":
            continue
        other = ([*imported.split("."), "idp"])[1]
        other = other if other in parts else "idp"
        assert other == mine or other in MAY[mine], f"{mine} must not import {imported}"


def test_every_part_has_its_rule() -> None:
    assert {part(path) for path in FILES} == MAY.keys()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_library_is_known_to_one_part_only(path: Path) -> None:
    for imported in imports(path):
        library = imported.split(".")[0]
        assert library not in NOWHERE, imported
        assert library not in ONLY_IN or part(path) in ONLY_IN[library], f"{imported} in {part(path)}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_module_opens_with_a_sentence(path: Path) -> None:
    docstring = ast.get_docstring(tree(path)) or ""
    first = docstring.split("\n\n")[0]
    assert len(first) >= 10
    assert first.rstrip().endswith((".", ":")), first


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_module_is_named_after_what_it_owns(path: Path) -> None:
    assert not {"utils", "util", "helpers", "helper", "common", "base", "misc", "lib"} & set(
        path.relative_to(ROOT).with_suffix("").parts
    )


def _public_functions(node: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield prefix + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from _public_functions(child, f"{child.name}.")


# Methods that a library calls, whose meaning is the library's to explain.
EXPLAINED_ELSEWHERE = {"JSONText.db_value", "JSONText.python_value", "TextLine.format", "JsonLine.format",
                       "Row", "Onward.get_wsgi_headers", "Application.ensure_sync"}  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=name)
def test_everything_public_says_what_it_is(path: Path) -> None:
    silent = [
        full for full, node in _public_functions(tree(path))
        if not ast.get_docstring(node)  # type: ignore[arg-type]
        and full not in EXPLAINED_ELSEWHERE and not full.endswith(".Meta")
    ]  # fmt: skip
    assert silent == []


def _calls(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_there_is_one_wall_clock(path: Path) -> None:
    clocks = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time",
              "time.localtime", "time.gmtime"}  # fmt: skip
    assert not clocks & set(_calls(path)) or path.name == "clock.py"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_random_values_come_from_one_place(path: Path) -> None:
    calls = set(_calls(path))
    assert not {
        call for call in calls if call.startswith(("random.", "uuid.uuid1", "uuid.uuid3", "uuid.uuid5", "os.urandom"))
    }
    drawn = {call for call in calls if call.startswith("secrets.")}
    assert not drawn or name(path) in ("idp/opaque.py", "idp/storage/settings.py")


PATHS = [value for constant, value in vars(endpoints).items() if constant.isupper()]
GOING_ON = {"idp/web/admin/health.py", "idp/web/account/applications.py"}  # from paths of pages, with words like those


@pytest.mark.parametrize("path", [path for path in FILES if path.name != "endpoints.py"], ids=name)
def test_the_path_of_an_endpoint_is_named_once(path: Path) -> None:
    pattern = re.compile(rf"({'|'.join(map(re.escape, PATHS))})(?![\w/-])")
    texts = [
        node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert not [text for text in texts if pattern.match(text)] or name(path) in GOING_ON


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_runs_text_as_code_or_as_a_command(path: Path) -> None:
    forbidden = {"eval", "exec", "compile", "os.system", "os.popen", "subprocess.run", "subprocess.Popen", "__import__"}
    assert not forbidden & set(_calls(path))
    assert "subprocess" not in {imported.split(".")[0] for imported in imports(path)}


@pytest.mark.parametrize("path", [path for path in FILES if part(path) not in ("storage", "__main__")], ids=name)
def test_query_chains_stay_in_storage(path: Path) -> None:
    """Others call model objects and named functions."""
    tables = {table.__name__ for table in TABLES}
    verbs = {"select", "update", "delete", "insert", "create", "get", "get_or_none", "get_by_id", "get_or_create"}
    calls = set(_calls(path))
    assert not {f"{table}.{verb}" for table in tables for verb in verbs} & calls
    assert not {call for call in calls if call.endswith((".where", ".order_by", ".delete_instance"))}


_SQL = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|PRAGMA|CREATE TABLE)\b")


@pytest.mark.parametrize("path", [path for path in FILES if part(path) != "storage"], ids=name)
def test_sql_stays_in_storage(path: Path) -> None:
    constants = [node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)]
    assert not [text for text in constants if isinstance(text, str) and _SQL.match(text)]
    assert not {"idp.storage.statement.Statement", "idp.storage.database.execute"} & set(imports(path))
