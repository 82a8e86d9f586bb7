/** What those ask of the service who take part in other ways than by sending a comment. */

/** @typedef {import("./api.js").Finding} Finding */
/** @typedef {import("./api.js").Service} Service */
/** @typedef {import("./api.js").Written} Written */
/** @typedef {{reason: string, statement: string, name: string, email: string}} Complaint */

/** @typedef {ReturnType<typeof participationIn>} Participation */

/** @param {Service} service */
export function participationIn({ send, api, page }) {
  return {
    /**
     * What the text would look like, and what the netiquette says to it. Nothing is stored.
     * @param {Written} written
     * @param {string} [token] what the host's page has signed about its reader
     * @returns {Promise<{html: string, findings: Finding[]}>}
     */
    preview: ({ text, name, url }, token) => send("POST", `${api}preview`, { page, text, name, url, ...(token && { token }) }),

    /**
     * @param {string} id
     * @param {string} token the author's own key to this comment
     * @param {string} text
     * @returns {Promise<{html: string, findings: Finding[]}>}
     */
    edit: (id, token, text) => send("PATCH", pathOf(id), { text }, token),

    /**
     * @param {string} id
     * @param {string} token
     * @returns {Promise<unknown>}
     */
    withdraw: (id, token) => send("DELETE", pathOf(id), undefined, token),

    /**
     * @param {string} id
     * @param {Complaint} complaint
     * @returns {Promise<{message?: string}>}
     */
    report: (id, complaint) => send("POST", `${pathOf(id)}/report`, complaint),

    /**
     * @param {string} id
     * @returns {Promise<{helpful: number}>}
     */
    helpful: (id) => send("POST", `${pathOf(id)}/helpful`),
  };
}

/** @param {string} id */
function pathOf(id) {
  return `api/v1/comments/${encodeURIComponent(id)}`;
}
