"""Images as files: tars, what packs them, layers, shared objects, archives of `docker save`, and zips of artifacts."""

from __future__ import annotations

import gzip
import io
import zipfile

from hypothesis import strategies as st
from inspection.images import distribution, saved, shared_object, tar

from fuzz.bend import CUTS, bent, pieces
from tf_docker_check.errors import CheckError
from tf_docker_check.gha import bundle
from tf_docker_check.inspection import archive, document, elf, layer
from tf_docker_check.inspection.assemble import add_layer_contents
from tf_docker_check.inspection.budget import Budget
from tf_docker_check.inspection.elf import Elf
from tf_docker_check.inspection.image_config import describe_config
from tf_docker_check.inspection.tar import Forward, entries

SHARE = 40
SITE = "usr/lib/python3.12/site-packages"
OBJECT = shared_object("libfoo.so.2", ["libm.so.6"], "$ORIGIN:x", {"libc.so.6": ["GLIBC_2.27"]}, ["FOO_1.0"])
FILES = {
    "etc/os-release": b'ID=debian\nVERSION_ID="13"\n',
    "var/lib/dpkg/status": b"Package: libc6\nStatus: install ok installed\nVersion: 2.41-12\n\n",
    "var/lib/dpkg/info/libc6.list": b"/usr/lib/x86_64-linux-gnu/libc.so.6\n",
    "usr/lib/x86_64-linux-gnu/libc.so.6": b"\x7fELF\0GNU C Library (Debian) stable release version 2.41.\n",
    "usr/local/cuda/lib64/libcudart.so.12": OBJECT,
    "etc/ld.so.conf": b"include /etc/ld.so.conf.d/*.conf\n/usr/local/cuda/lib64\n",
    "usr/bin/python3.12": b"\x7fELF\x003.12.7\x00",
    "usr/bin/python3": "python3.12",
    "a" * 150: None,
    f"{SITE}/numpy/core.so": OBJECT,
    f"{SITE}/tensorflow/python/platform/build_info.py": b"build_info = {'is_cuda_build': True, 'cuda_version': '12'}\n",
    f"{SITE}/.wh.gone": b"",
    **distribution("tensorflow", "2.21.0", ["numpy>=2; python_version > '3'"], ["tensorflow/gone.py"]),
    **distribution("numpy", "1.26.4"),
}
LAYERS = [tar(FILES), tar({"usr/.wh.bin": b"", "usr/lib": "../lib", "etc/.wh..wh..opq": b""})]
IMAGES = [
    saved([LAYERS[0]]),
    saved([gzip.compress(each) for each in LAYERS], {"config": {"Env": ["PATH=/usr/bin"]}}),
]
TEXTS = [
    *(
        b"\0" * 512,
        b"ustar",
        b"\x80" + b"\xff" * 11,
        b"77777777777\0",
        b"2.21.0",
        b"Name: ",
        b"Version: ",
        b"../",
        b"/",
    ),
    *(
        b"python_version < '1",
        b"VERSION_ID=",
        b"Requires-Dist: ",
        b"\x7fELF\2\1\1",
        b"\xff" * 8,
        b".wh.",
        b"{",
        b"]",
    ),
    *(
        b"11 path=..\n",
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"include /etc/*\n",
        b"'" * 3,
        b"sha256:",
        b"Layers",
    ),
]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("results.json", b"{}" * 300)
        file.writestr("b/c", b"x")
    return out.getvalue()


def damaged(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    """*data* with some of its bytes changed, in place: headers stay where they are."""
    bytes_of = bytearray(data)
    for at, value in changes:
        bytes_of[at % len(bytes_of)] = value
    return bytes(bytes_of)


CHANGES = st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), max_size=8)


def broken(*samples: bytes) -> st.SearchStrategy[bytes]:
    return bent(samples, TEXTS) | st.builds(damaged, st.sampled_from(samples), CHANGES)


TEXT_FILES = sorted(name for name, content in FILES.items() if isinstance(content, bytes))
BODIES = bent([each for each in FILES.values() if isinstance(each, bytes)], TEXTS)
CONTENTS = st.dictionaries(st.sampled_from(TEXT_FILES), BODIES, min_size=1, max_size=3)
PACKED = st.builds(lambda files: tar({**FILES, **files}), CONTENTS)
INPUTS = st.one_of(
    st.tuples(st.just("layer"), broken(*LAYERS), CUTS),
    st.tuples(st.just("layer"), broken(*map(gzip.compress, LAYERS)), CUTS),
    st.tuples(st.just("image"), broken(*IMAGES), CUTS),
    st.tuples(st.just("image"), PACKED.map(lambda data: saved([data])), CUTS),
    st.tuples(st.just("elf"), broken(OBJECT), CUTS),
    st.tuples(st.just("zip"), broken(zipped()), CUTS),
)


def check(value: tuple[str, bytes, list[int]]) -> None:
    kind, data, cuts = value
    try:
        {"layer": _layer, "image": _image, "elf": _elf, "zip": _zip}[kind](data, cuts)
    except CheckError as error:
        assert error.what.strip()


def _layer(data: bytes, cuts: list[int]) -> None:
    for entry, body in entries(Forward(iter(pieces(data, cuts)))):
        assert entry.size >= 0
        body.take(3)
    whole = layer.read(iter([data]), Budget())
    assert layer.read(iter(pieces(data, cuts)), Budget()).files == whole.files


def _image(data: bytes, cuts: list[int]) -> None:
    found = archive.read(pieces(data, cuts), "linux/amd64", Budget())
    inspected = add_layer_contents(
        describe_config(found.config, found.summaries, found.image_id), found.layers
    )
    assert document.load(document.dump(inspected).encode(), "x") == inspected


def _elf(data: bytes, _: list[int]) -> None:
    assert isinstance(elf.parse(data), Elf)


def _zip(data: bytes, _: list[int]) -> None:
    files = bundle.read(data, lambda name: True, file_bytes=10_000)
    for name, content in files.items():
        assert ".." not in name.split("/")
        assert not name.startswith("/")
        assert len(content) <= 10_000
