"""Measuring: fresh rows, the manifest of sealed segments, corrections and exclusions, and the doors to them."""
