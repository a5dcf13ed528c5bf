"""Capability: does a stable process meet its specification?"""

from hoshin.stats.capability.normal import Capability, normal

__all__ = ["Capability", "normal"]
