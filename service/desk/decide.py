"""Decisions by plain forms; our script sends the same forms and asks for JSON instead of the next page."""

from datetime import datetime
from typing import Any, TypedDict
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.responses import Response

from models.comment import Comment
from models.decision import ANSWER, CLOSE, HAND_OVER, NOTE, OPINION, REOPEN, SAYINGS, UNDO, UNDO_WITHIN, Decision
from models.ruling import AnotherMustDecide, NothingToDismiss, RuleMissing, Stale, TooLateToUndo
from moderation.lifecycle import Action, NotAllowed, Status
from service.answering import answer
from service.desk import words
from service.desk.comment import show_comment
from service.desk.guard import Desk, own_path, signed_in
from service.errors import Problem, _, as_problem
from service.mail.preview import preview_reasons
from service.moderating import Order, carry_out, carry_out_each, look_up
from service.moderators_wire import moderators_actions
from service.state import service_of
from service.waves import Swept, sweep, take_back

_SENTENCE_MISSING = _("Please name the rule, and tell the author in one sentence what it is about.")
_FASTER = _("Somebody was faster: %(who)s – %(what)s. Nothing of yours was carried out; what you wrote is still here.")
_AUTHOR = _("the author")
_BULK_DONE = _("%(done)s of %(all)s carried out.")
_OUT_OF_DATE = _("This form is out of date. Please reload the page and try again.")
_ONE_SWEPT = _("One comment of the wave: %(what)s.")
_MANY_SWEPT = _("%(number)s comments of the wave: %(what)s.")
_ANOTHER_FIRST = _("For %(number)s of them a second person must agree.")
_LETTER = _("Subject: %(subject)s")
_NO_LETTER = _("No address was given, so no mail is sent.")
_ONE_BACK = _("One comment is as it was.")
_MANY_BACK = _("%(number)s comments are as they were.")
# After these the moderator goes on with the same comment.
STAYING = (*SAYINGS, CLOSE, REOPEN, Action.REDACT)
# Which field of the card says what is written down with the action.
_SAID_IN: dict[str, str] = {Action.REJECT: "statement", NOTE: "note", HAND_OVER: "note", Action.HOLD: "note"}
_BULK_ACTIONS = (Action.APPROVE, Action.SPAM, Action.DELETE)
_REFUSALS = (AnotherMustDecide, NotAllowed, NothingToDismiss, RuleMissing, TooLateToUndo)


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
        case, decision = await carry_out(service_of(desk.request), desk.deciding, order)
    except Stale:
        return await _refuse(desk, 409, await _who_was_faster(desk, order))
    except (Problem, *_REFUSALS) as error:
        problem = as_problem(error)
        if problem.status in (403, 404):
            raise
        return await _refuse(desk, problem.status, desk.tell(problem.detail, **problem.values), **problem.more)
    if desk.by_script:
        outcome = "noted" if decision.action in STAYING else "done"
        return desk.json(_shape(desk, case.comment, outcome, desk.tell(words.DONE[decision.action]), decision))
    return desk.go(_onward(desk, order, decision))


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
async def post_wave(desk: Desk) -> Response:
    """`POST /desk/comments/{id}/wave`: one decision for everything that says nearly the same, as far as it was seen."""
    order, newest = _order(desk), desk.form.get("newest", "")
    if order.action == Action.REJECT and not (order.rule and order.statement):
        return await _refuse(desk, 422, desk.tell(_SENTENCE_MISSING))
    try:
        swept = await sweep(service_of(desk.request), desk.deciding, order, _moment(newest))
    except Stale:
        return await _refuse(desk, 409, await _who_was_faster(desk, order))
    message = _told_of(desk, order, swept)
    if desk.by_script:
        seconds = int(UNDO_WITHIN.total_seconds())
        told = {"outcome": "swept", "message": message, "batch": swept.batch, "seconds": seconds, "number": swept.done}
        return desk.json({**told, "comments": list(swept.comments)})
    return desk.page(
        "desk/swept.html",
        told=message,
        batch=swept.batch,
        undoable=bool(swept.comments),
        back=own_path(desk.form.get("back", "")),
        seconds=int(UNDO_WITHIN.total_seconds()),
    )


@signed_in
async def post_undo_batch(desk: Desk) -> Response:
    """`POST /desk/batches/{batch}/undo`: take back what was decided with one press."""
    batch = desk.request.path_params["batch"][:24]
    back = await take_back(service_of(desk.request), desk.deciding, batch)
    if not back:
        raise Problem(409, as_problem(TooLateToUndo()).detail)
    if desk.by_script:
        message = desk.ngettext(_ONE_BACK, _MANY_BACK, back)
        return desk.json({"outcome": "done", "message": message, "number": back})
    return desk.go(own_path(desk.form.get("back", "")))


