"""What a build context lacks, as far as a checkout of the project tells."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from tf_docker_check.discovery.build import Build
from tf_docker_check.discovery.files import Files

Lacks = Callable[[str], bool]
"""Whether nothing lies at a path of the build context, and nothing says that it is made before the build."""

_MADE = re.compile(
    r"(?:dist|build|out|output|target|bin|node_modules|artifacts?|models?|weights?|checkpoints?|data|datasets?|tmp"
    r"|secrets?|certs?|keys?|creds|credentials)(?:[._-].*)?"
    r"|.*\.(?:whl|egg|jar|war|so|deb|rpm|exe|run|gz|tgz|bz2|xz|zip|tar|7z|h5|hdf5|keras|pb|pbtxt|pkl|pickle|npy|npz|ckpt"
    r"|tflite|onnx|pt|pth|bin|pem|key|crt|cer|p12|env|mar|params|joblib|csv|tsv|parquet|mp4|wav|jpg|png|lock|repo|list)"
    r"|\.env.*|id_rsa.*|.*token.*|.*secret.*",
    re.IGNORECASE,
)
"""Names of what people build, download or keep to themselves, rather than commit."""

_LONGEST_PATTERN = 100
_MOST_PATTERNS = 500


def lacks_in(build: Build, files: Files) -> Lacks:
    """Return the answer for the context of *build*; where that is a guess, for all folders that it may be."""
    folder, root = build.dockerfile.parent, files.root_of(build.dockerfile)
    guesses = [one for one in (folder, *folder.parents) if one == root or root in one.parents]
    return lacks_below(root, [build.context] if build.named_by else [build.context, *guesses])


def lacks_below(root: Path, contexts: Sequence[Path]) -> Lacks:
    """Return the answer for a context that is one of *contexts*, folders of the project in *root*."""
    ignored: list[list[str]] = []
    files = Files((root,))

    def lacks(name: str) -> bool:
        path = PurePosixPath(os.path.normpath(name.lstrip("/")))
        if "$" in name or "\0" in name or ".." in path.parts or str(path) == "." or _is_pattern(name):
            return False
        if any(map(_MADE.fullmatch, path.parts)) or any(os.path.lexists(one / path) for one in contexts):
            return False
        if not ignored:
            source = files.try_read(root / ".gitignore")
            ignored.append(_patterns(source.text if source else ""))
        return not any(
            fnmatchcase(part, pattern) for part in (*path.parts, str(path)) for pattern in ignored[0]
        )

    return lacks


def _patterns(text: str) -> list[str]:
    lines = (line.strip().strip("/").removeprefix("**/") for line in text.splitlines()[:_MOST_PATTERNS])
    return [line for line in lines if line and line[0] not in "#!" and len(line) <= _LONGEST_PATTERN]


def _is_pattern(name: str) -> bool:
    return any(character in name for character in "*?[")
