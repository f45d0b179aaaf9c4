"""The text of one instruction, with offsets into its file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from tf_docker_check.lint import shell
from tf_docker_check.lint.source import Source, Span
from tf_docker_check.recipe.instructions import Instruction

_KEYWORD = re.compile(r"\W*\w+\s*")  # a byte order mark may come first
_FLAG = re.compile(r"--\S+\s*")
_HEREDOC = re.compile(r"<<-?\s*[\"']?\w+[\"']?")
_SH = r"(?:/usr)?(?:/bin/)?(?:ba|da|a|z)?sh\b"
_SHELL = re.compile(rf"(?:{_SH}(?:\s+-\w+)*)?")
_SHEBANG = re.compile(rf"(?!#!)|#!\s*(?:/usr/bin/env\s+)?{_SH}")


@dataclass(frozen=True)
class Written:
    """An instruction as it stands in its file; *escape* is the character that continues a line."""

    source: Source
    instruction: Instruction
    escape: str

    @cached_property
    def span(self) -> Span:
        """All of its lines."""
        last = self.instruction.end_line
        end = self.source.offset(last) + len(self.source.line(last))
        return Span(self.source, self.source.offset(self.instruction.start_line), end)

    @property
    def words(self) -> list[shell.Word]:
        """What follows keyword and flags."""
        text, offset = self._arguments
        return shell.words(text, offset)

    @property
    def commands(self) -> list[shell.Command]:
        """The shell commands of a RUN, those of its here-document too where a shell runs that."""
        text, offset = self._arguments
        if self.instruction.json:
            return shell.listed(text, offset)
        if self._runs_script:
            script = self.source.text[self._script : self.span.end]
            return shell.commands(shell.blanked(script, self.escape, script=True), self._script)
        return shell.commands(text, offset)

    @cached_property
    def _script(self) -> int:
        """Where its here-documents begin."""
        lines = sum(each.content.count("\n") + 1 for each in self.instruction.heredocs)
        return self.source.offset(self.instruction.end_line - lines + 1) if lines else self.span.end

    @cached_property
    def _arguments(self) -> tuple[str, int]:
        """The text after keyword and flags, comments and continuation marks blanked, and its offset."""
        start = self.span.start
        text = shell.blanked(self.source.text[start : self._script], self.escape, script=False)
        at = match.end() if (match := _KEYWORD.match(text)) else 0
        for _ in self.instruction.flags:
            at = match.end() if (match := _FLAG.match(text, at)) else at
        return text[at:], start + at

    @property
    def _runs_script(self) -> bool:
        """Whether its only here-document is shell text, and not the input of another program."""
        if len(self.instruction.heredocs) != 1:
            return False
        text = self._arguments[0].strip()
        program = _HEREDOC.sub("", text, count=1).strip()
        content = self.instruction.heredocs[0].content
        return text.startswith("<<") and bool(_SHELL.fullmatch(program)) and bool(_SHEBANG.match(content))
