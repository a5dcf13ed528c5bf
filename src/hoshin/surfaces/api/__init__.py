"""The API: every kind as JSON, by the same doors and the same rights as the pages."""
