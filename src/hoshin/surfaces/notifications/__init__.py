"""Notifications: what has happened that somebody should know, read from the entries after the change."""
