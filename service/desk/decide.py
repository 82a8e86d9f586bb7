"""Decisions by plain forms; our script sends the same forms and asks for JSON instead of the next page."""

from typing import TypedDict
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.responses import JSONResponse, Response

from models.decision import UNDO, UNDO_WITHIN, Decision, NothingToDismiss, RuleMissing, Stale, TooLateToUndo
from models.dossier import Dossier
from moderation.lifecycle import Action, NotAllowed, Status
from service.desk import words
from service.desk.comment import show_comment
from service.desk.guard import Desk, own_path, signed_in
from service.errors import Problem, _, as_problem
from service.moderating import Order, carry_out, carry_out_each, look_up, open_or_close
from service.state import service_of
from service.wire import moderators_actions

_SENTENCE_MISSING = _("Please name the rule, and tell the author in one sentence what it is about.")
_FASTER = _("Somebody was faster: %(who)s – %(what)s. Nothing of yours was carried out; what you wrote is still here.")
_AUTHOR = _("the author")
_BULK_DONE = _("%(done)s of %(all)s carried out.")
_BULK_ACTIONS = (Action.APPROVE, Action.SPAM, Action.DELETE)
_REFUSALS = (NotAllowed, NothingToDismiss, RuleMissing, TooLateToUndo)


class DoneShape(TypedDict):
    """What our script learns of a decision. `seconds`: how long it can be taken back, 0 if it cannot."""

    outcome: str
    message: str
    status: str
    status_text: str
    revision: int
    actions: list[str]
    seconds: int


@signed_in
async def post_decision(desk: Desk) -> Response:
    """`POST /desk/comments/{id}/decisions`: on to the next card; 409 or 422 with the comment as it is, if refused."""
    order = _order(desk)
    if order.action == Action.REJECT and not (order.rule and order.statement):
        return await _refuse(desk, 422, desk.tell(_SENTENCE_MISSING))
    try:
        decision = await carry_out(service_of(desk.request), desk.deciding, order)
    except Stale:
        return await _refuse(desk, 409, await _who_was_faster(desk, order))
    except _REFUSALS as error:
        problem = as_problem(error)
        return await _refuse(desk, problem.status, desk.tell(problem.detail))
    if desk.by_script:
        dossier = await look_up(service_of(desk.request), desk.deciding, order.comment)
        return JSONResponse(_shape(desk, dossier, "done", desk.tell(words.DONE[decision.action]), decision))
    return desk.go(_onward(desk, order))


@signed_in
async def post_decisions(desk: Desk) -> Response:
    """`POST /desk/decisions`: the same for every chosen card (`chosen-<id>` with the revision seen)."""
    action = desk.form.get("action", "")
    if action not in _BULK_ACTIONS:
        raise Problem(422, _("This action is not known."))
    orders = [
        Order(name.removeprefix("chosen-"), action, _revision(value))
        for name, value in desk.form.items()
        if name.startswith("chosen-")
    ]
    outcomes = await carry_out_each(service_of(desk.request), desk.deciding, orders)
    done = [each.comment for each in outcomes if each.problem is None]
    return desk.page(
        "desk/bulk.html",
        outcomes=outcomes,
        told=desk.tell(_BULK_DONE, done=len(done), all=len(outcomes)),
        done=done,
        action=action,
        back=own_path(desk.form.get("back", "")),
        words=words,
        seconds=int(UNDO_WITHIN.total_seconds()),
    )


@signed_in
async def post_undo_all(desk: Desk) -> Response:
    """`POST /desk/decisions/undo`: take back what was decided for many at once."""
    chosen = [name.removeprefix("chosen-") for name in desk.form if name.startswith("chosen-")]
    orders = [Order(each, UNDO, _revision(desk.form[f"chosen-{each}"])) for each in chosen]
    await carry_out_each(service_of(desk.request), desk.deciding, orders)
    return desk.go(own_path(desk.form.get("back", "")))


@signed_in
async def post_thread(desk: Desk) -> Response:
    """`POST /desk/threads/{id}`: close a page to new comments (`open=no`), or open it again (`open=yes`)."""
    thread_id, open_ = desk.request.path_params["id"], desk.form.get("open") == "yes"
    await open_or_close(service_of(desk.request), desk.deciding, thread_id, open_=open_)
    return desk.go(own_path(desk.form.get("back", "")))


def _order(desk: Desk) -> Order:
    form = desk.form
    return Order(
        comment=desk.request.path_params["id"],
        action=form.get("action", ""),
        revision=_revision(form.get("revision", "")),
        rule=form.get("rule") or None if form.get("action") == Action.REJECT else None,
        statement=form.get("statement", "").replace("\0", "").strip() if form.get("action") == Action.REJECT else "",
    )


def _revision(told: str) -> int:
    if not told.isascii() or not told.isdigit() or len(told) > 9:
        raise Problem(422, _("This form is out of date. Please reload the page and try again."))
    return int(told)


async def _refuse(desk: Desk, status: int, message: str) -> Response:
    """Why it was not done, with the comment as it is now; what the moderator typed is kept."""
    if not desk.by_script:
        return await show_comment(desk, status, refusal=message, typed=desk.form)
    dossier = await look_up(service_of(desk.request), desk.deciding, desk.request.path_params["id"])
    return JSONResponse(_shape(desk, dossier, "stale" if status == 409 else "refused", message), status)


async def _who_was_faster(desk: Desk, order: Order) -> str:
    dossier = await look_up(service_of(desk.request), desk.deciding, order.comment)
    if not dossier.history:
        return desk.tell(as_problem(Stale(dossier.case.comment)).detail)
    last = dossier.history[-1]
    who = dossier.names.get(last.moderator_id or 0, "") or desk.tell(_AUTHOR)
    return desk.tell(_FASTER, who=who, what=desk.tell(words.LOGGED.get(last.action, last.action)))


def _shape(desk: Desk, dossier: Dossier, outcome: str, message: str, decision: Decision | None = None) -> DoneShape:
    comment = dossier.case.comment
    status = Status(comment.status)
    takes_back = decision is not None and decision.action != UNDO
    return {
        "outcome": outcome,
        "message": message,
        "status": status.value,
        "status_text": desk.tell(words.STATUSES[status]),
        "revision": comment.revision,
        "actions": [each.value for each in moderators_actions(status)],
        "seconds": int(UNDO_WITHIN.total_seconds()) if takes_back else 0,
    }


def _onward(desk: Desk, order: Order) -> str:
    """Back to the view the moderator came from: at the card that follows, with the offer to take the decision back."""
    back = urlsplit(own_path(desk.form.get("back", "")))
    query = [(name, value) for name, value in parse_qsl(back.query) if name != "done"]
    if order.action != UNDO:
        query.append(("done", order.comment))
    following = order.comment if order.action == UNDO else desk.form.get("next", "")
    return back.path + (f"?{urlencode(query)}" if query else "") + (f"#c-{quote(following)}" if following else "")
