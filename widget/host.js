/** Where the service and the parts of its script are: beside the script itself, unless the element says otherwise. */

const BESIDE = new URL("../", import.meta.url).href;

/**
 * @param {Element} node
 * @returns {string} an address that ends in a slash
 */
export function serviceOf(node) {
  const named = node.getAttribute("service");
  return named ? new URL(named.replace(/\/*$/, "/"), location.href).href : BESIDE;
}

/**
 * A part of the script that not every page needs.
 * @param {string} part
 * @returns {Promise<any>} its module
 */
export function fetchPart(part) {
  return import(new URL(`wortmeldung-${part}.js`, import.meta.url).href);
}
