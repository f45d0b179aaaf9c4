"""The blob store behind artifacts: signed addresses, uploads in blocks, no tokens.

Answers as Azure's Blob service (docs "Put Block", "Put Block List"): its own port, so that a client that
sends GitHub's token along after the redirect is caught.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from fakegithub.message import Answer, Request
from fakegithub.state import Artifact, Job

LONGEST_ID = 64
"""Of a block's id, in bytes before base64."""


@dataclass
class Upload:
    """An artifact between CreateArtifact and FinalizeArtifact."""

    run_id: int
    job: str
    name: str
    blocks: dict[str, bytes] = field(default_factory=dict)
    data: bytes | None = None
    """What the block list made of them."""


@dataclass
class Storage:
    base: str = ""
    signed: dict[str, tuple[Artifact | Job | Upload, float]] = field(default_factory=dict)

    def sign(self, what: Artifact | Job | Upload, seconds: float) -> str:
        signature = secrets.token_hex(16)
        self.signed[signature] = (what, time.monotonic() + seconds)
        return f"{self.base}/artifacts/{secrets.token_hex(4)}.zip?se=soon&sig={signature}"

    def answer(self, request: Request) -> Answer:
        if "authorization" in request.headers:
            return _refused(400, "InvalidAuthenticationInfo")
        what, until = self.signed.get(request.query.get("sig", ""), (None, 0.0))
        if what is None or time.monotonic() > until:
            return _refused(403, "AuthenticationFailed")
        if isinstance(what, Artifact) and request.method == "GET":
            return Answer(200, what.data, {"content-type": "zip"})
        if isinstance(what, Job) and request.method == "GET":
            return Answer(200, what.log, {"content-type": "text/plain"})
        if isinstance(what, Upload) and request.method == "PUT":
            return _put(what, request)
        return _refused(405, "UnsupportedHttpVerb")


def _put(upload: Upload, request: Request) -> Answer:
    component = request.query.get("comp")
    if component == "block":
        return _put_block(upload, request.query.get("blockid", ""), request.body)
    if component == "blocklist":
        return _put_list(upload, request.body)
    # The whole in one request: Azure would take it, act stores nothing then.
    return _refused(400, "InvalidHeaderValue")


def _put_block(upload: Upload, block: str, data: bytes) -> Answer:
    """Ids are base64, all of one length."""
    try:
        length = len(base64.b64decode(block, validate=True))
    except (binascii.Error, ValueError):
        length = 0
    if not 0 < length <= LONGEST_ID:
        return _refused(400, "InvalidQueryParameterValue")
    if not data:
        return _refused(400, "InvalidHeaderValue")
    if any(len(other) != len(block) for other in upload.blocks):
        return _refused(400, "InvalidBlobOrBlock")
    upload.blocks[block] = data
    return Answer(201)


def _put_list(upload: Upload, text: bytes) -> Answer:
    try:
        listed = [element.text or "" for element in ET.fromstring(text).iter() if element.tag != "BlockList"]
    except ET.ParseError:
        return _refused(400, "InvalidXmlDocument")
    if not set(listed) <= set(upload.blocks):
        return _refused(400, "InvalidBlockList")
    upload.data = b"".join(upload.blocks[block] for block in listed)
    return Answer(201)


def _refused(status: int, code: str) -> Answer:
    text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code></Error>'
    return Answer(status, text.encode(), {"content-type": "application/xml", "x-ms-error-code": code})
