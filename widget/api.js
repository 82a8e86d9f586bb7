/** The service as the widget sees it. Only this file and `participation.js` know its paths and its JSON (contract, section 3). */

/** @typedef {{name: string, url: string | null, role: "editor" | null}} Author */
/**
 * @typedef {{
 *   id: string, parent: string | null, depth: number, author: Author | null, html: string, created_at: string,
 *   edited_at: string | null, pinned: boolean, featured: boolean, helpful: number | null, question: string | null,
 *   removed: "author" | "moderation" | null,
 * }} Comment
 */
/** @typedef {{id: string, text: string, open: boolean, closes_at: string | null, count: number}} Question */
/**
 * @typedef {{
 *   site: string, page: string, title: string, open: boolean, count: number, outcome?: Outcome | null, questions?: Question[], comments: Comment[],
 *   next: string | null,
 * }} Thread
 */
/** What became of a talk. @typedef {{title: string, html: string, day: string, edited_at: string | null}} Outcome */
/** @typedef {{rule: string, severity: "note" | "hold" | "refuse", message: string, start: number | null, end: number | null}} Finding */
/**
 * @typedef {{
 *   id: string, status: "pending" | "approved" | "private", html: string, findings: Finding[], manage_token: string, manage_url: string,
 *   edit_until: string, message: string,
 * }} Receipt
 */
/**
 * What a form needs to know. `notice`: who answers for the data, on what legal basis, how long; `consent`: what to agree to where
 * that is the basis; `notify`: whether it mails who wants to hear of answers; `paused`: why nothing is taken at the moment; `expected`:
 * when a comment will have been read; `promise`: what happens to it, where not every one waits; `words`: the site's own. Texts may be empty.
 * @typedef {{
 *   form_token: string, netiquette_url: string, privacy_url: string, imprint_url: string, contact_url: string,
 *   max_length: number, edit_minutes: number, helpful: boolean, page_url: string,
 *   private?: {name: string, told: string, notice: string, consent: string} | null,
 *   notify: boolean, notice: string, consent: string, paused: string, expected: string, promise: string, words: string,
 * }} FormFacts
 */
/** @typedef {{text: string, name: string, email: string, url: string, homepage: string, notify?: string, private?: boolean, consent?: boolean}} Written */
/** @typedef {"oldest" | "newest" | "helpful"} Sort */
/** @typedef {{title?: string, detail?: string, code?: string, errors?: {field: string, message: string}[], findings?: Finding[]}} Problem */

const PATIENCE = 20_000;

/** The service said no. `status` 0: it could not be reached; `message` is the service's own sentence, or empty. @typedef {Error & {status: number} & Problem} Refusal */

/** @typedef {ReturnType<typeof serviceAt>} Service */

/**
 * One thread of one site. Whatever it is asked rejects with `Refusal` and with nothing else.
 * @param {string} base the service's address, ending in a slash
 * @param {string} site
 * @param {string} page
 * @param {string} language what the service shall speak, where it can
 */
export function serviceAt(base, site, page, language) {
  const place = encodeURIComponent(site);
  const api = `api/v1/sites/${place}/`;

  return {
    page,
    api,
    hosted: `${base}sites/${place}/thread?${new URLSearchParams({ page, lang: language })}`,
    netiquette: `${base}sites/${place}/netiquette`,
    counts,
    send,

    /**
     * @param {Sort} sort
     * @param {string | null} [after]
     * @param {number} [limit]
     * @returns {Promise<Thread>}
     */
    thread: (sort, after, limit) => read("thread", given({ page, sort: sort !== "oldest" && sort, after, limit })),

    /** @returns {Promise<number>} how many comments the page has */
    count: async () => (await counts([page]))[page] ?? 0,

    /** @returns {Promise<FormFacts>} */
    form: () => read("form", { page }, "no-store"),

    /**
     * @param {Written} written
     * @param {Record<string, string | undefined>} extra
     * @returns {Promise<Receipt>}
     */
    post: (written, extra) => send("POST", `${api}comments`, { page, ...written, ...extra }),
  };

  /**
   * @param {string[]} pages at most 200
   * @returns {Promise<Record<string, number>>} by page, as it was asked for
   */
  async function counts(pages) {
    return (await read("counts", pages.map((each) => ["page", each]))).counts;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Record<string, unknown>} [body] of which only the fields that hold something are sent
   * @param {string} [token] the author's key to their own comment
   * @returns {Promise<any>}
   */
  function send(method, path, body, token) {
    return ask(path, { method, ...(body && { body: JSON.stringify(given(body)) }) }, {
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    });
  }

  /**
   * @param {string} path
   * @param {Record<string, string> | string[][]} query
   * @param {RequestCache} [cache] asks whether it is still so, which costs a 304: a browser might show what was so half a minute ago
   * @returns {Promise<any>}
   */
  function read(path, query, cache = "no-cache") {
    return ask(`${api}${path}?${new URLSearchParams(query)}`, { cache });
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   * @param {Record<string, string>} [headers]
   */
  async function ask(path, request, headers) {
    const answer = await fetch(base + path, {
      credentials: "omit",
      referrerPolicy: "strict-origin-when-cross-origin",
      signal: AbortSignal.timeout(PATIENCE),
      // A service that has not this language speaks English rather than the site's.
      headers: { "Accept-Language": `${language},en;q=0.5`, ...headers },
      ...request,
    }).catch(() => {
      throw refusal(0);
    });
    // A proxy in between may answer with a page of its own; then the status has to speak.
    const body = await answer.json().catch(() => null);
    if (answer.ok && (body || answer.status === 204)) return body;
    throw refusal(answer.ok ? 502 : answer.status, body);
  }
}

/**
 * The fields that hold something.
 * @param {Record<string, unknown>} fields
 * @returns {Record<string, any>}
 */
function given(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
}

/**
 * @param {number} status
 * @param {Problem | null} [problem]
 * @returns {Refusal}
 */
function refusal(status, problem) {
  return Object.assign(new Error(problem?.detail || problem?.title), problem, { status });
}
