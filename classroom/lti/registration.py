"""A platform that registers this tool by itself (LTI Dynamic Registration 1.0)."""

import json
from typing import Any
from urllib.parse import urlsplit

from classroom.errors import AddressNotAllowed, AnticipatedError, RegistrationFailed
from classroom.lti.asked import asked, given, server_of
from classroom.lti.reading import Claims, dict_in, json_of, text_in
from classroom.lti.values import Registered, ToolAddresses
from classroom.lti.vocabulary import LINK_MESSAGE, SCOPES, SELECTION_MESSAGE, TOOL_CONFIGURATION
from classroom.outbound import check_address

LONGEST = 500
LONGEST_REGISTRATION_TOKEN = 8000


def register(
    configuration_url: str, registration_token: str, *, name: str, tool: ToolAddresses
) -> Registered:
    """Ask the platform what it is, and tell it what this tool is. Raises RegistrationFailed."""
    try:
        about = _configuration(configuration_url)
        body = json.dumps(described(name, tool)).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if registration_token:
            headers["Authorization"] = f"Bearer {_header_safe(registration_token)}"
        endpoint = text_in(about, "registration_endpoint", 2000)
        if server_of(endpoint) != server_of(configuration_url):
            raise RegistrationFailed
        answer = json_of(given(asked("POST", endpoint, headers=headers, body=body)).body)
    except AnticipatedError as error:
        raise RegistrationFailed from error
    found = Registered(
        name=_family(about) or urlsplit(text_in(about, "issuer", LONGEST)).netloc,
        issuer=text_in(about, "issuer", LONGEST),
        client_id=text_in(answer, "client_id", 255),
        deployment_id=text_in(dict_in(answer, TOOL_CONFIGURATION), "deployment_id", 255),
        login_url=text_in(about, "authorization_endpoint", LONGEST),
        token_url=text_in(about, "token_endpoint", LONGEST),
        keys_url=text_in(about, "jwks_uri", LONGEST),
        token_audience=text_in(about, "authorization_server", LONGEST),
    )
    if not found.issuer or not found.client_id:
        raise RegistrationFailed
    try:
        for address in (found.login_url, found.token_url, found.keys_url):
            check_address(address)
    except AddressNotAllowed as error:
        raise RegistrationFailed from error
    return found


def described(name: str, tool: ToolAddresses) -> dict[str, Any]:
    """What a platform is told of this tool, which asks for no e-mail address."""
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool.login,
        "redirect_uris": [tool.launch],
        "client_name": name,
        "jwks_uri": tool.keys,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES),
        TOOL_CONFIGURATION: {
            "domain": urlsplit(tool.launch).netloc,
            "target_link_uri": tool.launch,
            "claims": ["iss", "sub", "name", "given_name", "family_name"],
            "messages": [
                {"type": LINK_MESSAGE, "target_link_uri": tool.launch, "label": name},
                {"type": SELECTION_MESSAGE, "target_link_uri": tool.selection, "label": name},
            ],
        },
    }


def _configuration(url: str) -> Claims:
    about = json_of(given(asked("GET", url, headers={"Accept": "application/json"})).body)
    issuer = text_in(about, "issuer", LONGEST)
    # Whoever can serve a page may not speak for another server.
    if server_of(issuer) != server_of(url):
        raise RegistrationFailed
    return dict(about)


def _family(about: Claims) -> str:
    """What the platform calls itself, begun as a name is: it writes "moodle"."""
    platform = dict_in(about, "https://purl.imsglobal.org/spec/lti-platform-configuration")
    code = text_in(platform, "product_family_code", 80)
    return code[:1].upper() + code[1:]


def _header_safe(token: str) -> str:
    if len(token) > LONGEST_REGISTRATION_TOKEN or not token.isascii() or not token.isprintable():
        raise RegistrationFailed
    return token
