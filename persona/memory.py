"""How much memory and how many cores this process may use, and how much it has used.

Reads the operating system's own counters and a container's limits; no third-party package.
"""

import os
import platform
import sys
from pathlib import Path

CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def usable_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def available_memory() -> int:
    """Bytes of main memory that could be taken now, within the container's limit."""
    return min([_free_memory(), *_cgroup_limits()])


def peak_memory() -> int:
    """The most bytes of main memory this process has held so far; 0 where it is not counted."""
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def cpu_name() -> str:
    """The processor's name, as well as the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _free_memory() -> int:
    info = Path("/proc/meminfo")
    if info.is_file():
        for line in info.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        return 8 * 2**30  # not told without a third-party package: a modest guess
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _cgroup_limits() -> list[int]:
    limits = []
    for path in CGROUP_LIMITS:
        if path.is_file():
            text = path.read_text(encoding="ascii").strip()
            if text.isdigit():
                limits.append(int(text))
    return limits
