from __future__ import annotations

from pathlib import Path

import pytest

from lab import certificates


def test_the_first_variable_that_names_a_file_wins(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("")
    told = {"PIP_CERT": "", "SSL_CERT_FILE": str(tmp_path / "gone"), "REQUESTS_CA_BUNDLE": str(bundle)}
    assert certificates.bundle(told) == bundle


def test_without_any_bundle_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "SYSTEM", (str(tmp_path / "gone"),))
    assert certificates.bundle({}) is None
