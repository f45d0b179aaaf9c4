"""Branches, refs and files: a git of whole commits, each with all its files."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

from fakegithub.call import Call, found, listed
from fakegithub.message import Answer, Refused, invalid, not_found
from fakegithub.state import Commit, Repository

LARGEST_INLINE = 1024 * 1024
"""Beyond it a file comes with no content (docs "Get repository content")."""


def commit(
    repository: Repository, files: Mapping[str, bytes], *, branch: str, message: str = "", when: str = ""
) -> Commit:
    """Put *files* over those of *branch*, which is made where it is not."""
    name = f"refs/heads/{branch}"
    parent = repository.commits.get(repository.refs.get(name, ""))
    whole = {**(parent.files if parent else {}), **files}
    told = repr((parent and parent.sha, sorted(whole.items()), message, len(repository.commits)))
    sha = hashlib.sha1(told.encode()).hexdigest()
    made = Commit(sha, [parent.sha] if parent else [], whole, message, created=when)
    repository.commits[sha] = made
    repository.refs[name] = sha
    return made


def blob_sha(data: bytes) -> str:
    """As git names it."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def get_ref(call: Call) -> Answer:
    name = f"refs/{call.parameters['ref']}"
    return Answer(200, _show_ref(call, name, found(call.repository.refs, name)))


def matching_refs(call: Call) -> Answer:
    wanted = f"refs/{call.parameters['ref']}"
    refs = sorted(name for name in call.repository.refs if name.startswith(wanted))
    return Answer(200, [_show_ref(call, name, call.repository.refs[name]) for name in refs])


def create_ref(call: Call) -> Answer:
    name, sha, repository = str(call.body["ref"]), str(call.body["sha"]), call.repository
    if not name.startswith("refs/") or name.count("/") < 2:
        raise Refused(422, "Reference name must start with 'refs/'.")
    if name in repository.refs:
        raise Refused(422, "Reference already exists")
    _must_exist(repository, sha)
    repository.refs[name] = sha
    return Answer(201, _show_ref(call, name, sha))


def update_ref(call: Call) -> Answer:
    name, sha, repository = f"refs/{call.parameters['ref']}", str(call.body["sha"]), call.repository
    if name not in repository.refs:
        raise Refused(422, "Reference does not exist")
    _must_exist(repository, sha)
    if not call.body.get("force") and not _descends(repository, sha, repository.refs[name]):
        raise Refused(422, "Update is not a fast forward")
    repository.refs[name] = sha
    return Answer(200, _show_ref(call, name, sha))


def delete_ref(call: Call) -> Answer:
    name = f"refs/{call.parameters['ref']}"
    if name not in call.repository.refs:
        raise Refused(422, "Reference does not exist")
    del call.repository.refs[name]
    return Answer(204)


def get_branch(call: Call) -> Answer:
    name = call.parameters["branch"]
    if f"refs/heads/{name}" not in call.repository.refs:
        raise Refused(404, "Branch not found")
    return Answer(200, _show_branch(call, name))


def list_commits(call: Call) -> Answer:
    """First parents, newest first; with `path`, those that changed it."""
    repository, path = call.repository, call.query.get("path", "")
    at = repository.commits.get(_resolve(repository, call.query.get("sha", repository.default_branch)))
    chosen = []
    while at:
        parent = repository.commits.get(at.parents[0]) if at.parents else None
        if not path or at.files.get(path) != (parent.files.get(path) if parent else None):
            chosen.append(at)
        at = parent
    return listed(call, chosen, _show_commit)


def get_commit(call: Call) -> Answer:
    ref = call.parameters["ref"]
    at = call.repository.commits.get(_resolve(call.repository, ref))
    if at is None:
        raise Refused(422, f"No commit found for SHA: {ref}")
    return Answer(200, _show_commit(call, at))


def get_contents(call: Call) -> Answer:
    repository, path = call.repository, call.parameters["path"].strip("/")
    ref = call.query.get("ref") or repository.default_branch
    at = repository.commits.get(_resolve(repository, ref))
    if at is None:
        raise Refused(404, f"No commit found for the ref {ref}")
    if path in at.files:
        return Answer(200, _show_file(call, path, at.files[path], ref))
    prefix = f"{path}/" if path else ""
    names = sorted({name[len(prefix) :].partition("/")[0] for name in at.files if name.startswith(prefix)})
    if not names:
        raise not_found()
    return Answer(200, [_show_entry(call, prefix + name, at.files.get(prefix + name), ref) for name in names])


