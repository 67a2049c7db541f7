"""What is shipped is the whole of it: packages, pages and files, from a wheel in any folder."""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest

import idp
from tests.server import ROOT, free_port

SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg")


def _words(section: str, option: str) -> list[str]:
    return SETUP[section][option].split()


def test_the_listed_packages_are_those_of_the_tree() -> None:
    tree = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "idp").rglob("__init__.py")}
    assert set(_words("options", "packages")) == tree | {"idp.templates"}
    assert _words("options", "packages") == sorted(_words("options", "packages"))


def test_every_folder_with_code_is_a_package() -> None:
    for file in (ROOT / "idp").rglob("*.py"):
        assert (file.parent / "__init__.py").exists(), file


def test_every_page_and_every_file_is_packaged() -> None:
    folders = {
        "idp.templates": ROOT / "templates",
        "idp.web": ROOT / "idp" / "web",
        "idp.presets": ROOT / "idp" / "presets",
    }
    for package, folder in folders.items():
        patterns = _words("options.package_data", package)
        for path in folder.rglob("*"):
            inside = path.relative_to(folder).as_posix()
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                # as setuptools reads them: a star stays inside one folder
                fitting = [each for each in patterns if fnmatch(inside, each) and inside.count("/") == each.count("/")]
                assert fitting, f"{package}: {inside}"


def test_nothing_else_in_the_tree_needs_packaging() -> None:
    others = {path.suffix for path in (ROOT / "idp").rglob("*") if path.is_file()} - {".py", ".pyc"}
    assert others <= {".css", ".js", ".svg", ".toml"}, "package_data may miss a new kind of file"


def _plain(requirement: str) -> str:
    """A distribution's name as all spellings of it agree on (PEP 503), without its range."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()  # type: ignore[index]


def _with_what_they_need(names: set[str]) -> set[str]:
    """Distributions, and all that come with them."""
    found: set[str] = set()
    while names:
        found |= names
        needed = (
            requirement for name in names for requirement in requires(name) or () if "extra ==" not in requirement
        )
        names = {_plain(requirement) for requirement in needed if "sys_platform ==" not in requirement} - found
        names &= {_plain(each) for distributions in packages_distributions().values() for each in distributions}
    return found


def _imported(folder: Path) -> Iterator[tuple[Path, str]]:
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((file, alias.name.split(".")[0]) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield file, node.module.split(".")[0]


@pytest.mark.parametrize("folder, extras", [("idp", ["postgresql"]), ("tests", ["postgresql", "test"])])
def test_every_library_that_is_imported_is_required(folder: str, extras: list[str]) -> None:
    """Otherwise it is there on the machine that it was written on, and missing on a fresh one."""
    options = [("options", "install_requires"), *(("options.extras_require", extra) for extra in extras)]
    lines = [line for section, option in options for line in SETUP[section][option].split("\n") if line]
    required = _with_what_they_need({_plain(line) for line in lines})
    ours = {"idp", "tests", "some_plugins"}  # the last one is made by a test
    owners = packages_distributions()
    strangers = {
        f"{file.relative_to(ROOT)}: {library}"
        for file, library in _imported(ROOT / folder)
        if library not in sys.stdlib_module_names | ours
        and not {_plain(name) for name in owners.get(library, [])} & required
    }
    assert strangers == set()


def test_the_version_is_one() -> None:
    assert SETUP["metadata"]["version"] in (idp.__version__, "attr: idp.__version__")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the checkout with nothing left over in it."""
    source = tmp_path_factory.mktemp("source") / "foyer"
    source.mkdir()
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source)
    for name in ("idp", "templates"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    built = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--disable-pip-version-check", "--wheel-dir", str(built), str(source)],
        capture_output=True, text=True, timeout=120, cwd=built,
    )  # fmt: skip
    if done.returncode:  # no setuptools here that builds wheels by itself: pip fetches one
        done = subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--disable-pip-version-check",
             "--wheel-dir", str(built), str(source)],
            capture_output=True, text=True, timeout=300, cwd=built,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (found,) = built.glob("*.whl")
    return found


def test_the_wheel_holds_what_the_tree_holds_and_no_key(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = {name for name in opened.namelist() if ".dist-info/" not in name}
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "idp").rglob("*")
            if path.is_file() and "__pycache__" not in path.parts}  # fmt: skip
    pages = {
        f"idp/templates/{path.relative_to(ROOT / 'templates').as_posix()}"
        for path in (ROOT / "templates").rglob("*.html")
    }
    assert names == code | pages
    assert not any("keys/" in name or name.endswith(".pem") for name in names)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the wheel is installed, and nothing else."""
    target = tmp_path_factory.mktemp("installed")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--disable-pip-version-check",
    ]
    subprocess.run([*command, "--target", str(target), str(wheel)], check=True, timeout=120, cwd=target)
    return target


@pytest.fixture
def environ(installed: Path, tmp_path: Path) -> dict[str, str]:
    """The installed wheel and the libraries beside it; the checkout is nowhere on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("IDP_", "PYTHON"))}
    # A checkout that is installed in place stands in the site folder as a pointer; only real packages may be found.
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if path.suffix not in (".pth", ".egg-link") and not path.name.startswith(("__editable__", "foyer", "idp")):
            (libraries / path.name).symlink_to(path)
    return {**kept, "PYTHONPATH": os.pathsep.join([str(installed), str(libraries)])}


@pytest.fixture
def served(installed: Path, environ: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """A provider that runs from the wheel in an empty folder."""
    folder, port = tmp_path / "elsewhere", free_port()
    folder.mkdir()
    settings = {
        **environ,
        "IDP_ISSUER": f"http://localhost:{port}",
        "IDP_BIND": f"127.0.0.1:{port}",
        "IDP_WORKERS": "1",
    }
    python = [sys.executable, "-S", "-m", "idp"]
    where = subprocess.run(
        [sys.executable, "-S", "-c", "import idp; print(idp.__file__)"],
        env=settings,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(installed), where
    subprocess.run([*python, "init"], env=settings, cwd=folder, check=True, timeout=60, capture_output=True)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*python, "serve"], env=settings, cwd=folder, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"http://localhost:{port}/jwks", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline, (folder / "log").read_text()
                time.sleep(0.05)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_the_wheel_serves_pages_from_another_folder(served: str) -> None:
    with urllib.request.urlopen(f"{served}/logout", timeout=10) as answer:
        page = answer.read().decode()
    assert "You are signed out" in page
    style = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    with urllib.request.urlopen(served + style, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/css")
        assert len(answer.read()) > 1_000
