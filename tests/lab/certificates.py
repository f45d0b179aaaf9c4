"""The certificate authorities that this machine trusts: a proxy's may be among them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

VARIABLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
SYSTEM = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def bundle(environment: Mapping[str, str] | None = None) -> Path | None:
    """The PEM file that downloads here are checked against, if there is one."""
    told = os.environ if environment is None else environment
    named = [told[variable] for variable in VARIABLES if told.get(variable)]
    return next((Path(path) for path in (*named, *SYSTEM) if Path(path).is_file()), None)
