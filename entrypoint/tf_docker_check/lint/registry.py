"""Every rule by its id. The meaning of an id never changes; its page is resources/rules/<id>.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tf_docker_check.discovery.compose import Service
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.rules import apt, gpu, neighbours, services, stubs, system, tags, wheels
from tf_docker_check.lint.stage import from_faults
from tf_docker_check.model.prediction import Verdict
from tf_docker_check.rules.apt import gone, moved, unanswered, withdrawn_key, without_lists
from tf_docker_check.rules.availability import without_wheel
from tf_docker_check.rules.copies import absent_sources, copied_root
from tf_docker_check.rules.get_pip import newest_get_pip
from tf_docker_check.rules.multiworker import several_workers
from tf_docker_check.rules.requests import dashes, refused, unquoted
from tf_docker_check.rules.stage_packages import companions_of_another, laid_over

UNREADABLE, SUPPRESSION = "TFD001", "TFD002"
"""Rules about whole files: a file that cannot be read, and a comment that silences nothing."""

STAGE_RULES: Mapping[str, Callable[[Stage], Iterator[Remark]]] = {
    "TFD010": tags.floating,
    "TFD011": tags.floating_debian,
    "TFD012": tags.unpublished,
    "TFD013": system.ended,
    "TFD014": system.musl,
    "TFD015": system.glibc,
    "TFD016": system.architecture,
    "TFD017": from_faults(moved),
    "TFD018": wheels.old_pip,
    "TFD019": from_faults(copied_root),
    "TFD020": wheels.no_wheel,
    "TFD021": neighbours.overlaid,
    "TFD022": neighbours.twice,
    "TFD023": wheels.removed,
    "TFD024": neighbours.breaking,
    "TFD025": wheels.managed,
    "TFD026": from_faults(companions_of_another, verdicts={Verdict.FAILS, Verdict.DEGRADED}),
    "TFD027": from_faults(companions_of_another, laid_over, verdicts={Verdict.UNKNOWN}),
    "TFD028": from_faults(refused, without_wheel, verdicts={Verdict.FAILS}),
    "TFD029": from_faults(newest_get_pip),
    "TFD030": gpu.cpu_host,
    "TFD031": gpu.official_without_cudnn,
    "TFD032": gpu.extra_not_installable,
    "TFD033": gpu.extra_finds_no_gpu,
    "TFD034": gpu.other_cuda,
    "TFD035": stubs.on_loader_path,
    "TFD036": gpu.extra_without_nvrtc,
    "TFD037": gpu.cuda_before_todays_gpus,
    "TFD040": from_faults(withdrawn_key),
    "TFD041": apt.needless,
    "TFD042": apt.driver,
    "TFD043": from_faults(unanswered),
    "TFD044": from_faults(without_lists),
    "TFD045": from_faults(gone),
    "TFD060": from_faults(unquoted),
    "TFD061": from_faults(dashes),
    "TFD062": from_faults(without_wheel, verdicts={Verdict.UNKNOWN}),
    "TFD063": wheels.unpinned,
    "TFD064": system.ended_python,
    "TFD065": from_faults(absent_sources),
    "TFD070": from_faults(several_workers),
}

SERVICE_RULES: Mapping[str, Callable[[Service], Iterator[Remark]]] = {
    "TFD016": services.arm64,
    "TFD050": services.gpu_not_requested,
    "TFD051": services.gpu_of_no_use,
    "TFD052": services.little_shared_memory,
    "TFD053": services.ports_on_host_network,
    "TFD054": services.loopback_cluster,
}
