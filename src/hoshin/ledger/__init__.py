"""The append-only ledger: canonical bytes, Merkle tree, signed checkpoints, bundles. Standard library alone."""
