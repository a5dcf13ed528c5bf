"""The sequence and interaction of processes (ISO 9001, 4.4): who opens work for whom."""
