const browser = Object.fromEntries(
  [
    "document", "window", "location", "navigator", "customElements", "crypto", "fetch", "localStorage", "history",
    "CSSStyleSheet", "CSS", "HTMLElement", "IntersectionObserver", "AbortSignal", "Intl", "URL", "URLSearchParams", "Event",
    "CustomEvent", "Node", "Element", "Document", "console", "setTimeout", "clearTimeout", "setInterval",
    "clearInterval", "queueMicrotask", "requestAnimationFrame", "matchMedia", "addEventListener", "removeEventListener", "DOMException",
    "HTMLInputElement", "HTMLTextAreaElement", "HTMLSelectElement", "scrollBy", "AbortController", "TextDecoder", "atob",
  ].map((name) => [name, "readonly"]),
);

export default [
  { ignores: ["dist/", "node_modules/"] },
  {
    files: ["**/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: browser },
    rules: {
      "no-undef": "error",
      "no-unused-vars": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      "no-implicit-coercion": "error",
      "max-lines": ["error", 300],
      complexity: ["error", 10],
      // Text of strangers becomes nodes in one file and nowhere else; none of these may ever stand in the widget.
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML", "parseFromString", "setHTMLUnsafe", "cookie", "sessionStorage", "indexedDB"].map(
          (property) => ({ property, message: "Build nodes with dom.js; keep nothing on the reader's device." }),
        ),
      ],
      "no-eval": "error",
      "no-restricted-globals": ["error", "localStorage", "indexedDB", "sessionStorage"],
    },
  },
  { files: ["remember.js"], rules: { "no-restricted-globals": "off" } },
  { files: ["build.js"], languageOptions: { globals: { process: "readonly", Buffer: "readonly", console: "readonly", URL: "readonly" } } },
];
