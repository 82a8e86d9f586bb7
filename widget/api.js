/** The service as the widget sees it: the only file that knows its paths and its JSON (contract, section 3). */

/** @typedef {{name: string, url: string | null, role: "editor" | null}} Author */
/**
 * @typedef {{
 *   id: string, parent: string | null, depth: number, author: Author | null, html: string, created_at: string,
 *   edited_at: string | null, pinned: boolean, featured: boolean, helpful: number | null, question: string | null,
 *   removed: "author" | "moderation" | null,
 * }} Comment
 */
/**
 * @typedef {{
 *   site: string, page: string, title: string, open: boolean, count: number, comments: Comment[], next: string | null,
 * }} Thread
 */
/** @typedef {{rule: string, severity: "note" | "hold" | "refuse", message: string, start: number | null, end: number | null}} Finding */
/**
 * @typedef {{
 *   id: string, status: "pending", html: string, findings: Finding[], manage_token: string, manage_url: string,
 *   edit_until: string, message: string,
 * }} Receipt
 */
/**
 * @typedef {{
 *   form_token: string, netiquette_url: string, privacy_url: string, imprint_url: string, contact_url: string,
 *   max_length: number, edit_minutes: number, helpful: boolean, page_url: string,
 * }} FormFacts
 */
/** @typedef {{text: string, name: string, email: string, url: string, homepage: string}} Written */
/** @typedef {{reason: string, statement: string, name: string, email: string}} Complaint */
/** @typedef {"oldest" | "newest" | "helpful"} Sort */

/** The service said no. `status` 0: it could not be reached. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {{
   *   title?: string, detail?: string, code?: string, errors?: {field: string, message: string}[], findings?: Finding[],
   * }} [problem]
   */
  constructor(status, problem = {}) {
    super(problem.detail || problem.title || "");
    this.status = status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.findings = problem.findings ?? [];
  }
}

const PATIENCE = 20_000;
/** Asks whether it is still so, which costs a 304. Else a browser may show once more what it saw half a minute ago. @type {RequestInit} */
const FRESH = { cache: "no-cache" };

/** One thread of one site, as everybody may read it. Every method rejects with `Refusal` and with nothing else. */
export class Service {
  /**
   * @param {string} base the service's address, ending in a slash
   * @param {string} site
   * @param {string} page
   * @param {string} language what the service shall speak
   */
  constructor(base, site, page, language) {
    this.base = base;
    this.page = page;
    this.language = language;
    this.site = `api/v1/sites/${encodeURIComponent(site)}/`;
    const query = new URLSearchParams({ page, lang: language });
    this.hosted = `${base}sites/${encodeURIComponent(site)}/thread?${query}`;
    this.netiquette = `${base}sites/${encodeURIComponent(site)}/netiquette`;
  }

  /**
   * @param {Sort} sort
   * @param {string | null} [after]
   * @param {number} [limit]
   * @returns {Promise<Thread>}
   */
  thread(sort, after, limit) {
    const query = new URLSearchParams({ page: this.page });
    if (sort !== "oldest") query.set("sort", sort);
    if (after) query.set("after", after);
    if (limit) query.set("limit", String(limit));
    return this.ask(`${this.site}thread?${query}`, FRESH);
  }

  /** @returns {Promise<number>} how many comments the page has */
  async count() {
    const counts = await this.counts([this.page]);
    return counts.get(this.page) ?? 0;
  }

  /**
   * @param {string[]} pages at most 200
   * @returns {Promise<Map<string, number>>} by page, as it was asked for
   */
  async counts(pages) {
    const query = new URLSearchParams(pages.map((page) => ["page", page]));
    const { counts } = await this.ask(`${this.site}counts?${query}`, FRESH);
    return new Map(Object.entries(counts));
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   * @returns {Promise<any>}
   */
  async ask(path, request) {
    /** @type {Response} */
    let answer;
    try {
      answer = await fetch(this.base + path, {
        credentials: "omit",
        referrerPolicy: "strict-origin-when-cross-origin",
        signal: AbortSignal.timeout(PATIENCE),
        ...request,
        headers: { Accept: "application/json", "Accept-Language": this.language, ...request.headers },
      });
    } catch {
      throw new Refusal(0);
    }
    // A proxy in between may answer with a page of its own; then the status has to speak.
    const body = await answer.json().catch(() => null);
    if (!answer.ok) throw new Refusal(answer.status, body ?? {});
    if (body === null && answer.status !== 204) throw new Refusal(502);
    return body;
  }
}

/** What those do who take part, through the same service. */
export class Participation {
  /** @param {Service} service */
  constructor(service) {
    this.service = service;
  }

  /** @returns {Promise<FormFacts>} */
  form() {
    return this.service.ask(`${this.service.site}form?${new URLSearchParams({ page: this.service.page })}`, { cache: "no-store" });
  }

  /**
   * @param {Written} written
   * @param {{id: string, parent: string | null, token: string, title: string}} extra
   * @returns {Promise<Receipt>}
   */
  post(written, { id, parent, token, title }) {
    const post = { page: this.service.page, id, title, form_token: token, ...written, ...(parent && { parent }) };
    return this.service.ask(`${this.service.site}comments`, this.#json("POST", given(post)));
  }

  /**
   * What the text would look like, and what the netiquette says to it. Nothing is stored.
   * @param {Written} written
   * @returns {Promise<{html: string, findings: Finding[]}>}
   */
  preview(written) {
    return this.service.ask(`${this.service.site}preview`, this.#json("POST", given({ page: this.service.page, ...written })));
  }

  /**
   * @param {string} id
   * @param {string} token the author's own key to this comment
   * @param {string} text
   * @returns {Promise<{html: string, findings: Finding[]}>}
   */
  edit(id, token, text) {
    return this.service.ask(`api/v1/comments/${encodeURIComponent(id)}`, this.#json("PATCH", { text }, token));
  }

  /**
   * @param {string} id
   * @param {string} token
   * @returns {Promise<unknown>}
   */
  withdraw(id, token) {
    return this.service.ask(`api/v1/comments/${encodeURIComponent(id)}`, this.#json("DELETE", undefined, token));
  }

  /**
   * @param {string} id
   * @param {Complaint} complaint
   * @returns {Promise<{message?: string}>}
   */
  report(id, complaint) {
    return this.service.ask(`api/v1/comments/${encodeURIComponent(id)}/report`, this.#json("POST", given(complaint)));
  }

  /**
   * @param {string} id
   * @returns {Promise<{helpful: number}>}
   */
  helpful(id) {
    return this.service.ask(`api/v1/comments/${encodeURIComponent(id)}/helpful`, { method: "POST" });
  }

  /**
   * @param {string} method
   * @param {unknown} body
   * @param {string} [token]
   * @returns {RequestInit}
   */
  #json(method, body, token) {
    return {
      method,
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    };
  }
}

/**
 * The fields that hold something; an empty one is left out.
 * @param {Record<string, string | null | undefined>} fields
 */
function given(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
}