def put_contents(call: Call) -> Answer:
    """One commit on the branch; replacing a file takes the `sha` of what is replaced."""
    repository, path = call.repository, call.parameters["path"]
    branch = str(call.body.get("branch") or repository.default_branch)
    if repository.refs and f"refs/heads/{branch}" not in repository.refs:
        raise Refused(404, f"Branch {branch} not found")
    at = repository.commits.get(_resolve(repository, f"refs/heads/{branch}"))
    there = at.files.get(path) if at else None
    if there is not None:
        _must_know(there, path, call.body.get("sha"))
    message, now = call.body["message"], call.state.time()
    made = commit(repository, {path: _decoded(call)}, branch=branch, message=message, when=now)
    made.author = call.login
    shown = _show_file(call, path, made.files[path], branch)
    return Answer(201 if there is None else 200, {"content": shown, "commit": _show_git_commit(call, made)})


def _must_know(there: bytes, path: str, sha: str | None) -> None:
    if sha is None:
        raise Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if sha != blob_sha(there):
        raise Refused(409, f"{path} does not match {sha}")


def _decoded(call: Call) -> bytes:
    try:
        return base64.b64decode(call.body["content"], validate=False)
    except binascii.Error:
        raise invalid("Commit", "content", "content is not valid Base64") from None


def _must_exist(repository: Repository, sha: str) -> None:
    if sha not in repository.commits:
        raise Refused(422, "Object does not exist")


def _descends(repository: Repository, sha: str, ancestor: str) -> bool:
    waiting = [sha]
    while waiting:
        at = waiting.pop()
        if at == ancestor:
            return True
        waiting += repository.commits[at].parents if at in repository.commits else []
    return False


def _resolve(repository: Repository, ref: str) -> str:
    """The commit that a branch, a tag, a full ref or a sha names; as it is where none."""
    for name in (ref, f"refs/{ref}", f"refs/heads/{ref}", f"refs/tags/{ref}"):
        if name in repository.refs:
            return repository.refs[name]
    return ref


def _show_ref(call: Call, name: str, sha: str) -> dict[str, Any]:
    url = f"{call.url}/git/{name}"
    return {
        "ref": name,
        "url": url,
        "object": {"type": "commit", "sha": sha, "url": f"{call.url}/git/commits/{sha}"},
    }


def _show_branch(call: Call, name: str) -> dict[str, Any]:
    sha = call.repository.refs[f"refs/heads/{name}"]
    at = call.repository.commits.get(sha) or Commit(sha, [], {})
    return {"name": name, "commit": _show_commit(call, at), "protected": False}


def _show_commit(call: Call, at: Commit) -> dict[str, Any]:
    return {
        "sha": at.sha,
        "url": f"{call.url}/commits/{at.sha}",
        "html_url": f"{call.web}/commit/{at.sha}",
        "commit": _show_git_commit(call, at),
        "parents": [{"sha": parent, "url": f"{call.url}/commits/{parent}"} for parent in at.parents],
        "author": None,
        "committer": None,
    }


def _show_git_commit(call: Call, at: Commit) -> dict[str, Any]:
    who = {
        "name": at.author,
        "email": f"{at.author}@users.noreply.github.com",
        "date": at.created or call.state.time(),
    }
    return {"sha": at.sha, "message": at.message, "author": who, "committer": who}


def _show_entry(call: Call, path: str, data: bytes | None, ref: str) -> dict[str, Any]:
    url = f"{call.url}/contents/{path}?ref={ref}"
    kind = "dir" if data is None else "file"
    return {
        "type": kind,
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": blob_sha(data or b""),
        "size": len(data or b""),
        "url": url,
        "html_url": f"{call.web}/blob/{ref}/{path}",
        "git_url": f"{call.url}/git/blobs/{blob_sha(data or b'')}",
        "download_url": f"{call.web}/raw/{ref}/{path}",
    }


def _show_file(call: Call, path: str, data: bytes, ref: str) -> dict[str, Any]:
    small = len(data) <= LARGEST_INLINE
    content = base64.encodebytes(data).decode() if small else ""
    return _show_entry(call, path, data, ref) | {
        "content": content,
        "encoding": "base64" if small else "none",
    }
