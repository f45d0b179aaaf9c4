"""Where an ELF library tells the loader to look for others (DT_RUNPATH, DT_RPATH)."""

import os
import struct

PT_LOAD, PT_DYNAMIC = 1, 2
DT_STRTAB, DT_RPATH, DT_RUNPATH = 5, 15, 29


def search_folders(path):
    """The folders of a 64-bit little-endian library's RUNPATH, else RPATH, $ORIGIN filled in.

    Raises OSError or ValueError where the file cannot be read as such a library.
    """
    with open(path, "rb") as file:
        segments = program_headers(file)
        entries = dynamic_entries(file, segments)
        offset = entries.get(DT_RUNPATH, entries.get(DT_RPATH))
        if offset is None:
            return []
        text = string_at(file, file_offset(segments, entries[DT_STRTAB]) + offset)
    origin = os.path.dirname(os.path.realpath(path))
    found = []
    for folder in text.split(":"):
        folder = folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)
        folder = os.path.normpath(folder) if folder else ""
        if folder and folder not in found:
            found.append(folder)
    return found


def unpack(file, layout):
    data = file.read(struct.calcsize(layout))
    if len(data) < struct.calcsize(layout):
        raise ValueError("the file ends too early")
    return struct.unpack(layout, data)


def program_headers(file):
    """(kind, offset, address, size in the file) of each segment."""
    if file.read(6) != b"\x7fELF\x02\x01":
        raise ValueError("not a 64-bit little-endian ELF file")
    file.seek(32)
    (table,) = unpack(file, "<Q")
    file.seek(54)
    size, count = unpack(file, "<HH")
    segments = []
    for index in range(count):
        file.seek(table + index * size)
        kind, _, offset, address, _, length = unpack(file, "<IIQQQQ")
        segments.append((kind, offset, address, length))
    return segments


def dynamic_entries(file, segments):
    """{tag: value} of the dynamic section."""
    entries = {}
    for kind, offset, _, length in segments:
        if kind == PT_DYNAMIC:
            file.seek(offset)
            for _ in range(min(length // 16, 4096)):
                tag, value = unpack(file, "<QQ")
                if tag == 0:
                    break
                entries[tag] = value
    return entries


def file_offset(segments, address):
    for kind, offset, start, length in segments:
        if kind == PT_LOAD and start <= address < start + length:
            return offset + address - start
    raise ValueError("an address that no segment holds")


def string_at(file, offset):
    file.seek(offset)
    return file.read(1 << 16).partition(b"\0")[0].decode("utf-8", "replace")
