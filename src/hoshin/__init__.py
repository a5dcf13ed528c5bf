"""Hoshin: an open-source quality management system."""
