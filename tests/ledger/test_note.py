"""Signed notes, checkpoints and Ed25519 against published vectors."""

import base64
import hashlib
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from hoshin.ledger.note import Checkpoint, Key, Note, parse, signed, vkey
from hoshin.ledger.verifier import COSIGNATURE, ed25519_verify, key_id

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
ORDER = 2**252 + 27742317777372353535851937790883648493

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        "24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
        "eeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed2"
        "8dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac1"
        "7ad9bef1177331a704",
    ),
]

# The example of the reference implementation of signed notes (package sumdb/note).
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_vectors_of_rfc_8032_verify(public, message, signature):
    assert ed25519_verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


@settings(max_examples=30)
@given(st.binary(max_size=200))
def test_signatures_of_the_cryptography_package_verify(message):
    assert ed25519_verify(PUBLIC, message, KEY.sign(message))


@settings(max_examples=60)
@given(st.integers(0, 511), st.binary(max_size=20))
def test_a_flipped_bit_is_refused(bit, message):
    signature = bytearray(KEY.sign(message))
    signature[bit // 8] ^= 1 << bit % 8

    assert not ed25519_verify(PUBLIC, message, bytes(signature))
    assert not ed25519_verify(PUBLIC, message + b".", KEY.sign(message))


def test_a_signature_has_one_spelling():
    signature = KEY.sign(b"message")
    s = int.from_bytes(signature[32:], "little") + ORDER

    assert not ed25519_verify(PUBLIC, b"message", signature[:32] + s.to_bytes(32, "little"))


@pytest.mark.parametrize("public", [b"", b"\xff" * 32, (2).to_bytes(32, "little"), PUBLIC + b"x"])
def test_bytes_that_are_no_point_verify_nothing(public):
    assert not ed25519_verify(public, b"message", KEY.sign(b"message"))


@pytest.mark.parametrize("spelling", [2**255 - 19 + 1, 1 | 1 << 255])
def test_a_key_has_one_spelling(spelling):
    # Under the neutral element as key, [1]B with s = 1 signs everything; only its other spellings are tried.
    base = (4 * pow(5, -1, 2**255 - 19) % (2**255 - 19)).to_bytes(32, "little")
    signature = base + (1).to_bytes(32, "little")

    assert ed25519_verify((1).to_bytes(32, "little"), b"message", signature)
    assert not ed25519_verify(spelling.to_bytes(32, "little"), b"message", signature)


def test_a_signature_is_checked_in_less_than_15_ms():
    signature = KEY.sign(b"message")
    begin = time.process_time()
    for _ in range(10):
        ed25519_verify(PUBLIC, b"message", signature)

    assert (time.process_time() - begin) / 10 < 0.015


def test_the_published_note_verifies():
    key, note = Key.parse(NEUMANN), Note.parse(NEUMANN_NOTE)
    line = note.signatures[0]

    assert ("PeterNeumann", key.id) == (line.name, line.key_id)
    assert key.verifies(note.text, line.signature)
    assert not key.verifies(note.text + "\n", line.signature)


def test_vkey_writes_what_the_reference_implementation_reads():
    assert vkey("PeterNeumann", Key.parse(NEUMANN).public_key) == NEUMANN


def test_a_checkpoint_survives_its_note():
    checkpoint = Checkpoint("quality.example.org/ledger", 12, bytes(range(32)))
    note = signed(checkpoint.body(), checkpoint.origin, KEY.sign, PUBLIC)
    line = Note.parse(note).signatures[0]

    assert checkpoint == parse(note)
    assert Key.parse(vkey(checkpoint.origin, PUBLIC)).verifies(checkpoint.body(), line.signature)


def test_a_cosignature_of_a_witness_covers_its_time():
    text = Checkpoint("log", 1, bytes(32)).body()
    key = Key("witness", key_id("witness", COSIGNATURE, PUBLIC), COSIGNATURE, PUBLIC)
    made_at = (1_700_000_000).to_bytes(8, "big")
    signature = KEY.sign(f"cosignature/v1\ntime 1700000000\n{text}".encode())
    encoded = base64.b64encode(bytes([COSIGNATURE]) + PUBLIC).decode()

    assert key == Key.parse(f"witness+{key.id.hex()}+{encoded}")
    assert key.verifies(text, made_at + signature)
    assert not key.verifies(text, (1).to_bytes(8, "big") + signature)
    assert not key.verifies(text, signature)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no signature\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n— name AAAAAAB=\n",
        "text\n\n— name !!!!\n",
        "text\n\n— name AAAA\n",
        "text\ttab\n\n— name AAAAAAA=\n",
        "text\n\n— name AAAAAAA=",
    ],
)
def test_what_is_no_signed_note_is_refused(text):
    with pytest.raises(ValueError):
        Note.parse(text)


@pytest.mark.parametrize(
    "text", ["o\n1\n", "\n1\nAAAA\n", "o\n01\n" + "A" * 43 + "=\n", "o\n1\nAAAA\n", "o\n-1\nAAAA\n"]
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(ValueError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "text", ["", "name", "name+00000000+AAAA", NEUMANN.replace("c74f20a3", "c74f20a4"), NEUMANN[1:], "+" + NEUMANN]
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError):
        Key.parse(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_that_would_break_the_line_is_refused(name):
    with pytest.raises(ValueError, match="cannot name a key"):
        signed("text\n", name, KEY.sign, PUBLIC)
