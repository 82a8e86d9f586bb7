/** The name of one try to send: the same for the same words, so that a comment that arrived twice is stored once. */

/**
 * @returns {(content: string) => string} gives the id for a content: a new one whenever the content has changed
 */
export function attempts() {
  let id = "";
  let last = "";
  return (content) => {
    if (!id || content !== last) id = freshId();
    last = content;
    return id;
  };
}

/** 128 random bits. `crypto.randomUUID` is not there on a page without TLS, where some intranets still live. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `w${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
