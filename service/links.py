"""Addresses of our own pages, as mails and commands print them."""

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
