"""Ask a loaded CUDA library which version it is. None of these calls needs a driver."""

import ctypes


def version_of(name, library):
    """The version a loaded library answers, or empty."""
    stem = name[3:].partition(".so")[0]
    try:
        return VERSIONS[stem](library)
    except (AttributeError, KeyError):
        return ""


def written(function):
    """A version that a call like cudaRuntimeGetVersion writes: 12050 or 11203."""

    def ask(library):
        value = ctypes.c_int()
        if getattr(library, function)(ctypes.byref(value)):
            return ""
        return "%d.%d" % (value.value // 1000, value.value % 1000 // 10)

    return ask


def returned(function):
    """A version that a call like cudnnGetVersion returns: 8906, or 90300 from 9 on."""

    def ask(library):
        call = getattr(library, function)
        call.restype = ctypes.c_size_t
        return spelt(call())

    return ask


def spelt(number):
    major = 10000 if number >= 90000 else 1000
    return "%d.%d.%d" % (number // major, number % major // 100, number % 100)


def by_property(function):
    """A version asked part by part, as of cublasGetProperty."""

    def ask(library):
        parts = []
        for which in range(3):
            value = ctypes.c_int()
            if getattr(library, function)(which, ctypes.byref(value)):
                return ""
            parts.append(str(value.value))
        return ".".join(parts)

    return ask


VERSIONS = {
    "cudart": written("cudaRuntimeGetVersion"),
    "cublas": by_property("cublasGetProperty"),
    "cublasLt": by_property("cublasLtGetProperty"),
    "cufft": by_property("cufftGetProperty"),
    "cusolver": by_property("cusolverGetProperty"),
    "cusparse": by_property("cusparseGetProperty"),
    "cudnn": returned("cudnnGetVersion"),
}
