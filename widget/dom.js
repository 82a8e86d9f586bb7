/** Nodes, built by hand: in the widget no text is ever parsed as HTML. */

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/**
 * An element with attributes and children. A function is a listener for the event of its name, `true` an attribute
 * without value; `false`, `null` and `undefined` leave the attribute, or the child, out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes | null} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  dress(made, attributes ?? {});
  made.append(...present(children));
  return made;
}

/**
 * A button that does something and never sends a form.
 * @param {string} look its class
 * @param {Child} text
 * @param {(event: MouseEvent) => void} click
 * @param {Attributes} [attributes]
 */
export function button(look, text, click, attributes) {
  return element("button", { type: "button", class: look, part: "button", click, ...attributes }, text);
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
 * @param {Element} node
 * @param {...Child} children
 */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
}

/**
 * A small line drawing that says nothing to a screen reader; the words stand beside it.
 * @param {string} path on a grid of 16 by 16
 */
export function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  const line = document.createElementNS(space, "path");
  dress(drawing, { viewBox: "0 0 16 16", "aria-hidden": "true", class: "icon" });
  dress(line, { d: path });
  drawing.append(line);
  return drawing;
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
  return /** @type {(Node | string)[]} */ (children.filter((each) => each || each === ""));
}
