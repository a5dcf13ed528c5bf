"""`python -m hoshin.ledger verify BUNDLE`: the verifier, without the rest of the house."""

import sys

from hoshin.ledger import verifier


def main(arguments: list[str]) -> int:
    if arguments[:1] != ["verify"]:
        print("usage: python -m hoshin.ledger verify [BUNDLE] [--proof FILE] …; --help says more", file=sys.stderr)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    return verifier.main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
