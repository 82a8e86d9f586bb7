/** Defines the elements, once: a script that is loaded twice changes nothing. */
import { CountElement } from "./count-element.js";
import { ThreadElement } from "./thread-element.js";

if (!customElements.get("wortmeldung-thread")) customElements.define("wortmeldung-thread", ThreadElement);
if (!customElements.get("wortmeldung-count")) customElements.define("wortmeldung-count", CountElement);
