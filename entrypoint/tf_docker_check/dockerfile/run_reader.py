"""Read the commands of one RUN: what they install, and what they change for those behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from posixpath import basename, dirname, join

from tf_docker_check.dockerfile.blocks import split_commands
from tf_docker_check.dockerfile.exports import exported
from tf_docker_check.dockerfile.file_changes import change_files
from tf_docker_check.dockerfile.image_files import ANY
from tf_docker_check.dockerfile.install_options import values_of
from tf_docker_check.dockerfile.install_reader import MAX_REQUIREMENTS, InstallReader
from tf_docker_check.dockerfile.installer import SCRIPT_FOLDER, Installer, Kind, fill_words, installer_of
from tf_docker_check.dockerfile.instructions import Instruction, Word
from tf_docker_check.dockerfile.interpreters import CONDA_INSTALLER
from tf_docker_check.dockerfile.makefile import recipes
from tf_docker_check.dockerfile.path_content import Find, PathContent
from tf_docker_check.dockerfile.pip_install import PipInstall, read_installs
from tf_docker_check.dockerfile.shell import Command, blanked
from tf_docker_check.dockerfile.shell_state import Running, join_path, run_commands
from tf_docker_check.dockerfile.source import Source
from tf_docker_check.dockerfile.stage_state import StageState
from tf_docker_check.model.text import one_line
from tf_docker_check.model.unread import Unread
from tf_docker_check.requirements.requirement import Target

_MOUNT = re.compile(r"(?P<key>[a-z]+)(?:=(?P<value>[^,]*))?")
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "source", "."})
_SCRIPT = re.compile(r"(?:\./|/|\.\./|\$)?[\w./$@{}-]*\.(?:sh|bash)", re.ASCII)
_FOR_C = re.compile(r"(?:autogen|bootstrap|buildconf|configure)\.sh$")  # what prepares to build programs in C
_DEEPEST = 3  # scripts that run scripts


@dataclass
class RunReader:
    """What a RUN does to `state`; `commands`: those that may run, `installs`: what they install."""

    state: StageState
    instruction: Instruction
    commands: list[Command] = field(default_factory=list)
    installs: list[PipInstall] = field(default_factory=list)
    depth: int = 0

    def read(self, commands: Sequence[Command]) -> None:
        """Read the commands of the instruction, within its mounts."""
        mounted = self._mount()
        self._run(commands, self.state.scope.source, self.state.folder)
        if self.state.interpreters.active is not None:  # its shell has ended
            self.state.interpreters = replace(self.state.interpreters, active=None)
        if mounted:
            kept = [one for one in self.state.files.entries if id(one) not in mounted]
            self.state.files.entries = kept

    def _mount(self) -> set[int]:
        """Put what ``--mount`` mounts into the image; return which entries are of that."""
        before = len(self.state.files.entries)
        for flag in self.instruction.flags:
            name, _, written = flag.text.partition("=")
            values = {match["key"]: match["value"] or "" for match in _MOUNT.finditer(written)}
            if name != "--mount" or values.get("type", "bind") != "bind":
                continue
            target = next((values[key] for key in ("target", "dst", "destination") if key in values), "")
            source = values.get("source", values.get("src", "."))
            origin = self.state.fill(values.get("from", ""))
            other = self.state.stage_of(origin) if origin else None
            place = join_path(self.state.folder, self.state.fill(target))
            if origin and other is None:
                self.state.files.make(
                    place, PathContent(reason=f"what {one_line(origin, 80)} holds is not read")
                )
            else:
                self.state.files.copy(place, [self.state.fill(source)], other.files if other else None)
        return set(map(id, self.state.files.entries[before:]))

    def _run(
        self,
        commands: Iterable[Command],
        source: Source,
        folder: str,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        before: Running | None = None
        for running in run_commands(commands, {**self.state.values, **(variables or {})}, folder):
            words = tuple(fill_words(running.command.words, running.values))
            if source is self.state.scope.source:
                plain = words == running.command.words
                self.commands.append(running.command if plain else replace(running.command, words=words))
            if words and self.state.installs_left:
                self._command(running, words, before, source)
            before = running

    def _command(
        self, running: Running, words: Sequence[Word], before: Running | None, source: Source
    ) -> None:
        texts = [word.text for word in words]
        installer = installer_of(running.command.words, running.values)
        if installer:
            self._install(installer, running, before, source)
        elif written := exported(running.command, words, self._finder(running.folder), self._target("")):
            path, declarations = written
            self.state.files.make(join_path(running.folder, path), PathContent(exported=declarations))
            return
        elif script := self._script(texts):
            self._run_script(script, running, source)
        elif running.command.name == "make":
            self._make(texts, running)
        self.state.interpreters = self.state.interpreters.observe(texts)
        change_files(self.state.files, running.command, texts, running.folder)
        self._write_heredoc(running, texts)

    def _write_heredoc(self, running: Running, texts: Sequence[str]) -> None:
        """Put what ``cat <<END > FILE`` or ``tee FILE <<END`` writes into the image."""
        redirects = running.command.redirects
        names = [word.text.lstrip("-") for operator, word in redirects if operator == "<<"]
        heredoc = next((one for one in self.instruction.heredocs if one.name in names), None)
        if heredoc is None or running.command.name not in ("cat", "tee"):
            return
        paths = [word.text for operator, word in redirects if operator == ">"]
        paths += [text for text in texts[1:] if running.command.name == "tee" and not text.startswith("-")]
        for path in paths[:1]:
            content = PathContent(self.state.scope.source.part(heredoc.start, heredoc.end))
            self.state.files.make(join_path(running.folder, path), content)

    def _target(self, python: str) -> Target:
        return Target(python, self.state.stage.architecture)

    def _finder(self, folder: str) -> Find:
        """A function that returns what lies at a path, which may be relative to *folder*."""

        def find(path: str) -> PathContent:
            place = join_path(folder, path)
            content = self.state.files.find(place)
            if (
                not content.is_known
                and (not self.state.folder_known or "$" in place)
                and basename(place) != ANY
            ):
                content = self.state.files.find_named(basename(place))
            return content

        return find

    def _install(
        self, installer: Installer, running: Running, before: Running | None, source: Source
    ) -> None:
        path = running.values.get("PATH", "")
        python = self.state.interpreters.of(installer, path)
        line, _ = source.place(installer.head[0].start)
        reader = InstallReader(
            source,
            self._target(python),
            self._finder(running.folder),
            "json" if running.command.json else "shell",
            line,
        )
        self._pass_on(reader, running, before)
        own = (word.text.partition("=")[::2] for word in running.command.assignments)
        installs = read_installs(installer, reader, {**running.values, **dict(own)}, sure=running.sure)
        self.state.interpreters = self.state.interpreters.after_install(installer, installs[0].python)
        if installer.kind is Kind.WHEELS:
            self._keep_wheels(installer, installs[0], running.folder)
            return
        for install in installs:
            self._add(install, source, line)
        arguments = [word.text for word in installer.arguments]
        for value in values_of(arguments, "-t", "--target", "--prefix", "--root"):
            self.state.installed_to.add(join_path(running.folder, value))

    def _add(self, install: PipInstall, source: Source, line: int) -> None:
        """Add what a command installs, and what is not known of it."""
        reasons = []
        if install.tensorflows and not install.sure and not install.unread:
            reasons.append(f"whether {install.tensorflows[0].name} is installed depends on a condition")
        target = self._target(install.python)
        if not all(one.requirement.surely_applies_to(target) for one in install.tensorflows):
            reasons.append("which TensorFlow is installed depends on the Python, which is not known")
        if install.dependents and not install.tensorflows and not self._holds_tensorflow():
            reasons.append(f"which TensorFlow comes with {install.dependents[0].name} is not read")
        self.state.unread += [*install.unread, *(Unread(source.name, line, reason) for reason in reasons)]
        self.installs.append(install)
        self.state.installs_left -= 1

    def _holds_tensorflow(self) -> bool:
        """Whether the image has a TensorFlow by now, whose version pip takes or leaves."""
        stage, state = self.state.stage, self.state
        steps = (install for step in state.steps for install in step.installs)
        before = (*(stage.parent.all_pip_installs if stage.parent else ()), *steps, *self.installs)
        return stage.base.has_tensorflow or any(install.tensorflows for install in before)

    def _pass_on(self, reader: InstallReader, running: Running, before: Running | None) -> None:
        """Read what ``xargs`` passes on to the installer."""
        command = running.command
        if command.name != "xargs":
            return
        texts = command.texts
        paths = [word.text for operator, word in command.redirects if operator == "<"]
        paths += values_of(texts, "-a", "--arg-file")
        if command.piped and before and before.command.name == "cat":
            paths += before.command.texts[1:]
        for path in paths:
            reader.include(path)
        if not paths:
            reader.note_unread("what xargs passes on is not known")

    def _keep_wheels(self, installer: Installer, install: PipInstall, folder: str) -> None:
        """Remember what the wheels in a folder were made of, besides those that lie there already."""
        if not install.sure:
            return
        arguments = [word.text for word in installer.arguments]
        given = values_of(arguments, "-w", "--wheel-dir", "-d", "--dest")
        default = "." if installer.head[-1].text == "download" else "wheelhouse"
        place = join(join_path(folder, given[0] if given else default), ANY)
        before = self.state.files.find(place)
        reasons = filter(None, (before.reason, *(one.reason for one in install.unread)))
        wheels = (*before.wheels, *install.requirements)[:MAX_REQUIREMENTS]
        self.state.files.make(place, PathContent(reason="; ".join(reasons)[:200], wheels=wheels))

    def _script(self, texts: Sequence[str]) -> str:
        """The path of the shell script that a command runs; empty where it runs none."""
        name = texts[0].rpartition("/")[2]
        plain = [text for text in texts[1:] if not text.startswith("-")]
        path = plain[0] if name in _SHELLS and plain else texts[0]
        is_conda = {"-b", "-p"} <= set(texts) or CONDA_INSTALLER.search(path)
        return path if _SCRIPT.fullmatch(path) and not is_conda and not _FOR_C.search(path) else ""

    def _takes_room(self, script: str) -> bool:
        """Whether there is still room to read *script*, which it then takes."""
        self.state.scope.script_room[0] -= len(script)
        return self.state.scope.script_room[0] >= 0

    def _make(self, texts: Sequence[str], running: Running) -> None:
        """Read what the project's own Makefile runs; others build programs."""
        folder = join_path(running.folder, next(iter(values_of(texts, "-C", "--directory")), "."))
        path = next(iter(values_of(texts, "-f", "--file", "--makefile")), "Makefile")
        makefile = self._finder(folder)(path).source
        if makefile is None or self.depth >= _DEEPEST:
            return
        targets = [text for text in texts[1:] if not text.startswith("-") and "=" not in text]
        self.depth += 1
        for recipe in recipes(makefile.text, [text for text in targets if text not in (path, folder)]):
            if self._takes_room(recipe.script):
                self._run(split_commands(blanked(recipe.script)), makefile, folder, recipe.variables)
        self.depth -= 1

    def _run_script(self, path: str, running: Running, source: Source) -> None:
        """Read the commands of a script of the project; those of others are unread, or of a program's own."""
        content = self._finder(running.folder)(path)
        script = content.source
        if script and self.depth < _DEEPEST and self._takes_room(script.text):
            self.depth += 1
            own = {SCRIPT_FOLDER: dirname(join_path(running.folder, path))}
            self._run(split_commands(blanked(script.text)), script, running.folder, own)
            self.depth -= 1
        elif script or content.reason or self.state.files.covers(join_path(running.folder, path)):
            line, _ = source.place(running.command.words[0].start)
            reason = content.reason or f"what {one_line(path, 60)} does is not read"
            self.state.unread.append(Unread(source.name, line, reason))
