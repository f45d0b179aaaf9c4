"""Whether TensorFlow's files are as installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof


def integrity(case: Case) -> Iterator[Proof]:
    """Prove missing or changed files; a change alone is only likely a cause, as some images patch files."""
    if not case.did_fail("import", "devices", "matmul", "keras", "savedmodel", "gradient", "data"):
        return
    for name, difference in sorted(case.facts.items()):
        if (
            not isinstance(difference, Mapping)
            or not isinstance(difference.get("files"), list)
            or not difference["files"]
        ):
            continue
        files = f"{difference.get('count')} of its files, such as {difference['files'][0]}"
        if name.startswith("tensorflow.gone."):
            yield Proof("tf-overwritten", f"{name.removeprefix('tensorflow.gone.')} lacks {files}")
        elif name.startswith("tensorflow.changed."):
            owner = name.removeprefix("tensorflow.changed.")
            yield Proof("tf-overwritten", f"{owner} is not as installed in {files}", sure=False)
    if case.facts.get("tensorflow.leftovers"):
        left = case.facts["tensorflow.leftovers"]
        yield Proof("tf-overwritten", f"{left} is left of a TensorFlow that no distribution accounts for")