@signed_in
async def post_letter(desk: Desk) -> Response:
    """`POST /desk/comments/{id}/letter`: the mail that a rejection would send; nothing is decided or sent."""
    service, order = service_of(desk.request), _order(desk, Action.REJECT)
    await look_up(service, desk.deciding, order.comment)
    if not (order.rule and order.statement):
        return await _refuse(desk, 422, desk.tell(_SENTENCE_MISSING))
    letter = await preview_reasons(service, order.comment, order.rule, order.statement)
    if letter is None:
        return await _refuse(desk, 422, desk.tell(_NO_LETTER))
    if desk.by_script:
        told = desk.tell(_LETTER, subject=letter.subject) + "\n\n" + letter.text
        return desk.json({"outcome": "previewed", "letter": told, "message": ""})
    return await show_comment(desk, typed={**desk.form, "action": Action.REJECT}, letter=letter)


@signed_in
async def post_answer(desk: Desk) -> Response:
    """`POST /desk/comments/{id}/answer`: publish an answer with the badge; `approve` first, if the comment waits."""
    comment, form = desk.request.path_params["id"], desk.form
    approve_at = _revision(form.get("revision", "")) if form.get("approve") == "yes" else None
    try:
        written = await answer(service_of(desk.request), desk.deciding, comment, form.get("answer", ""), approve_at)
    except Stale:
        return await _refuse(desk, 409, await _who_was_faster(desk, _order(desk)))
    except (Problem, *_REFUSALS) as error:
        problem = as_problem(error)
        return await _refuse(desk, problem.status, desk.tell(problem.detail))
    if desk.by_script:
        dossier = await look_up(service_of(desk.request), desk.deciding, comment)
        shape = _shape(
            desk, dossier.case.comment, "done" if approve_at is not None else "noted", desk.tell(words.DONE[ANSWER])
        )
        return desk.json({**shape, "answer": written.id})
    return desk.go(f"/desk/comments/{written.id}")


def _told_of(desk: Desk, order: Order, swept: Swept) -> str:
    if swept.waiting and not swept.done:
        return desk.tell(words.DONE[OPINION])
    told = desk.ngettext(_ONE_SWEPT, _MANY_SWEPT, swept.done, what=desk.tell(words.LOGGED[order.action]))
    return f"{told} {desk.tell(_ANOTHER_FIRST, number=swept.waiting)}" if swept.waiting else told


def _order(desk: Desk, action: str = "") -> Order:
    form, action = desk.form, action or desk.form.get("action", "")
    return Order(
        comment=desk.request.path_params["id"],
        action=action,
        revision=_revision(form.get("revision", "")),
        rule=form.get("rule") or None if action == Action.REJECT else None,
        statement=form.get(_SAID_IN.get(action, ""), "").replace("\0", "").strip(),
        passage=form.get("passage", ""),
        mark=form.get("mark", ""),
        to=_number(form.get("to", "")),
        heeds=True,
        despite=_number(form.get("despite", "")),
    )


def _number(told: str) -> int | None:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


def _moment(told: str) -> datetime:
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Problem(422, _OUT_OF_DATE)
    return moment


def _revision(told: str) -> int:
    if not told.isascii() or not told.isdigit() or len(told) > 9:
        raise Problem(422, _OUT_OF_DATE)
    return int(told)


async def _refuse(desk: Desk, status: int, message: str, **more: Any) -> Response:
    """Why it was not done, with the comment as it is now; what the moderator typed is kept."""
    if not desk.by_script:
        return await show_comment(desk, status, refusal=message, typed=desk.form)
    dossier = await look_up(service_of(desk.request), desk.deciding, desk.request.path_params["id"])
    shape = _shape(desk, dossier.case.comment, "stale" if status == 409 else "refused", message)
    return desk.json({**shape, **more}, status)


async def _who_was_faster(desk: Desk, order: Order) -> str:
    dossier = await look_up(service_of(desk.request), desk.deciding, order.comment)
    if not dossier.history:
        return desk.tell(as_problem(Stale(dossier.case.comment)).detail)
    last = dossier.history[-1]
    who = dossier.names.get(last.moderator_id or 0, "") or desk.tell(_AUTHOR)
    return desk.tell(_FASTER, who=who, what=desk.tell(words.LOGGED.get(last.action, last.action)))


def _shape(desk: Desk, comment: Comment, outcome: str, message: str, decision: Decision | None = None) -> DoneShape:
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


def _onward(desk: Desk, order: Order, decision: Decision) -> str:
    """Back to the view the moderator came from: at the card that follows, with the offer to take the decision back."""
    if decision.action in STAYING:
        return f"/desk/comments/{quote(order.comment)}?back={quote(own_path(desk.form.get('back', '')))}"
    back = urlsplit(own_path(desk.form.get("back", "")))
    query = [(name, value) for name, value in parse_qsl(back.query) if name != "done"]
    if order.action != UNDO:
        query.append(("done", order.comment))
    following = order.comment if order.action == UNDO else desk.form.get("next", "")
    return back.path + (f"?{urlencode(query)}" if query else "") + (f"#c-{quote(following)}" if following else "")
