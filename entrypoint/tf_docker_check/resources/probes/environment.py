"""The second rung: the machine as the container sees it, and what is installed."""

from tf_docker_check.resources.probes.build_info import wanted
from tf_docker_check.resources.probes.machine import machine
from tf_docker_check.resources.probes.packages import packages


def environment(fact):
    machine(fact)
    packages(fact)
    wanted(fact)
