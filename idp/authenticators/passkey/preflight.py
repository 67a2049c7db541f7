"""Why passkeys can't work at this provider's address, as far as that is known before a browser tries.

What only the browser knows (another address in its bar, no support) its script finds out, in `passkey.js`.
"""

from __future__ import annotations

import ipaddress

from idp.reach import is_loopback
from idp.tries import Site

IP_ADDRESS = "ip_address"
INSECURE = "insecure"


def obstacle(site: Site) -> str | None:
    """The word for what stands in the way, or None; its template has the sentence."""
    try:
        ipaddress.ip_address(site.rp_id)
    except ValueError:
        pass
    else:
        return IP_ADDRESS  # an RP ID is a domain (WebAuthn L3 5.1.2)
    return None if site.origin.startswith("https://") or is_loopback(site.rp_id) else INSECURE
