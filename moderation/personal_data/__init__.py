"""What belongs to a person and not on a public page: e-mail addresses are hidden, other data is pointed out."""

from moderation.personal_data.email import addresses
from moderation.personal_data.find import Datum, find_personal_data
from moderation.personal_data.link import mask_url
from moderation.personal_data.mask import Masked, mask_html, mask_text

__all__ = ["Datum", "Masked", "addresses", "find_personal_data", "mask_html", "mask_text", "mask_url"]
