"""Which machine a host is: this one, and (`Reach`) those that requests may go to when an application names their address."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

VARIABLE = "IDP_OUTGOING_ALLOW"
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
_AUTHORITY = re.compile(r"([^\[\]@]+|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?")
_GLOBAL = ipaddress.IPv6Network("2000::/3")  # all that IANA has ever given out
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052 2.1: an IPv4 address behind a translator


@dataclass(frozen=True, slots=True)
class Reach:
    """Every machine on the internet, and what the administrator has named besides: networks and host names."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    def names(self, host: str) -> bool:
        """Whether the administrator has named this very host, so that wherever it is will do."""
        return plain(host) in self.hosts

    def holds(self, address: Address) -> bool:
        """Whether an address lies in a network that the administrator has named."""
        found = real(address)
        return any(found in network for network in self.networks)

    def widened_by(self, *more: str) -> str:
        """How the setting has to be written so that it also allows this much."""
        return f"{VARIABLE}={self._all_and(more)}"

    def line_widened_by(self, *more: str) -> str:
        """The same as a line of `idp.toml`."""
        return f'{VARIABLE.removeprefix("IDP_").lower()} = "{self._all_and(more)}"'

    def _all_and(self, more: tuple[str, ...]) -> str:
        return ",".join([*map(_shown, self.networks), *sorted(self.hosts), *more])


def parse(given: Any) -> Reach:
    """What addresses, networks and host names allow, a list of them or a text with commas.

    Raises ValueError with those that are none of these.
    """
    if isinstance(given, Reach):
        return given
    names = given.split(",") if isinstance(given, str) else given
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError("must be a list of networks or host names such as 192.168.0.0/16")
    networks: list[Network] = []
    hosts, wrong = set(), []
    for name in filter(None, (each.strip().lower() for each in names)):
        try:
            networks.append(ipaddress.ip_network(name, strict=False))
        except ValueError:
            if not _HOST.fullmatch(name) or not re.search("[a-z]", name):
                wrong.append(name)
            hosts.add(plain(name))
    if wrong:
        raise ValueError(
            f"must be networks such as 192.168.0.0/16 or host names such as nas.lan, without port: {', '.join(wrong)}"
        )
    return Reach(tuple(networks), frozenset(hosts))


def networks_of(names: Iterable[str]) -> tuple[Network, ...]:
    """The networks that a list names, what is empty left out; raises ValueError with all that are none."""
    found: list[Network] = []
    wrong = []
    for name in filter(None, map(str.strip, names)):
        try:
            found.append(ipaddress.ip_network(name, strict=False))
        except ValueError:
            wrong.append(name)
    if wrong:
        raise ValueError(
            f"must be addresses or networks: {', '.join(wrong)}. In place of a host name write its IP address; for a container its "
            "network, such as 172.16.0.0/12"
        )
    return tuple(found)


def is_host(text: str) -> bool:
    """Whether this is a host name in lower case, or an IP address without brackets."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _HOST.fullmatch(text) is not None
    return True


def is_authority(text: str) -> bool:
    """Whether this is a host with or without its port, and nothing around it.

    The standard library (Python 3.11) reads `[::1];sandbox` and `x[::1]` as the host ::1 and overlooks the rest.
    """
    return _AUTHORITY.fullmatch(text) is not None


def plain(host: str) -> str:
    """A host as it is compared: case and the root's dot make no difference."""
    return host.lower().removesuffix(".")


def real(address: Address) -> Address:
    """The address itself, or the IPv4 address that it only wraps (RFC 4291 2.5.5.2, RFC 6052)."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet's machines: nothing private, local, shared, reserved or translated."""
    found = real(address)
    if found.is_multicast or found.is_reserved or found.is_loopback or found.is_link_local or not found.is_global:
        return False
    # 6to4 and Teredo (RFC 3056, RFC 4380) wrap an address too, and lead through relays that are anybody's.
    return isinstance(found, ipaddress.IPv4Address) or (
        found in _GLOBAL and found.sixtofour is None and found.teredo is None
    )


def is_loopback(host: str) -> bool:
    """Whether a browser takes a host for its own machine (Secure Contexts 3.1)."""
    return is_loopback_for_programs(host) or host.endswith(".localhost")


def is_loopback_for_programs(host: str) -> bool:
    """Whether a host is this machine for programs, too: names below localhost they look up, and may be sent anywhere."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(network: Network) -> str:
    return str(network.network_address) if network.num_addresses == 1 else str(network)
