"""What an ELF shared object asks of the loader, and what it offers to others.

Only 64-bit little-endian files, which is what TensorFlow is built as. Nothing is trusted: each
offset is checked, each list is bounded.
"""

import mmap
import os
import struct

PT_LOAD, PT_DYNAMIC, PT_TLS = 1, 2, 7
DT_NEEDED, DT_STRTAB, DT_SYMTAB, DT_SONAME, DT_RPATH, DT_RUNPATH, DT_FLAGS = 1, 5, 6, 14, 15, 29, 30
DT_GNU_HASH, DT_VERDEF, DT_VERNEED = 0x6FFFFEF5, 0x6FFFFFFC, 0x6FFFFFFE
DF_STATIC_TLS, VER_FLG_WEAK, STB_GLOBAL = 0x10, 2, 1
MOST = 4096  # entries of one table
LONGEST = 1 << 16  # characters of one string
MOST_SYMBOLS = 50000


def search_folders(path):
    """The folders of a library's RUNPATH, else RPATH, $ORIGIN filled in.

    Raises OSError or ValueError where the file cannot be read as such a library.
    """
    return Elf(path).folders()


class Elf:
    """One mapped file. Raises OSError or ValueError where it cannot be read as a shared object."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            if file.read(6) != b"\x7fELF\x02\x01":
                raise ValueError("not a 64-bit little-endian ELF file")
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.segments = self.read_segments()
        self.entries = self.read_dynamic()
        self.searched = self.offered = None  # read when first asked for

    def unpack(self, layout, offset):
        try:
            return struct.unpack_from(layout, self.data, offset)
        except struct.error:
            raise ValueError("the file ends too early")

    def read_segments(self):
        """(kind, offset, address, size in the file, size in memory) of each."""
        (table,), (size, count) = self.unpack("<Q", 32), self.unpack("<HH", 54)
        segments = []
        for index in range(min(count, MOST)):
            kind, _, offset, address, _, length, memory = self.unpack("<IIQQQQQ", table + index * size)
            segments.append((kind, offset, address, length, memory))
        return segments

    def read_dynamic(self):
        """{tag: [value, ...]} of the dynamic section."""
        entries = {}
        for kind, offset, _, length, _ in self.segments:
            if kind == PT_DYNAMIC:
                for index in range(min(length // 16, MOST)):
                    tag, value = self.unpack("<QQ", offset + 16 * index)
                    if tag == 0:
                        break
                    entries.setdefault(tag, []).append(value)
        return entries

    def offset(self, address):
        for kind, offset, start, length, _ in self.segments:
            if kind == PT_LOAD and start <= address < start + length:
                return offset + address - start
        raise ValueError("an address that no segment holds")

    def table(self, tag):
        """Where the table that *tag* points to lies in the file, or None."""
        return self.offset(self.entries[tag][0]) if tag in self.entries else None

    def string(self, index):
        start = self.table(DT_STRTAB) + index
        end = self.data.find(b"\0", start, start + LONGEST)
        return self.data[start : end if end >= 0 else start + LONGEST].decode("utf-8", "replace")

    def strings(self, tag):
        return [self.string(index) for index in self.entries.get(tag, ())]

    def needed(self):
        """The libraries it names, in order."""
        return self.strings(DT_NEEDED)

    def soname(self):
        return "".join(self.strings(DT_SONAME)[:1])

    def folders(self):
        """Where the loader is to look for what it needs."""
        if self.searched is None:
            self.searched = self.read_folders()
        return self.searched

    def read_folders(self):
        origin = os.path.dirname(os.path.realpath(self.path))
        folders = []
        for text in (self.strings(DT_RUNPATH) or self.strings(DT_RPATH))[:1]:
            for folder in text.split(":"):
                folder = folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)
                folder = os.path.normpath(folder) if folder else ""
                if folder and folder not in folders:
                    folders.append(folder)
        return folders

    def before_environment(self):
        """Whether its folders come before LD_LIBRARY_PATH (an RPATH without a RUNPATH)."""
        return DT_RPATH in self.entries and DT_RUNPATH not in self.entries

    def static_tls(self):
        """Bytes of thread-local storage that must come from the loader's small reserve."""
        if not self.entries.get(DT_FLAGS, [0])[0] & DF_STATIC_TLS:
            return 0
        return sum(memory for kind, _, _, _, memory in self.segments if kind == PT_TLS)

    def versions_wanted(self):
        """{library: [symbol version, ...]} that must be there for it to load."""
        wanted, at = {}, self.table(DT_VERNEED)
        for _ in range(MOST if at is not None else 0):
            _, count, library, first, following = self.unpack("<HHIII", at)
            names = wanted.setdefault(self.string(library), [])
            place = at + first
            for _ in range(min(count, MOST)):
                _, flags, _, name, step = self.unpack("<IHHII", place)
                if not flags & VER_FLG_WEAK:
                    names.append(self.string(name))
                place += step
            if not following:
                break
            at += following
        return wanted

    def versions_offered(self):
        """The symbol versions it defines; none where it has no versions at all."""
        if self.offered is None:
            self.offered = self.read_versions()
        return self.offered

    def read_versions(self):
        offered, at = set(), self.table(DT_VERDEF)
        for _ in range(MOST if at is not None else 0):
            _, _, _, _, _, first, following = self.unpack("<HHHHIII", at)
            offered.add(self.string(self.unpack("<I", at + first)[0]))
            if not following:
                break
            at += following
        return offered

    def undefined(self):
        """The symbols that it must find elsewhere; the GNU hash table leaves them in front."""
        hashes, symbols = self.table(DT_GNU_HASH), self.table(DT_SYMTAB)
        if hashes is None or symbols is None:
            return []
        names = []
        for index in range(1, min(self.unpack("<I", hashes + 4)[0], MOST_SYMBOLS)):
            name, info, _, section = self.unpack("<IBBH", symbols + 24 * index)
            if section == 0 and info >> 4 == STB_GLOBAL:
                names.append(self.string(name))
        return names

    def defines(self, name):
        """Whether it has the symbol *name* for others, by its GNU hash table."""
        at, symbols = self.table(DT_GNU_HASH), self.table(DT_SYMTAB)
        if at is None or symbols is None:
            return False
        buckets, first, bloom, _ = self.unpack("<IIII", at)
        wanted = gnu_hash(name)
        starts = at + 16 + 8 * bloom
        index = self.unpack("<I", starts + 4 * (wanted % buckets))[0] if buckets else 0
        while index >= first > 0:
            (hashed,) = self.unpack("<I", starts + 4 * buckets + 4 * (index - first))
            if hashed | 1 == wanted | 1 and self.string(self.unpack("<I", symbols + 24 * index)[0]) == name:
                return True
            if hashed & 1:
                break
            index += 1
        return False


def gnu_hash(name):
    value = 5381
    for byte in name.encode("utf-8"):
        value = (value * 33 + byte) & 0xFFFFFFFF
    return value
