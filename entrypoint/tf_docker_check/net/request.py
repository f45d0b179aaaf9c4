"""What every request has in common."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from tf_docker_check import __version__

HEADERS: Mapping[str, str] = {
    "User-Agent": f"tf-docker-check/{__version__}",
    "Accept-Encoding": "identity",  # a size limit counts the bytes as they arrive
}


def no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return *request* as it is; given as `auth`, it keeps `requests` from sending credentials of ~/.netrc."""
    return request
