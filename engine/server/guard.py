"""Keeps webhooks away from addresses that are not public: each is checked, and connected to as it was checked."""

import socket
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from ssl import SSLContext, create_default_context
from urllib.parse import urlsplit

import httpcore2

from plainterms.policy.errors import PlainTermsError

Resolver = Callable[[str, int], Iterable[str]]
Address = IPv4Address | IPv6Address

PUBLIC_V6 = IPv6Network("2000::/3")
"""All of IPv6 that is given to anybody (RFC 4291)."""

SPECIAL = tuple(
    ip_network(one)
    for one in (
        *("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10", "198.18.0.0/15"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
"""What the registries of IANA set apart beside what `ipaddress` knows, and what stands for an address of IPv4."""

SECONDS = {"connect": 5.0, "read": 10.0, "write": 10.0, "pool": 5.0}
LARGEST_ANSWER = 64 * 1024


class Guarded(PlainTermsError):  # noqa: N818 - it says what became of a request
    """An address to which nothing is sent."""


def resolved(host: str, port: int) -> list[str]:
    """All addresses of a host. Raises OSError."""
    return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: Address) -> bool:
    """Whether an address lies in the open network, whatever it stands for."""
    if isinstance(address, IPv6Address) and (address.scope_id is not None or address not in PUBLIC_V6):
        return False
    if any(address in network for network in SPECIAL if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def checked(host: str, port: int, resolve: Resolver = resolved) -> list[str]:
    """The addresses of a host. Raises Guarded where one of them is not public, and OSError where there are none."""
    found = list(dict.fromkeys(resolve(host, port)))
    if not found:
        raise OSError("the host has no address")
    for one in found:
        try:
            public = is_public(ip_address(one))
        except ValueError:
            public = False
        if not public:
            raise Guarded("the host has an address that is not public")
    return found


def require_usable(url: str, *, insecure: bool = False) -> None:
    """Raises Guarded for a URL that no webhook may have, wherever it leads."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Guarded("the URL cannot be read") from None
    if parts.scheme != "https" and not (insecure and parts.scheme == "http"):
        raise Guarded("the URL of a webhook begins with https://")
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
        raise Guarded("the URL of a webhook has a host, and neither a name, a password nor a fragment")
    if port == 0 or not url.isascii() or not url.isprintable() or any(one in url for one in " \\"):
        raise Guarded("the URL cannot be read")


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to the very address that was checked, so that no second answer of the resolver matters."""

    def __init__(self, resolve: Resolver = resolved) -> None:
        self._resolve = resolve
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of the host that answers."""
        try:
            addresses = checked(host, port, self._resolve)
        except OSError as error:
            raise httpcore2.ConnectError("the host cannot be found") from error
        failure: Exception = httpcore2.ConnectError("the host has no address")
        for address in addresses:
            try:
                return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """Raises Guarded: no webhook lives on this machine."""
        raise Guarded("a webhook is no socket of this machine")

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._plain.sleep(seconds)


class Sender:
    """Posts messages to public addresses. Redirects are not followed, and proxies not used."""

    def __init__(
        self, resolve: Resolver = resolved, tls: SSLContext | None = None, *, insecure: bool = False
    ) -> None:
        self.insecure = insecure
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls or create_default_context(),
            network_backend=GuardedBackend(resolve),
            keepalive_expiry=0,
        )

    def post(self, url: str, headers: Mapping[bytes | str, bytes | str], body: bytes) -> int:
        """The status of the answer. Raises Guarded, and what `httpcore2` raises."""
        require_usable(url, insecure=self.insecure)
        with self._pool.stream("POST", url, headers=headers, content=body, extensions={"timeout": SECONDS}) as answer:
            size = 0
            for part in answer.iter_stream():
                size += len(part)
                if size > LARGEST_ANSWER:
                    break
            return answer.status

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.close()
