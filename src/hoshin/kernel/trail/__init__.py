"""The trail: every regulated change goes through one unit of work and leaves an entry in the ledger."""
