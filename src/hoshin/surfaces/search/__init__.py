"""Search: one index over records, their lines, comments and file names, written inside the unit of work."""
