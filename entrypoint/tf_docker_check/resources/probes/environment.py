"""The second rung: the machine as the container sees it, and what is installed."""

from tf_docker_check.resources.probes.build_info import wanted
from tf_docker_check.resources.probes.integrity import integrity
from tf_docker_check.resources.probes.machine import machine
from tf_docker_check.resources.probes.packages import packages
from tf_docker_check.resources.probes.sandbox import sandbox
from tf_docker_check.resources.probes.shadowed import shadowed


def environment(fact):
    machine(fact)
    sandbox(fact)
    shadowed(fact)
    packages(fact)
    integrity(fact)
    wanted(fact)
