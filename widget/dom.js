/** Nodes, built by hand: in the widget no text is ever parsed as HTML. */

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/**
 * An element from its kind, such as `p` or `p.hint`, with attributes and children. Every class is a part of the same
 * name, which the host's page can style. A function is a listener for the event of its name, `true` an attribute without
 * value; `false`, `null` and `undefined` leave the attribute, or the child, out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T | `${T}.${string}`} kind
 * @param {Attributes | Child} [first]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(kind, first, ...children) {
  const [tag = "", ...classes] = kind.split(".");
  const made = document.createElement(/** @type {T} */ (tag));
  const look = classes.join(" ") || null;
  const attributes = first?.constructor === Object;
  dress(made, { class: look, part: look, .../** @type {Attributes} */ (attributes && first) });
  made.append(...present([...(attributes ? [] : [/** @type {Child} */ (first)]), ...children]));
  return made;
}

/**
 * A button that does something and never sends a form.
 * @param {string} look its classes
 * @param {Child} text
 * @param {(event: MouseEvent) => void} click
 * @param {Attributes} [attributes]
 */
export function button(look, text, click, attributes) {
  return element(`button.${look}`, { type: "button", click, ...attributes }, text);
}

/**
 * Changes attributes and listeners of a node, by the rules of `element`.
 * @param {Element} node
 * @param {Attributes} attributes
 */
export function dress(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === false || value === null || value === undefined) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Puts `children` in place of what a node holds.
 * @param {Element | ShadowRoot} node
 * @param {...Child} children
 */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
}

/**
 * Moves the focus to a node that cannot be reached by Tab.
 * @param {HTMLElement} node
 */
export function focusOn(node) {
  node.tabIndex = -1;
  node.focus();
}

/** @param {Child[]} children */
function present(children) {
  return /** @type {(Node | string)[]} */ (children.filter(Boolean));
}
