"""Access: rights as SQL filters, participants, confidentiality, outside parties, signing in."""
