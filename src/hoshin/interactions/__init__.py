"""The sequence and interaction of processes: who opens work for whom."""
