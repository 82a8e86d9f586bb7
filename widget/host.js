/** Where the service is: beside the script itself, unless the element says otherwise. */

const BESIDE = new URL("../", import.meta.url).href;

/**
 * @param {Element} node
 * @returns {string} an address that ends in a slash
 */
export function serviceOf(node) {
  const named = node.getAttribute("service");
  return named ? new URL(named.replace(/\/*$/, "/"), location.href).href : BESIDE;
}
