"""An Apache of its own with mod_auth_openidc in front of a page that shows what it was told."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

PROGRAM = "/usr/sbin/apache2"  # not in every person's PATH
MODULES = Path("/usr/lib/apache2/modules")
SITE = """
ServerRoot "{folder}"
ServerName localhost
Listen 127.0.0.1:{port}
PidFile "{folder}/pid"
ErrorLog "{folder}/error.log"
LogLevel warn auth_openidc:info
DefaultRuntimeDir "{folder}"
Mutex file:{folder} default
{modules}
DocumentRoot "{folder}/pages"
ScriptAlias /protected "{folder}/show.sh"
<Location /protected>
  AuthType openid-connect
  Require valid-user
</Location>
<Location /family>
  AuthType openid-connect
  Require claim groups:family
</Location>
<Location /strangers>
  AuthType openid-connect
  Require claim groups:strangers
</Location>
{settings}
"""
# Prints every variable that the module hands to an application.
SCRIPT = "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\nenv\n"


class Apache:
    """One server with its settings of mod_auth_openidc; `url` is its root."""

    def __init__(self, port: int, folder: Path, settings: dict[str, str], files: dict[str, str] | None = None) -> None:
        self.files = files or {}  # more for its folder, which settings may name as {folder}
        self.url = f"http://localhost:{port}"
        self.folder = folder
        names = ("mpm_prefork", "authn_core", "authz_core", "authz_user", "alias", "cgi")
        modules = [f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in names]
        modules.append(f"LoadModule auth_openidc_module {MODULES}/mod_auth_openidc.so")
        self.site = SITE.format(
            folder=folder,
            port=port,
            modules="\n".join(modules),
            settings="\n".join(f'{name} "{value}"' for name, value in settings.items()).replace(
                "{folder}", str(folder)
            ),
        )

    def start(self) -> None:
        """Write the site, start in the foreground, wait until it answers."""
        pages = self.folder / "pages"
        pages.mkdir()
        for name in ("family", "strangers"):
            (pages / name).write_text(f"for {name}\n")
        for name, text in self.files.items():
            (self.folder / name).write_text(text)
        (self.folder / "show.sh").write_text(SCRIPT)
        (self.folder / "show.sh").chmod(0o755)
        (self.folder / "site.conf").write_text(self.site)
        as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            # Apache refuses to serve as root; on this port it needs nothing of root to begin with.
            entry = pwd.getpwnam("www-data")
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, entry.pw_uid, entry.pw_gid)
            as_user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        command = [PROGRAM, "-f", str(self.folder / "site.conf"), "-DFOREGROUND"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **as_user)
        self._wait()

    def _wait(self) -> None:
        port = int(self.url.rpartition(":")[2])
        for _ in range(200):
            if self.process.poll() is not None:
                raise RuntimeError(f"Apache did not start: {self.process.stderr.read()}{self.log()}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"Apache does not answer: {self.log()}")

    def log(self) -> str:
        """What the server wrote to its error log."""
        path = self.folder / "error.log"
        return path.read_text() if path.exists() else ""

    def stop(self) -> None:
        """End the server and throw its folder away."""
        self.process.terminate()
        self.process.communicate(timeout=20)
        shutil.rmtree(self.folder)


def new_folder() -> Path:
    """A folder that www-data can enter, which pytest's own are not when root runs the tests."""
    return Path(tempfile.mkdtemp(prefix="apache-peer-"))
