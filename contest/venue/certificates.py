"""A certificate authority for one venue, and the server's certificate: a tablet scores only over HTTPS.

The authority can vouch for private addresses, local names and the machine's own names only (name constraints), so that
a tablet that trusts it is not open to whoever steals its key: no public site can be imitated with it.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from contest.db import now
from contest.errors import InvalidError
from contest.i18n import N_

CA_DAYS, SERVER_DAYS, RENEW_DAYS = 3650, 397, 30
"""397 days is the longest that every tablet takes for a server; it is renewed by itself a month before."""
PRIVATE = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8",
    "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip
LOCAL_NAMES = ("localhost", "local", "lan", "home.arpa", "internal")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Venue:
    """Where the authority's certificate, the server's certificate and its key lie."""

    authority: Path
    certificate: Path
    key: Path

    @property
    def authority_der(self) -> bytes:
        return _load(self.authority).public_bytes(serialization.Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, as the tablets show it."""
        return _load(self.authority).fingerprint(hashes.SHA256()).hex(":").upper()


def own_names(host: str, more: Iterable[str] = ()) -> list[str]:
    """The names and addresses under which tablets may reach this machine; the most useful first."""
    names = [*more, *([] if host in ("0.0.0.0", "::", "") else [host])]  # noqa: S104 (compared, not bound)
    names += [address for address in [_outward_address()] if address]
    hostname = socket.gethostname()
    with suppress(OSError):  # a machine that can't resolve its own name has addresses all the same
        names += [str(found[4][0]) for found in socket.getaddrinfo(hostname, None, proto=socket.IPPROTO_TCP)]
    names += [hostname, f"{hostname}.local", "127.0.0.1", "::1", "localhost"]
    return list(dict.fromkeys(name.partition("%")[0] for name in names if name))


def _outward_address() -> str | None:
    """The address of the network card that leads out; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return str(probe.getsockname()[0])


def prepare_venue(folder: Path, names: Sequence[str]) -> Venue:
    """Makes (once) the authority and (when names or time ask for it) the server's certificate.

    Raises:
        InvalidError: a name for which this authority can't vouch; it was made for other names.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    venue = Venue(folder / "venue-ca.pem", folder / "server.pem", folder / "server.key")
    if not venue.authority.exists():
        _make_authority(folder, venue, names)
    authority = _load(venue.authority)
    _refuse_foreign(authority, names)
    if not _is_good(venue, names):
        _make_certificate(folder, venue, authority, names)
    return venue


def _refuse_foreign(authority: x509.Certificate, names: Sequence[str]) -> None:
    allowed = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    networks = [item.value for item in allowed if isinstance(item, x509.IPAddress)]
    domains = [item.value for item in allowed if isinstance(item, x509.DNSName)]
    for name in names:
        address = _address(name)
        if address is not None:
            is_known = any(address in network for network in networks)  # type: ignore[operator]
        else:
            is_known = any(name == domain or name.endswith(f".{domain}") for domain in domains)
        if not is_known:
            text = N_("赛场证书不能用于“%(name)s”：它建立时没有这个名字。要用它，请删除数据目录里的 tls 后重新启动。")
            raise InvalidError(text, name=name)


def _is_good(venue: Venue, names: Sequence[str]) -> bool:
    if not venue.certificate.exists() or not venue.key.exists():
        return False
    certificate = _load(venue.certificate)
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    is_fresh = certificate.not_valid_after_utc > now() + timedelta(days=RENEW_DAYS)
    return is_fresh and set(named) >= set(_general_names(names))


def _make_authority(folder: Path, venue: Venue, names: Sequence[str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(f"竞赛赛场 {socket.gethostname()[:30]} {now():%Y-%m-%d}")
    networks = [ipaddress.ip_network(network) for network in PRIVATE]
    others = [a for a in map(_address, names) if a and not any(a in network for network in networks)]
    addresses = [x509.IPAddress(network) for network in [*networks, *map(ipaddress.ip_network, others)]]
    domains = dict.fromkeys([*LOCAL_NAMES, *(name for name in names if _address(name) is None)])
    constraints = x509.NameConstraints([*addresses, *map(x509.DNSName, domains)], None)
    builder = (
        _builder(subject, subject, key.public_key(), CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(constraints, critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    _keep(folder / "venue-ca.key", _private_bytes(key), secret=True)
    _keep(venue.authority, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _make_certificate(folder: Path, venue: Venue, authority: x509.Certificate, names: Sequence[str]) -> None:
    signer = serialization.load_pem_private_key((folder / "venue-ca.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(_name(names[0][:64]), authority.subject, key.public_key(), SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    _keep(venue.key, _private_bytes(key), secret=True)
    _keep(venue.certificate, builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    """Valid from yesterday: a tablet's clock may be a little behind."""
    begin: datetime = now() - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _general_names(names: Sequence[str]) -> list[x509.GeneralName]:
    return [x509.IPAddress(found) if (found := _address(name)) else x509.DNSName(name) for name in names]


def _address(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _private_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _load(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _keep(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Written whole or not at all; a key is readable by its owner alone from its first byte on."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    fresh.replace(path)
