"""Addresses of our own pages, as mails and commands print them."""

from urllib.parse import quote, urlencode

from models.site import Site
from service.settings import Settings


def sign_in_url(settings: Settings, secret: str) -> str:
    """Where a one-time link leads. Opening it changes nothing; its page has a button."""
    return f"{settings.base_url}/desk/sign-in/{secret}"


def case_url(settings: Settings, comment_id: str) -> str:
    """A comment at the desk."""
    return f"{settings.base_url}/desk/comments/{comment_id}"


def desk_url(settings: Settings) -> str:
    """The queue."""
    return f"{settings.base_url}/desk"


def security_url(settings: Settings) -> str:
    """Where a moderator sees and changes the ways in which they sign in."""
    return f"{settings.base_url}/desk/account/security"


def own_url(settings: Settings, comment_id: str, token: str) -> str:
    """An author's page for their comment."""
    return f"{settings.base_url}/comments/{quote(comment_id, safe='')}/{token}"


def thread_url(settings: Settings, site: Site, page: str, comment_id: str = "") -> str:
    """A thread as a page of its own, at one of its comments."""
    query = {"page": page} | ({"comment": comment_id} if comment_id else {})
    there = f"{settings.base_url}/sites/{site.key}/thread?{urlencode(query)}"
    return there + (f"#kommentar-{comment_id}" if comment_id else "")


def confirm_url(settings: Settings, token: str) -> str:
    """The page whose button says yes to a subscription."""
    return f"{settings.base_url}/confirm/{token}"


def subscriptions_url(settings: Settings, subscription_id: str, token: str) -> str:
    """The page on which all of somebody's subscriptions at a site are seen and ended."""
    return f"{settings.base_url}/subscriptions/{subscription_id}/{token}"


def one_click_url(settings: Settings, subscription_id: str, token: str) -> str:
    """Where a mail program posts to end one subscription (RFC 8058)."""
    return f"{subscriptions_url(settings, subscription_id, token)}/end"


def contact_url(settings: Settings, site: Site, key: str) -> str:
    """The page with the form that reaches a contact."""
    return f"{settings.base_url}/sites/{site.key}/contact/{key}"


def message_url(settings: Settings, message_id: str, token: str) -> str:
    """The page on which its writer sees what became of a private message."""
    return f"{settings.base_url}/messages/{quote(message_id, safe='')}/{token}"


def my_data_url(settings: Settings, secret: str) -> str:
    """The page whose button opens somebody's data, once."""
    return f"{settings.base_url}/my-data/{secret}"
