"""User names that cannot be confused: one spelling each, no invisible characters."""

import unicodedata


def normalised(name: str) -> str:
    """The one spelling of a user name: compatibility form, case folded, without spaces around."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def confusing(name: str) -> str | None:
    """Why a name may not be given to an account, or None."""
    for character in name:
        if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"):
            return f"it holds the invisible character U+{ord(character):04X}"
    scripts = {unicodedata.name(character, "?").split()[0] for character in name if character.isalpha()}
    if len(scripts) > 1:
        return f"it mixes the scripts {', '.join(sorted(scripts))}"
    return None
