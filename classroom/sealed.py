"""Secrets that have to be used again, and so cannot be kept as digests: sealed with a key made of SECRET_KEY.

Whoever reads the database alone cannot open them.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from classroom.errors import SecretLost


def key_for(purpose: str) -> bytes:
    """32 bytes that only this deployment knows, others for each purpose."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"classroom.{purpose}".encode())
    return derived.derive(settings.SECRET_KEY.encode())


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def opened(sealed: str) -> str:
    """Raises SecretLost where it was sealed under another SECRET_KEY."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as problem:
        raise SecretLost from problem


def _box() -> Fernet:
    return Fernet(urlsafe_b64encode(key_for("sealed")))
