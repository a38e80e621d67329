"""The figures of `benchmarks.gpu` as a short table. Pure."""

from typing import Any

SPEEDS = ("packed", "rows", "rows_long", "hf", "plain_best", "plain_default", "peak")
HEADS = ("tokens/s", "MFU", "peak GB", "loss start", "loss end")
KEYS = ("tokens_per_second", "mfu_of_measured_peak", "peak_gb", "loss_start", "loss_end")


def table(found: dict[str, Any]) -> str:
    """Speeds first, then everything that is right or wrong."""
    sections: dict[str, dict[str, Any]] = found["sections"]
    lines = [f"{'':14}" + "".join(f"{head:>12}" for head in HEADS)]
    lines += [f"{name:14}" + _speed(sections[name]) for name in SPEEDS if name in sections]
    for name, section in sections.items():
        if name not in SPEEDS:
            lines.append(f"{name:14}" + _plain(section))
    ratio = _ratio(sections)
    return "\n".join([*lines, *([ratio] if ratio else [])])


def _speed(section: dict[str, Any]) -> str:
    if "error" in section:
        return f"  {section['error'][:90]}"
    return "".join(f"{section.get(key, '-'):>12}" for key in KEYS)


def _plain(section: dict[str, Any]) -> str:
    if "error" in section:
        return f"  {section['error'][:90]}"
    shown = [
        f"{key}={value:.4g}" if isinstance(value, float) else f"{key}={value}"
        for key, value in section.items()
        if not isinstance(value, dict | list)
    ]
    return "  " + ", ".join(shown)


def _ratio(sections: dict[str, dict[str, Any]]) -> str | None:
    speeds = {
        name: sections[name]["tokens_per_second"]
        for name in ("packed", "rows", "plain_best", "plain_default")
        if "tokens_per_second" in sections.get(name, {})
    }
    ours = max((speeds[name] for name in ("packed", "rows") if name in speeds), default=None)
    if ours is None:
        return None
    return ", ".join(
        f"ours / {name}: {ours / speeds[name]:.2f}"
        for name in ("plain_best", "plain_default")
        if name in speeds
    )
