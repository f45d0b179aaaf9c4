"""Whether TensorFlow is as it was installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof


def integrity(case: Case) -> Iterator[Proof]:
    """Files gone or changed since; that they changed alone proves little, many an image patches one."""
    if not case.did_fail("import", "devices", "matmul", "keras", "savedmodel", "gradient", "data"):
        return
    for name, found in sorted(case.facts.items()):
        if not isinstance(found, Mapping) or not isinstance(found.get("files"), list) or not found["files"]:
            continue
        told = f"{found.get('count')} of its files, such as {found['files'][0]}"
        if name.startswith("tensorflow.gone."):
            yield Proof("tf-overwritten", f"{name.removeprefix('tensorflow.gone.')} lacks {told}")
        elif name.startswith("tensorflow.changed."):
            owner = name.removeprefix("tensorflow.changed.")
            yield Proof("tf-overwritten", f"{owner} is not as installed in {told}", sure=False)
    if case.facts.get("tensorflow.leftovers"):
        left = case.facts["tensorflow.leftovers"]
        yield Proof("tf-overwritten", f"{left} is left of a TensorFlow that no distribution accounts for")
