"""What shell commands do to the files of an image, as far as that matters to what is installed from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from posixpath import basename

from tf_docker_check.dockerfile.image_files import ImageFiles
from tf_docker_check.dockerfile.install_options import values_of
from tf_docker_check.dockerfile.path_content import PathContent
from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.shell_state import join_path
from tf_docker_check.dockerfile.targets import url_file_name

_WRITES = frozenset({">", ">>", "&>", "1>", ">|", "&>>"})
_GIT = re.compile(r"(?P<name>[^/:]+?)(?:\.git)?/?")


def change_files(files: ImageFiles, command: Command, texts: Sequence[str], folder: str) -> None:
    """Do to *files* what *command* does. *texts*: its words, filled in; *folder*: where it runs."""
    name = command.name
    for operator, word in command.redirects:
        if operator in _WRITES and not word.text.startswith("/dev/"):
            _change(files, join_path(folder, word.text), f"{name} writes", keeps=operator.endswith(">>"))
    if change := _CHANGES.get(name):
        change(files, texts[1:], folder)


def _change(files: ImageFiles, path: str, what: str, *, keeps: bool = True) -> None:
    """Let something change the file at *path*; what it was is still known where *keeps*."""
    source = files.find(path).source if keeps else None
    files.make(path, PathContent(source, f"{what} {basename(path)}, so what is in it is not known"))


def _copy(files: ImageFiles, texts: Sequence[str], folder: str) -> None:
    if len(paths := _plain(texts)) > 1:
        *sources, target = (join_path(folder, path) for path in paths)
        files.copy(target, sources, files)


def _edit(files: ImageFiles, texts: Sequence[str], folder: str) -> None:
    if any(text.startswith(("-i", "--in-place")) for text in texts):
        scripts = not any(text in ("-e", "-f") for text in texts)
        for path in _plain(texts)[scripts:]:
            _change(files, join_path(folder, path), "sed changes")


def _clone(files: ImageFiles, texts: Sequence[str], folder: str) -> None:
    plain = _plain(texts)
    if plain[:1] != ["clone"]:
        return
    urls = [index for index, text in enumerate(plain) if "://" in text or text.startswith("git@")]
    if urls:
        url, after = plain[urls[0]], plain[urls[0] + 1 :]
        match = _GIT.fullmatch(basename(url.rstrip("/")))
        target = after[-1] if after else match["name"] if match else "."
        files.make(join_path(folder, target), PathContent(reason=f"what {url:.80} holds is not read"))


def _download(files: ImageFiles, texts: Sequence[str], folder: str) -> None:
    named = next(iter(values_of(texts, "-O", "-o", "--output-document", "--output")), "")
    for url in (text for text in texts if "://" in text):
        path = named if named and "://" not in named else url_file_name(url)
        if path and path != "-":
            files.make(join_path(folder, path), PathContent(reason=f"what {url:.80} holds is not read"))


def _remove(files: ImageFiles, texts: Sequence[str], folder: str) -> None:
    for path in _plain(texts):
        if not path.endswith("*"):
            files.make(join_path(folder, path), PathContent(reason=f"{basename(path)} is removed before"))


def _plain(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if not text.startswith("-")]


_CHANGES: Mapping[str, Callable[[ImageFiles, Sequence[str], str], None]] = {
    "cp": _copy,
    "mv": _copy,
    "ln": _copy,
    "sed": _edit,
    "git": _clone,
    "wget": _download,
    "curl": _download,
    "rm": _remove,
}
