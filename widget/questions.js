/**
 * What editors have put around a talk: what became of it; the questions under an article, each with its answers and a form of
 * its own; and then all else.
 */
import { button, element, fill } from "./dom.js";
import { placeOutcome } from "./outcome.js";
import { questions as german } from "./strings/de.js";
import { inFull } from "./when.js";
import { fetchStrings, speaker } from "./words.js";
import css from "./questions.css";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./api.js").Question} Question */
/** @typedef {import("./form.js").CommentForm} CommentForm */
/** @typedef {import("./list.js").List} List */
/** @typedef {ReturnType<typeof showQuestion>} Group */
/** What the first script lends, so that its code is not fetched twice. @typedef {{list: (more: () => void) => List, form: typeof import("./form.js").openForm}} Makers */

const ANCHOR = /^#frage-([\w-]+)$/;

/**
 * A list like any other, in which the answers stand under their questions.
 * @param {import("./stage.js").Stage} stage
 * @param {List} rest shows what stands under no question
 * @param {Makers} make
 */
export async function open(stage, rest, make) {
  const say = speaker(stage.say.language, Object.assign([], german, (await fetchStrings(stage.say.language))?.questions));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  stage.root.adoptedStyleSheets.push(sheet);
  /** @type {Map<string, Group>} */
  const groups = new Map();
  /** Of which list each comment is part. @type {Map<string, List>} */
  const lists = new Map();
  /** @type {Map<string, Comment>} */
  const all = new Map();
  const outcome = placeOutcome(stage, say("outcome"));
  const place = element("div.questions");
  const title = element(/** @type {"h3.rest"} */ (`h${stage.level + 1}.rest`), say("rest"));

  return {
    node: element("div.talk", outcome.node, place, title, rest.node),
    all,
    add,
    waiting: () => everyList().some((list) => list.waiting()),

    /**
     * @param {Comment[]} comments
     * @param {boolean} answerable
     * @param {boolean} hasNext
     * @param {import("./api.js").Thread} answer
     */
    replace(comments, answerable, hasNext, { questions = [], outcome: became }) {
      outcome.show(became);
      const asked = questions.map((question, at) => {
        const group = groups.get(question.id) ?? showQuestion(stage, say, make);
        group.tell(question, at + 1, answerable && question.open);
        return /** @type {[string, Group]} */ ([question.id, group]);
      });
      const gone = [...groups.values()].filter((group) => group.unsent() && !asked.some(([, other]) => other === group));
      groups.clear();
      for (const [id, group] of asked) groups.set(id, group);
      // A form that somebody writes in stays, also when its question is no longer asked: the text is theirs.
      fill(place, ...[...groups.values(), ...gone].map(({ node }) => node));
      all.clear();
      lists.clear();
      const parts = share(comments);
      for (const group of groups.values()) group.replace(parts.get(group.list) ?? []);
      rest.replace(parts.get(rest) ?? [], answerable, hasNext);
      title.hidden = !groups.size || !parts.has(rest);
    },

    /** @param {boolean} hasNext */
    showMore(hasNext) {
      const came = [...groups.values()].map(({ list }) => (list.waiting() ? list.showMore(false) : 0));
      return rest.showMore(hasNext) + came.reduce((sum, number) => sum + number, 0);
    },

    /** @param {string} id */
    reveal: (id) => lists.get(id)?.reveal(id) ?? false,

    /**
     * Goes to the question that an address names after `#`.
     * @param {string} hash
     */
    goTo(hash) {
      if (hash === "#was-daraus-wurde") outcome.node.scrollIntoView({ block: "start", behavior: "instant" });
      const group = groups.get(ANCHOR.exec(hash)?.[1] ?? "");
      group?.node.focus({ preventScroll: true });
      group?.node.scrollIntoView({ block: "start", behavior: "instant" });
    },

    unsent: () => [...groups.values()].some((group) => group.unsent()),
  };

  function everyList() {
    return [...groups.values()].map(({ list }) => list).concat(rest);
  }

  /** @param {Comment[]} comments */
  function add(comments) {
    for (const [list, part] of share(comments)) list.add(part);
    title.hidden = !groups.size || !rest.all.size;
  }

  /**
   * Which list each comment belongs to: that of what it answers, else of the question it names.
   * @param {Comment[]} comments
   */
  function share(comments) {
    /** @type {Map<List, Comment[]>} */
    const parts = new Map();
    comments.forEach((comment, at) => {
      const question = comment.question ?? (comment.removed && questionBelow(comments, at)) ?? "";
      const list = lists.get(comment.parent ?? "") ?? groups.get(question || "")?.list ?? rest;
      lists.set(comment.id, list);
      all.set(comment.id, comment);
      parts.set(list, [...(parts.get(list) ?? []), comment]);
    });
    return parts;
  }
}

/**
 * A tombstone does not know any more what it answered, but its replies do.
 * @param {Comment[]} comments
 * @param {number} at
 */
function questionBelow(comments, at) {
  const end = comments.findIndex(({ depth }, place) => place > at && !depth);
  return comments.slice(at + 1, end < 0 ? undefined : end).find(({ question }) => question)?.question;
}

/**
 * One question: its text, what is known of it, its answers and the way to answer.
 * @param {import("./stage.js").Stage} stage
 * @param {import("./words.js").Speaker<keyof typeof german>} say
 * @param {Makers} make
 */
function showQuestion(stage, say, make) {
  const { level } = stage;
  const label = element("p.label");
  const title = element(/** @type {"h3.question-title"} */ (`h${level + 1}.question-title`), { dir: "auto" });
  const state = element("p.meta");
  const answer = button("secondary.answer", say("answer"), write);
  const head = element("header.asked", label, title, state, answer);
  const list = make.list(() => list.showMore(false));
  const node = element("section.question", { tabindex: -1 }, head, list.node);
  /** @type {CommentForm | undefined} */
  let form;
  let id = "";
  let open = false;

  return {
    node,
    list,
    unsent: () => form?.unsent() ?? false,

    /**
     * @param {Question} question
     * @param {number} number
     * @param {boolean} answerable
     */
    tell(question, number, answerable) {
      ({ id } = question);
      open = answerable;
      node.id = `frage-${id}`;
      title.id = `${node.id}-titel`;
      node.setAttribute("aria-labelledby", title.id);
      answer.setAttribute("aria-describedby", title.id);
      label.textContent = say("question", { n: number });
      title.textContent = question.text;
      const until = question.closes_at && say("until", { time: inFull(question.closes_at, stage.say) });
      state.textContent = [question.count ? say("answers", { n: question.count }) : say("noAnswers"), open ? until : say("questionClosed")].filter(Boolean).join(" · ");
      answer.hidden = !open || Boolean(form?.node.isConnected);
    },

    /** @param {Comment[]} comments */
    replace(comments) {
      list.replace(comments, open, false);
    },
  };

  function write() {
    form ??= make.form(stage, { title: say("answerTitle"), level: level + 2, question: id, cancel });
    list.node.before(form.node);
    answer.hidden = true;
    form.focus();
  }

  function cancel() {
    const unsent = form?.unsent();
    form?.node.remove();
    if (!unsent) form = undefined;
    answer.hidden = !open;
    answer.focus();
  }
}
