"""Host names of registries."""

from __future__ import annotations

import ipaddress
import re


def is_loopback(host: str) -> bool:
    """Whether *host* (with or without a port) is this machine itself: plain HTTP is fine there."""
    name = (
        host
        if host.count(":") > 1 and not host.startswith("[")
        else re.sub(r":[0-9]+$", "", host).strip("[]")
    )
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
