"""A return address that isn't registered: what administrators see of it, and adding it after a question.

Strangers, and people who are no administrators, see the page that everybody sees.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from idp import endpoints
from idp.errors import Invalid, PageError, RedirectMismatch
from idp.oidc import authorization, redirect_uris, registration
from idp.oidc.redirect_difference import difference
from idp.storage import clients
from idp.storage.models import Client
from idp.web import errors, own_sign_in, page
from idp.web.admin import guard, room
from idp.web.admin.applications.found import HERE, address_of, client_named

blueprint = Blueprint("address", __name__)

LONGEST_AGAIN = 3_000  # characters of a request to try again; with its state it may be longer than an address may
CAUSES = {
    "scheme": lazy_gettext("It sends http, and https is registered. It doesn’t know that it is behind a proxy: switch on what it "
                           "calls proxy support or trusted proxies, or set its public address. Then nothing has to be added here."),
    "local": lazy_gettext("It sends an address of its own machine or network. Set its public address (often called base URL or root URL) "
                          "in its settings. Add this one only if people really open it there."),
    "host": lazy_gettext("It is opened under another name than the registered one."),
    "port": lazy_gettext("The port differs. If it is behind a proxy, set its public address without a port there."),
    "other_scheme": lazy_gettext("It is another kind of address: an app’s in place of a web page’s, or the other way round."),
    "case": lazy_gettext("Capital and small letters differ. The name of this provider in its settings is often a part of the address."),
    "slash": lazy_gettext("One has a slash at the end, the other hasn’t."),
    "path": lazy_gettext("What stands after the host differs: another version of it, a subfolder, or another name for this provider there."),
    "query": lazy_gettext("What stands after the question mark differs."),
}  # fmt: skip


@blueprint.app_errorhandler(RedirectMismatch)
def explain(error: RedirectMismatch) -> Response:
    """The difference and the likely cause, to a completely signed-in administrator; to others the page for everybody."""
    user = own_sign_in.known(max_age=guard.LOOK)
    client = clients.by_id(error.client_id)
    if user is None or not user.is_admin or client is None or not error.redirect_uri:
        return errors.answer(error)
    found = difference(error.redirect_uri, client.redirect_uris)
    asked = _asked()
    query = {"uri": error.redirect_uri, **({"again": asked} if len(asked) <= LONGEST_AGAIN else {})}
    return page.render(
        "admin/applications/mismatch.html", error.status, client=client, found=found, sent=error.redirect_uri,
        causes=[CAUSES[cause] for cause in found.causes] if found else [], incident=errors.noted(error),
        problem=redirect_uris.problem(error.redirect_uri), here_is=address_of(client),
        add=f"{address_of(client, 'address')}?{urlencode(query)}", images=[client.logo_uri],
    )  # fmt: skip


@blueprint.get("/applications/<client_id>/address")
def ask(client_id: str) -> Response:
    """The question whether to add an address; once it is there, the way to try again."""
    return _form(client_named(client_id))


@blueprint.post("/applications/<client_id>/address")
def add(client_id: str) -> BaseResponse:
    """Add the address."""
    client, uri = client_named(client_id), request.args.get("uri", "")
    if _is_foreign(client, uri) and "mine" not in request.form:
        return _form(client, {"mine": _("Tick this only if you know the address.")}, 400)
    if uri not in client.redirect_uris:
        try:
            registration.change(client, redirect_uris=[*client.redirect_uris, uri])
        except Invalid as invalid:
            return _form(client, invalid.problems, 400)
    return room.done(_("The address has been added."), request.full_path)


def _form(client: Client, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    uri, again = request.args.get("uri", ""), request.args.get("again", "")
    return room.show(
        "applications/address", HERE, status, client=client, uri=uri, found=difference(uri, client.redirect_uris),
        is_there=uri in client.redirect_uris, is_foreign=_is_foreign(client, uri), errors=problems or {},
        problem=redirect_uris.problem(uri), insecure=redirect_uris.insecure([uri]), action=request.full_path,
        back=address_of(client), again=f"{endpoints.AUTHORIZATION}?{again}" if again else "",
    )  # fmt: skip


def _is_foreign(client: Client, uri: str) -> bool:
    found = difference(uri, client.redirect_uris)
    return found is None or found.is_foreign


def _asked() -> str:
    """The request that can't be answered, as a query."""
    raw = request.get_data() if request.method == "POST" else request.query_string
    try:
        return urlencode(authorization.read(raw, is_query=request.method == "GET"))
    except PageError:
        return ""
