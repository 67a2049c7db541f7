"""Answers whose bytes are made once."""

from __future__ import annotations

import inspect
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from idp.config import Config
from idp.oidc import key_files, keys
from idp.oidc.keys import KeySet
from idp.storage import database, remembered
from idp.web.documents import STATIC, Document, Documents

ISSUER = "https://id.example.org"


@pytest.fixture(scope="module")
def documents(keys_folder: Path) -> Documents:
    return Documents(Config(issuer=ISSUER), KeySet(keys_folder))


def get(documents: Documents, path: str, tag: str | None = None) -> tuple[int, dict[str, str], bytes]:
    found = documents.find(path)
    assert found is not None
    # the tag as the server passes it on
    asks_bytes = "bytes" in str(inspect.signature(Document.answer).parameters["if_none_match"].annotation)
    sent: Any = tag.encode() if tag is not None and asks_bytes else tag
    status, headers, body = found.answer(sent)
    assert len({name for name, _ in headers}) == len(headers)
    return status, dict(headers), body


@pytest.mark.parametrize(
    "path", ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks"]
)
def test_what_applications_read_is_json_for_everybody(documents: Documents, path: str) -> None:
    status, headers, body = get(documents, path)
    assert status == 200
    assert headers["content-type"] == "application/json"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["cache-control"] == "public, max-age=3600"
    assert headers["x-content-type-options"] == "nosniff"
    pairs = json.loads(body, object_pairs_hook=list)
    assert len({name for name, _ in pairs}) == len(pairs)


def test_discovery_names_the_issuer_and_the_keys_algorithms(documents: Documents) -> None:
    found = json.loads(get(documents, "/.well-known/openid-configuration")[2])
    assert found["issuer"] == ISSUER
    assert found["id_token_signing_alg_values_supported"][0] == "RS256"


@pytest.mark.parametrize("path", ["/jwks", "/.well-known/openid-configuration", "/static/foyer.css"])
def test_who_has_it_already_is_sent_nothing(documents: Documents, path: str) -> None:
    _, headers, body = get(documents, path)
    tag = headers["etag"]
    for sent in (tag, f'"other", {tag}', f"W/{tag}", "*", f" {tag} "):
        status, again, nothing = get(documents, path, sent)
        assert (status, nothing) == (304, b"")
        assert again["etag"] == tag
        assert again["cache-control"] == headers["cache-control"]
    for sent in ("", '"other"', tag[:-2] + '"', tag.strip('"')):
        assert get(documents, path, sent)[::2] == (200, body)


def test_static_files_are_kept_for_a_year_under_an_address_that_changes_with_them(documents: Documents) -> None:
    for file in STATIC.iterdir():
        if not file.is_file():
            continue
        address = documents.asset(file.name)
        path, _, version = address.partition("?v=")
        status, headers, body = get(documents, path)
        assert (status, body) == (200, file.read_bytes())
        assert len(version) >= 10
        assert headers["etag"].strip('"').startswith(version)
        assert "max-age=31536000" in headers["cache-control"]
        assert "immutable" in headers["cache-control"]


def test_the_address_changes_with_the_content() -> None:
    one, other = Document(b"a", "text/css", "x"), Document(b"b", "text/css", "x")
    assert one.tag != other.tag
    assert one.tag == Document(b"a", "text/css", "x").tag


@pytest.mark.parametrize(("name", "content_type"), [("foyer.css", "text/css; charset=utf-8"), ("form_post.js", "text/javascript; charset=utf-8"),
                                                    ("foyer.svg", "image/svg+xml")])  # fmt: skip
def test_files_say_what_they_are(documents: Documents, name: str, content_type: str) -> None:
    assert get(documents, f"/static/{name}")[1]["content-type"] == content_type


def test_a_picture_cannot_run_anything(documents: Documents) -> None:
    assert get(documents, "/static/foyer.svg")[1]["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/", "/static/", "/static/../config.py", "/static/foyer.css/", "/jwks/", "/static/%66oyer.css",
                                  "/.well-known/openid-configuration/", "/authorize"])  # fmt: skip
def test_nothing_else_is_a_document(documents: Documents, path: str) -> None:
    assert documents.find(path) is None


def test_an_unknown_file_has_no_address(documents: Documents) -> None:
    with pytest.raises(KeyError):
        documents.asset("nothing.css")


def test_a_rotation_is_published(keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "LOOK_EVERY", 0.0)
    folder = Path(shutil.copytree(keys_folder, tmp_path / "keys"))
    documents = Documents(Config(issuer=ISSUER), KeySet(folder))
    before = get(documents, "/jwks")
    key_files.rotate(folder)
    after = get(documents, "/jwks")
    assert before[1]["etag"] != after[1]["etag"]
    assert len(json.loads(after[2])["keys"]) == 9
    assert get(documents, "/jwks", before[1]["etag"])[0] == 200


@pytest.mark.parametrize("wrong", [database.Unavailable[0], database.Damaged])
def test_discovery_goes_on_as_it_was_without_a_database(
    keys_folder: Path, monkeypatch: pytest.MonkeyPatch, wrong: type[Exception]
) -> None:
    monkeypatch.setattr(remembered, "LOOK_EVERY", 0.0)
    answers = iter([True, wrong("no route to the host"), False, wrong("no route to the host")])

    def ask() -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    documents = Documents(Config(issuer=ISSUER), KeySet(keys_folder), ask)
    shown = [get(documents, "/.well-known/openid-configuration")[2] for _ in range(3)]
    assert ["registration_endpoint" in json.loads(each) for each in shown] == [True, False, False]


@pytest.mark.parametrize("path", ["/jwks", "/.well-known/openid-configuration"])
def test_the_application_without_its_door_gives_them_too(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).json
    assert browser.options(path).headers["Access-Control-Allow-Origin"] == "*"
    assert browser.post(path).status_code == 405
