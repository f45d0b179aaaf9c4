"""The text of the issue about infrastructure errors: machine, network, registries."""

from __future__ import annotations

from tf_docker_check.nightly.issue_text import status
from tf_docker_check.nightly.issue_values import IssueMemory, IssuePolicy
from tf_docker_check.nightly.night_report import NightReport
from tf_docker_check.report.escape import code, prose

TITLE = "TensorFlow images: infrastructure errors"
SHOWN = 50


def body(report: NightReport, memory: IssueMemory, policy: IssuePolicy) -> str:
    """Return the text of the issue."""
    rows = [f"- {code(name)}: {prose(why)}" for name, why in sorted(report.infrastructure.items())]
    more = [f"- and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
    return "\n\n".join(
        [
            status(memory, policy),
            f"### No verdict for {report.infrastructure_nights} nights\n\n"
            "Runner, network or registry problem. Until it is fixed, nightly checks cannot detect regressions."
            + (f" Last seen in [this run]({report.url})." if report.url else ""),
            "\n".join([*rows[:SHOWN], *more]),
        ]
    )
