"""The core of the persona kit: what flows, what is trained, what answers."""

__version__ = "0.1.0"
