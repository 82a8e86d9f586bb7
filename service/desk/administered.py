"""The site that a page of its settings is about: only for who may change it."""

from models.permission import PERMISSIONS, Permission
from models.site import Site
from service.desk.guard import Desk
from service.errors import Problem, _
from service.moderating import own_sites
from service.state import service_of

_ADMINS_ONLY = _("Only admins of the site can do this.")
_EDITORS_ONLY = _("Only editors and admins of the site can do this.")


async def administered(desk: Desk, permission: Permission) -> Site:
    """The site in the path: 404 if there is none, 403 for who may not."""
    [site] = await own_sites(service_of(desk.request), desk.deciding, desk.request.path_params["site"])
    if not desk.deciding.may(site.id or 0, permission):
        raise Problem(403, _EDITORS_ONLY if permission in PERMISSIONS["editor"] else _ADMINS_ONLY)
    return site
