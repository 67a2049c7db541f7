"""`python -m tests.bench.enumeration`: whether the time of an answer tells who has an account here.

Wrong passwords and forgotten ones, for people who are known, unknown, disabled and locked out by wrong passwords before, in a
random order, each from an address of its own. Aim: medians within 10 % or 20 ms of each other, answers of one length.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urljoin

from idp import throttle
from tests.flows import records
from tests.flows.visitors import visitor
from tests.post_office import PostOffice
from tests.server import Server

TRIES_EACH = 8  # with one account; the tenth failure is answered without looking
KINDS = ("known", "unknown", "disabled", "locked")
NAME = "{kind:x<8}{number:03}"  # of one length


def measure(server: Server, page: str, name: str) -> tuple[float, int, int]:
    """Milliseconds, status and length of the answer to a name on one of the forms."""
    person = visitor(server)
    shown = person.get(page)
    form = shown.form_with("username")
    fields = {**form.fields, "username": name}
    if "password" in fields:
        fields["password"] = "certainly not the right one"
    address = urljoin(shown.url, form.action)
    began = time.perf_counter()
    answer = person.browser.post(address, data=fields, allow_redirects=False)
    lasted = (time.perf_counter() - began) * 1_000
    person.browser.close()
    return lasted, answer.status_code, len(answer.content)


def lock(server: Server, name: str) -> None:
    """Let an account have had too many wrong passwords, for as long as this measures."""
    failures, until = throttle.ACCOUNT.failures, int(time.time()) + 86_400
    records.change(
        server, "INSERT INTO throttles (key, failures, expires_at) VALUES (?, ?, ?)", f"account:{name}", failures, until
    )


def compare(server: Server, page: str, tries: int) -> bool:
    """Measure one form, print what came out, and return whether the aim was met."""
    names = [(kind, NAME.format(kind=kind, number=number // TRIES_EACH)) for kind in KINDS for number in range(tries)]
    random.shuffle(names)
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    seen = set()
    for kind, name in names:
        lasted, status, length = measure(server, page, name)
        times[kind].append(lasted)
        seen.add((status, length))
    medians = {kind: statistics.median(times[kind]) for kind in KINDS}
    for kind, median in medians.items():
        spread = statistics.quantiles(times[kind], n=20)
        print(f"{page:<18} {kind:<9} median {median:7.2f} ms   p5 {spread[0]:7.2f}   p95 {spread[-1]:7.2f}")
    apart = max(medians.values()) - min(medians.values())
    good = (apart <= 20 or apart <= 0.1 * min(medians.values())) and len(seen) == 1
    print(f"{page:<18} {apart:.2f} ms apart; status and length: {sorted(seen)}   {'good' if good else 'NOT GOOD'}\n")
    return good


def main() -> int:
    """Measure both forms at a provider of its own; 1 when the aim was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=200)
    tries = parser.parse_args().tries
    office = PostOffice().start()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(
            Path(folder), IDP_SMTP_URL=office.url(), IDP_MAIL_FROM="id@example.org",
            IDP_DATABASE_URL=f"sqlite:///{folder}/foyer.sqlite",
        )  # fmt: skip
        server.idp("init")
        for kind in ("known", "disabled", "locked"):
            for number in range((tries - 1) // TRIES_EACH + 1):
                name = NAME.format(kind=kind, number=number)
                server.add_user(name, "correct horse battery staple")
                if kind == "disabled":
                    server.idp("user", "disable", name)
                if kind == "locked":
                    lock(server, name)
        server.start()
        try:
            for _ in range(20):
                measure(server, "/account", "nobody")  # until everything is imported
            met = [compare(server, page, tries) for page in ("/account", "/forgot-password")]
            locked = "SELECT count(*) FROM activities WHERE username LIKE 'locked%' AND detail LIKE '%too_many_tries%'"
            assert records.count(server, locked) == tries, "those were locked"
            return 0 if all(met) else 1
        finally:
            server.stop()
            office.stop()


if __name__ == "__main__":
    raise SystemExit(main())
