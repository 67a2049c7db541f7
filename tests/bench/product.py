"""Sets up the product: `idp serve` on a new database, filled by its own commands."""

import sys
from pathlib import Path

from tests.bench import filler
from tests.bench.provider import REDIRECT_URI, Client, Provider
from tests.bench.relying_party import sign_in
from tests.given import PASSWORD
from tests.server import Server

IDP = [sys.executable, "-m", "idp"]
POSTGRESQL = "idp (PostgreSQL)"


def prepare(
    folder: Path, users: list[str], clients: int, *, filled: bool = False, postgresql: str | None = None
) -> Provider:
    """One provider on a database of its own; an empty PostgreSQL database is used as it is."""
    folder.mkdir()
    # Warnings as usual: what tests turn into errors must not be measured.
    server = Server(folder, PYTHONWARNINGS="", **({"IDP_DATABASE_URL": postgresql} if postgresql else {}))
    server.idp("init")
    for user in users:
        server.add_user(user, PASSWORD, "--display-name", "Alice Example")
    made = [_add_client(server, f"bench{n}") for n in range(clients)]
    refreshing = _add_client(server, "refreshing", "--always-refresh")
    provider = Provider(
        name="idp (full)" if filled else POSTGRESQL if postgresql else "idp",
        note=f"idp serve, {'PostgreSQL' if postgresql else 'SQLite'}, default settings"
        + (f", {filler.CONTENT}" if filled else ""),
        port=server.port,
        folder=folder,
        command=[*IDP, "serve"],
        environment=server.environ,
        clients=made,
        refreshing=refreshing,
        users=users,
    )
    if filled:
        _fill(provider)
    return provider


def _fill(provider: Provider) -> None:
    """Give the filler a row of everything, as the product writes it, and let it work."""
    provider.start()
    try:
        sign_in(provider, provider.clients[0], provider.users[0])
    finally:
        provider.stop()
    (database,) = (provider.folder / "data").glob("*.sqlite")
    filler.fill(database)


def _add_client(server: Server, name: str, *more: str) -> Client:
    metadata = server.idp_json(
        *("client", "add", name, "--redirect-uri", REDIRECT_URI),
        *("--auth-method", "client_secret_basic", "--skip-consent", *more),
    )
    return Client(metadata["client_id"], metadata["client_secret"])
