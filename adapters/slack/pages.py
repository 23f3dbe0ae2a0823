"""The few web pages of the installation: plain, accessible, escaped, and without scripts; pure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from types import MappingProxyType

_STYLE = (
    "body{max-width:34rem;margin:3rem auto;padding:0 1rem;font:1.1rem/1.6 system-ui,sans-serif;"
    "color:#1a1a1a;background:#fff}"
    "a.go{display:inline-block;padding:.6rem 1.2rem;border-radius:.4rem;"
    "color:#fff;background:#4a154b;text-decoration:none}"
    "a:focus{outline:3px solid #1264a3;outline-offset:2px}"
)
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
    "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
)


@dataclass(frozen=True, slots=True)
class _Trouble:
    said: str
    remedy: str


_START_AGAIN = (
    "Begin again from the installation page, in one browser, and finish within ten minutes."
)
_TROUBLES: Mapping[str, _Trouble] = MappingProxyType(
    {
        "access_denied": _Trouble(
            "You chose not to install Crossroads.",
            "Nothing was stored. If that was not your intention, begin again.",
        ),
        "invalid_browser": _Trouble(
            "This page was not opened from the browser in which the installation began.",
            f"{_START_AGAIN} The address must begin with https://, and cookies must be allowed.",
        ),
        "invalid_state": _Trouble(
            "This installation was finished already, or took longer than ten minutes.",
            "If Crossroads is not in your workspace yet, begin again.",
        ),
        "missing_code": _Trouble("Slack's answer was not complete.", _START_AGAIN),
        "invalid_code": _Trouble(
            "Slack did not accept the installation.",
            f"{_START_AGAIN} If it fails again, ask the one who runs Crossroads to check the "
            "client id, the client secret and the redirect URL.",
        ),
        "storage_error": _Trouble(
            "The installation could not be stored.",
            "Try again in a few minutes; if it fails again, tell the one who runs Crossroads.",
        ),
        "slack_unreachable": _Trouble(
            "Slack could not be reached.", "Try again in a few minutes, from the beginning."
        ),
    }
)
_OTHERWISE = _Trouble("Slack did not complete the installation.", _START_AGAIN)


def install_page(url: str) -> str:
    """Write the page that leads to Slack, where the person is asked to agree."""
    return _page(
        "Install Crossroads",
        "<p>Crossroads leads one person at a time, in a private conversation, through the question "
        "of what to do about a client who is trouble.</p>"
        "<p>Slack will show what it may do in your workspace, and ask you to agree.</p>"
        f'<p><a class="go" href="{escape(url)}">Add to Slack</a></p>',
    )


def success_page(link: str) -> str:
    """Write the page after an installation, with the way back into Slack."""
    return _page(
        "Crossroads is installed",
        "<p>In Slack, open <strong>Crossroads</strong> under Apps, or type "
        "<code>/crossroads</code> anywhere.</p>"
        f'<p><a class="go" href="{escape(link)}">Open Slack</a></p>'
        "<p>You may close this page.</p>",
    )


def failure_page(reason: str, install_path: str) -> str:
    """Write what went wrong, and what to do about it."""
    trouble = _TROUBLES.get(reason, _OTHERWISE)
    code = (
        "" if reason in _TROUBLES else f"<p>Slack's word for it: <code>{escape(reason)}</code></p>"
    )
    return _page(
        "Crossroads was not installed",
        f"<p>{escape(trouble.said)}</p><p>{escape(trouble.remedy)}</p>{code}"
        f'<p><a class="go" href="{escape(install_path)}">Begin again</a></p>',
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
