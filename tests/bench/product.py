"""Sets up the product: `idp serve` on a new database, filled by its own commands."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench import filler
from tests.bench.provider import PASSWORD, REDIRECT_URI, Client, Provider, free_port
from tests.bench.relying_party import sign_in

IDP = [sys.executable, "-m", "idp"]
ROOT = Path(__file__).parents[2]
POSTGRESQL = "idp (PostgreSQL)"


def prepare(
    folder: Path, users: list[str], clients: int, *, filled: bool = False, postgresql: str | None = None
) -> Provider:
    """One provider on a database of its own; an empty PostgreSQL database is used as it is."""
    folder.mkdir()
    port = free_port()
    environment = {
        "PYTHONPATH": str(ROOT),
        "IDP_ISSUER": f"http://localhost:{port}",
        "IDP_BIND": f"127.0.0.1:{port}",
        "IDP_DATA_DIR": str(folder / "data"),
        "IDP_KEYS_DIR": str(folder / "keys"),
    }
    if postgresql:
        environment["IDP_DATABASE_URL"] = postgresql
    _idp(folder, environment, "init")
    for user in users:
        _idp(
            *(folder, environment, "user", "add", user, "--email", f"{user}@example.org"),
            *("--display-name", "Alice Example", "--password-stdin"),
            typed=PASSWORD + "\n",
        )
    made = [_add_client(folder, environment, f"bench{n}") for n in range(clients)]
    refreshing = _add_client(folder, environment, "refreshing", "--always-refresh")
    provider = Provider(
        name="idp (full)" if filled else POSTGRESQL if postgresql else "idp",
        note=f"idp serve, {'PostgreSQL' if postgresql else 'SQLite'}, default settings"
        + (f", {filler.CONTENT}" if filled else ""),
        port=port,
        folder=folder,
        command=[*IDP, "serve"],
        environment=environment,
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


def _add_client(folder: Path, environment: Mapping[str, str], name: str, *more: str) -> Client:
    metadata = json.loads(
        _idp(
            *(folder, environment, "client", "add", name, "--redirect-uri", REDIRECT_URI),
            *("--auth-method", "client_secret_basic", "--skip-consent", "--json", *more),
        )
    )
    return Client(metadata["client_id"], metadata["client_secret"])


def _idp(folder: Path, environment: Mapping[str, str], *arguments: str, typed: str = "") -> str:
    done = subprocess.run(
        [*IDP, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"idp {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
