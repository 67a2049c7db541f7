"""Sets up the peer: npm oidc-provider in one Node process, its state in a Map."""

import json
import secrets
import shutil
import subprocess
from pathlib import Path

from tests.bench.provider import REDIRECT_URI, Client, Provider
from tests.given import PASSWORD
from tests.server import free_port

PACKAGE = Path(__file__).with_name("peer")


def install() -> None:
    """Bring the locked packages, unless they are there already."""
    done = PACKAGE / "node_modules" / ".package-lock.json"
    lock = PACKAGE / "package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=PACKAGE, check=True, stdout=subprocess.DEVNULL, timeout=600)


def prepare(folder: Path, users: list[str], clients: int) -> Provider:
    install()
    folder.mkdir()
    registered = [Client(f"bench{n}", secrets.token_urlsafe(32)) for n in range(clients)]
    port = free_port()
    refreshing = Client("refreshing", secrets.token_urlsafe(32))
    client_list = [[c.client_id, c.client_secret, REDIRECT_URI] for c in [*registered, refreshing]]
    node = shutil.which("node") or "node"
    return Provider(
        name="oidc-provider",
        note="npm oidc-provider, one Node process, state in memory, argon2id m=19456 t=2 p=1",
        port=port,
        folder=folder,
        command=[
            *(node, str(PACKAGE / "server.mjs"), str(port)),
            *(json.dumps(client_list), json.dumps(users), PASSWORD),
        ],
        environment={"NODE_ENV": "production"},
        clients=registered,
        refreshing=refreshing,
        users=users,
    )
