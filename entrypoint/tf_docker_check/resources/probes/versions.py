"""Enough of PEP 440 and PEP 508 to tell whether an installed version is one that was asked for.

Every question may be answered None: unknown.
"""

import os
import platform
import re
import sys

VERSION = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"[-_.]?(?:(?P<pre>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?P<pre_n>\d*))?"
    r"(?:-(?P<post_n1>\d+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_n2>\d*))?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_n>\d*))?(?:\+[a-z0-9._-]+)?$"
)
PRE = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
SPECIFIER = re.compile(r"\s*(~=|===|==|!=|<=|>=|<|>)\s*([^\s,]+)\s*$")
FINAL = (3, 0)
DEVELOPMENT = (-1, 0)


def parse(text):
    """A key that sorts as PEP 440 says, or None. The local part (+cpu) is left out."""
    match = VERSION.match(text.strip().lower())
    if not match:
        return None
    part = match.groupdict()
    release = [int(number) for number in part["release"].split(".")]
    while len(release) > 1 and release[-1] == 0:
        release.pop()
    posted = part["post"] or part["post_n1"]
    post = int(part["post_n1"] or part["post_n2"] or 0) if posted else -1
    dev = int(part["dev_n"] or 0) if part["dev"] else float("inf")
    if part["pre"]:
        pre = (PRE[part["pre"]], int(part["pre_n"] or 0))
    else:
        pre = DEVELOPMENT if part["dev"] and not posted else FINAL
    return (int(part["epoch"] or 0), tuple(release), pre, post, dev)


def satisfies(version, specifiers):
    """Whether *version* lies within *specifiers* (`>=1.26,<2`): True, False or None."""
    answers = [single(version, one) for one in specifiers.split(",") if one.strip()]
    if False in answers:
        return False
    return None if None in answers else True


def single(version, specifier):
    match = SPECIFIER.match(specifier)
    have = parse(version)
    if not match or have is None or match.group(1) == "===":
        return None
    operator, text = match.groups()
    if text.endswith(".*"):
        if operator not in ("==", "!="):
            return None
        return starts_with(version, text[:-2]) == (operator == "==")
    want = parse(text)
    return None if want is None else compare(operator, version, have, text, want)


def compare(operator, version, have, text, want):
    if operator == "~=":
        return have >= want and starts_with(version, text.rpartition(".")[0])
    return {
        "==": have == want,
        "!=": have != want,
        ">=": have >= want,
        "<=": have <= want,
        ">": have > want,
        "<": have < want,
    }[operator]


def starts_with(version, prefix):
    wanted = numbers(prefix)
    return (numbers(version) + [0] * len(wanted))[: len(wanted)] == wanted


def numbers(text):
    match = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)*)", text.strip().lower())
    return [int(part) for part in match.group(1).split(".")] if match else []


def marker_holds(marker):
    """Whether a PEP 508 marker holds for this interpreter, with no extra asked for; or None."""
    tokens = re.findall(r"\"[^\"]*\"|'[^']*'|\(|\)|[<>=!~]=?=?|\w+", marker)
    try:
        answer, rest = either(tokens)
        return None if rest else answer
    except (IndexError, ValueError):
        return None


def either(tokens):
    left, rest = both(tokens)
    while rest[:1] == ["or"]:
        right, rest = both(rest[1:])
        left = True if True in (left, right) else (None if None in (left, right) else False)
    return left, rest


def both(tokens):
    left, rest = comparison(tokens)
    while rest[:1] == ["and"]:
        right, rest = comparison(rest[1:])
        left = False if False in (left, right) else (None if None in (left, right) else True)
    return left, rest


def comparison(tokens):
    if tokens[0] == "(":
        answer, rest = either(tokens[1:])
        if rest[0] != ")":
            raise ValueError("unbalanced")
        return answer, rest[1:]
    if tokens[1] == "not":
        return marker_compare(tokens[0], "not in", tokens[3]), tokens[4:]
    return marker_compare(tokens[0], tokens[1], tokens[2]), tokens[3:]


def marker_compare(left, operator, right):
    is_version = "version" in left + right and "platform_version" not in left + right
    left, right = marker_value(left), marker_value(right)
    if left is None or right is None:
        return None
    if operator in ("in", "not in"):
        return (left in right) == (operator == "in")
    if is_version:
        return satisfies(left, operator + right)
    return {"==": left == right, "!=": left != right}.get(operator)


def marker_value(token):
    if token[0] in "\"'":
        return token[1:-1]
    return {
        "python_version": "%d.%d" % sys.version_info[:2],
        "python_full_version": platform.python_version(),
        "os_name": os.name,
        "sys_platform": sys.platform,
        "platform_system": os.uname().sysname,
        "platform_machine": os.uname().machine,
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
        "extra": "",
    }.get(token)
