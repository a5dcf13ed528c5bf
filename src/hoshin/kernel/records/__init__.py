"""Records: kinds and their fields, parts, workflow, the doors, and all that every record has."""
