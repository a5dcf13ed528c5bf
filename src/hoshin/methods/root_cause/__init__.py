"""Root cause: 5 whys and cause-and-effect as trees whose leaves have evidence or are marked as assumptions."""
