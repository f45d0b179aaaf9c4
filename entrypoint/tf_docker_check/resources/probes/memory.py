"""What the kernel counts of our control group's memory."""

KILLS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")  # version 2, version 1


def oom_kills():
    """How often the kernel killed for memory in our control group, as far as it says."""
    for path in KILLS:
        try:
            with open(path) as lines:
                for line in lines:
                    if line.startswith("oom_kill "):
                        return int(line.split()[1])
        except (OSError, ValueError):
            continue
    return 0
