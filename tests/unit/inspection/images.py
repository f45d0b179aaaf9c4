"""Small images made of nothing: tars, shared objects, pip packages."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import tarfile
from collections.abc import Iterator, Mapping, Sequence

Content = bytes | str | None
"""A file's bytes, a symlink's target, or None for a folder."""


def tar(files: Mapping[str, Content], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar as the standard library writes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            if content is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
            else:
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)
    return out.getvalue()


def pieces(data: bytes, size: int = 700) -> Iterator[bytes]:
    """*data* as it may come from a network."""
    return (data[at : at + size] for at in range(0, len(data), size))


def saved(layers: Sequence[bytes], config: Mapping[str, object] | None = None, tag: str = "made:up") -> bytes:
    """What `docker save` of an older engine writes: the list of layers comes last."""
    told = json.dumps({"os": "linux", "architecture": "amd64", **(config or {})}).encode()
    name = hashlib.sha256(told).hexdigest() + ".json"
    members: dict[str, Content] = {f"{n}/layer.tar": layer for n, layer in enumerate(layers)}
    paths = [f"{n}/layer.tar" for n in range(len(layers))]
    manifest = [{"Config": name, "RepoTags": [tag], "Layers": paths}]
    return tar({**members, name: told, "manifest.json": json.dumps(manifest).encode()})


def distribution(
    name: str, version: str, requires: Sequence[str] = (), files: Sequence[str] = (),
    site: str = "usr/lib/python3.12/site-packages",
) -> dict[str, Content]:  # fmt: skip
    """The metadata of an installed pip package."""
    info = f"{site}/{name.replace('-', '_')}-{version}.dist-info"
    header = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {each}" for each in requires)]
    record = "".join(f"{each},sha256=x,1\n" for each in files)
    return {
        f"{info}/METADATA": ("\n".join(header) + "\n\nAbout it.\n").encode(),
        f"{info}/RECORD": record.encode(),
    }


def shared_object(
    soname: str = "", needed: Sequence[str] = (), runpath: str = "",
    versions: Mapping[str, Sequence[str]] | None = None, defines: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """A 64-bit little-endian shared object with a dynamic section and no sections, as if stripped."""
    strings = bytearray(b"\0")

    def text(value: str) -> int:
        at = len(strings)
        strings.extend(value.encode() + b"\0")
        return at

    tags = [(1, text(name)) for name in needed]
    tags += [(14, text(soname))] if soname else []
    tags += [(29, text(runpath))] if runpath else []
    verneed = _verneed(versions or {}, text)
    verdef = _verdef(defines, text)
    base = 64 + 2 * 56
    at_need = base + len(strings)
    at_def = at_need + len(verneed)
    at_dynamic = at_def + len(verdef)
    tags += [(5, base), (10, len(strings))]
    tags += [(0x6FFFFFFE, at_need), (0x6FFFFFFF, len(versions or {}))] if verneed else []
    tags += [(0x6FFFFFFC, at_def), (0x6FFFFFFD, len(defines))] if verdef else []
    dynamic = b"".join(struct.pack("<QQ", *tag) for tag in [*tags, (0, 0)])
    total = at_dynamic + len(dynamic)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, total, total, 4096)
    where = struct.pack("<IIQQQQQQ", 2, 6, at_dynamic, at_dynamic, at_dynamic, len(dynamic), len(dynamic), 8)
    return header + load + where + bytes(strings) + verneed + verdef + dynamic


def _verneed(versions: Mapping[str, Sequence[str]], text) -> bytes:
    out = b""
    for number, (library, names) in enumerate(versions.items()):
        last = number == len(versions) - 1
        size = 16 + 16 * len(names)
        out += struct.pack("<HHIII", 1, len(names), text(library), 16, 0 if last else size)
        for index, name in enumerate(names):
            out += struct.pack("<IHHII", 0, 0, 2, text(name), 0 if index == len(names) - 1 else 16)
    return out


def _verdef(names: Sequence[str], text) -> bytes:
    out = b""
    for number, name in enumerate(names):
        out += struct.pack("<HHHHIII", 1, 0, number + 1, 1, 0, 20, 0 if number == len(names) - 1 else 28)
        out += struct.pack("<II", text(name), 0)
    return out
