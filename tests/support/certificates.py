"""Self-signed certificates for tests of TLS."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LOOPBACK = "127.0.0.1"


def self_signed(
    file: Path, address: str = LOOPBACK, *, days: tuple[int, int] = (-1, 1), names: Iterable[str] = ()
) -> ssl.SSLContext:
    """Return a TLS context for *address* and host *names*, valid between two offsets in days; its PEM goes to *file*.

    A client that trusts the certificate as an authority (``SSL_CERT_FILE``) accepts it.
    """
    subjects = [x509.IPAddress(ip_address(address)), *map(x509.DNSName, names)]
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "origin")])
    now, (first, last) = datetime.now(UTC), days
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now + timedelta(first))
        .not_valid_after(now + timedelta(last))
        .add_extension(x509.SubjectAlternativeName(subjects), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(plain + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
