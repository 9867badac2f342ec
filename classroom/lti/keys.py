"""Keys: the tool's own, sealed and published, and those in the keyset of a platform."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from classroom.errors import AlgorithmRefused

RSA_BITS = 2048
MOST_KEYS = 50
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class OwnKey:
    """`name` is the key's ID, by which platforms find the public half."""

    name: str
    private: rsa.RSAPrivateKey

    @property
    def published(self) -> dict[str, Any]:
        """The public half, as a JSON Web Key."""
        told = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {"kty": told["kty"], "n": told["n"], "e": told["e"]} | {
            "kid": self.name,
            "alg": "RS256",
            "use": "sig",
        }


def new_key() -> OwnKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    encoding, kind = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    digest = hashlib.sha256(private.public_key().public_bytes(encoding, kind)).digest()
    return OwnKey(base64.urlsafe_b64encode(digest)[:22].decode(), private)


def sealed(key: OwnKey, secret: bytes) -> bytes:
    """The private half, encrypted with the secret."""
    return key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(secret),
    )


def opened(name: str, data: bytes, secret: bytes) -> OwnKey | None:
    """None where it was sealed with another secret."""
    try:
        # Our own key needs no proof that its primes are any: that takes as long as to make one.
        private = serialization.load_pem_private_key(data, secret, unsafe_skip_rsa_key_validation=True)
    except ValueError:
        return None
    return OwnKey(name, private) if isinstance(private, rsa.RSAPrivateKey) else None


def keys_in(keyset: object) -> dict[str, dict[str, Any]]:
    """The keys of a published set by their IDs, as far as they may have signed; others are left out."""
    listed = keyset.get("keys") if isinstance(keyset, dict) else None
    found = [one for one in listed[:MOST_KEYS] if isinstance(one, dict)] if isinstance(listed, list) else []
    return {
        one["kid"]: one
        for one in found
        if isinstance(one.get("kid"), str) and one.get("kty") in {"RSA", "EC"} and one.get("use") != "enc"
    }


def public_key(told: Mapping[str, Any], algorithm: str) -> PublicKey:
    """Of the kind that the algorithm takes, and long enough. Raises AlgorithmRefused."""
    try:
        key = RSAAlgorithm.from_jwk(dict(told)) if algorithm == "RS256" else ECAlgorithm.from_jwk(dict(told))
    except (jwt.InvalidKeyError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise AlgorithmRefused from error
    if algorithm == "RS256" and isinstance(key, rsa.RSAPublicKey) and key.key_size >= RSA_BITS:
        return key
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if algorithm == "ES256" and is_p256 and isinstance(key, ec.EllipticCurvePublicKey):
        return key
    raise AlgorithmRefused
