"""The composition root: the only place that sees every part, and puts them together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

import idp
from idp import mail
from idp.authenticators.password import hashing
from idp.config import Config
from idp.directory import languages, redrawing
from idp.oidc import hashed_secret, initial_access, key_files, outgoing
from idp.oidc.keys import KeySet
from idp.storage import appearance, database, pictures, settings
from idp.storage.opening import open_existing
from idp.web import (
    account,
    admin,
    authorize,
    device,
    device_authorization,
    errors,
    forgot_password,
    health,
    interaction,
    introspection,
    invitation,
    logout,
    own_sign_in,
    page,
    par,
    picture,
    register,
    revocation,
    same_origin,
    scope_words,
    setup,
    sign_in_link,
    single_sign_on,
    token,
    userinfo,
    webfinger,
    well_known,
)
from idp.web.admin import guard
from idp.web.admin.applications import trial
from idp.web.browser import Sessions, current
from idp.web.direct import Direct
from idp.web.documents import Documents
from idp.web.environment import Environment
from idp.web.gateway import Gateway, elsewhere, off_the_loop
from idp.web.wired import EXTENSION, Wired

BLUEPRINTS = (
    account,
    authorize,
    device,
    forgot_password,
    interaction,
    invitation,
    logout,
    picture,
    setup,
    sign_in_link,
)
DIRECT = (
    device_authorization, health, introspection, par, register, revocation, single_sign_on, token, userinfo, webfinger,
)  # fmt: skip


def template_folder() -> Path:
    """Where the pages are: in the installed package, or beside it in a checkout."""
    packaged = Path(idp.__file__).parent / "templates"
    return packaged if packaged.is_dir() else Path(idp.__file__).parents[1] / "templates"


class Application(Flask):
    """Flask without asking at every call whether a plain function is a coroutine."""

    jinja_environment = Environment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(config: Config) -> Flask:
    """The Flask application of one provider; raises ConfigurationError for what stops the start."""
    open_existing(config.database, keys_exist=key_files.exist(config.keys_dir))
    mail.use(config.mail)
    outgoing.use(config.outgoing_allow)
    pictures.use(config.data_dir, config.issuer)
    appearance.use(config.name)
    keys = KeySet(config.keys_dir)
    documents = Documents(config, keys, initial_access.is_any_open)
    app = Application("idp", template_folder=str(template_folder()), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret("anti_forgery"),
        MAX_CONTENT_LENGTH=65_536,  # bytes
        MAX_FORM_PARTS=100,
        TRUSTED_HOSTS=None,  # the gateway lets one host through and writes it itself
        WTF_CSRF_TIME_LIMIT=None,  # the token is as old as its session
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, which our pages tell browsers not to send
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.merge_slashes = False  # it would answer with a 308, which sends a password again
    app.session_interface = Sessions(config)
    wired = app.extensions[EXTENSION] = Wired(config, keys, documents)
    app.wsgi_app = Direct([*(module.ENDPOINT for module in DIRECT), *well_known.ENDPOINTS], app.wsgi_app, wired)  # type: ignore[method-assign]
    Babel(app, locale_selector=_locale)
    same_origin.register(app)
    guard.register(app)
    csrf = CSRFProtect(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    admin.register(app)
    for module in (authorize, logout):  # applications send people there with forms of their own
        csrf.exempt(module.blueprint)
    csrf.exempt(trial.arrive)  # where our own application is answered, by a state in place of a token
    app.before_request(database.refresh)
    page.register(app, documents)
    scope_words.register(app)
    errors.register(app)
    app.register_error_handler(own_sign_in.Missing, lambda missing: missing.response)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    database.close()  # connections don't survive the fork into worker processes
    return app


def create_gateway(config: Config) -> Gateway:
    """What the server calls: the application behind its door."""
    app = create_app(config)
    wired: Wired = app.extensions[EXTENSION]
    hashing.off_the_loop = redrawing.off_the_loop = hashed_secret.off_the_loop = off_the_loop
    outgoing.elsewhere = elsewhere
    return Gateway(app.wsgi_app, wired.documents.find, config)


def _locale() -> str:
    """The language that the person has chosen, else the one their browser likes best."""
    user = current().user
    if user is not None and user.locale in languages.OFFERED:
        return str(user.locale)
    return request.accept_languages.best_match(languages.OFFERED) or "en"
