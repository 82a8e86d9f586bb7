/**
 * Bundles the widget: one module that every page loads, with which people read and write; one for what few need (preview,
 * advice, reports); one for pages that ask questions; one for writing to a contact; and one for each language but
 * German. With --check it says whether the committed ones are what a
 * build gives.
 */
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";

/** The most that the first module may weigh, in gzipped bytes. */
const LIMIT = 12 * 1024;
const here = new URL("./", import.meta.url);
const checking = process.argv.includes("--check");
const german = await import(new URL("strings/de.js", here).href);
/** The name of every text, by which German, the other languages and all who speak agree on its number. */
const texts = Object.values(german).flatMap((part) => Object.keys(part));

/** A stylesheet is imported as minified text: one file, one request, and no <style> that a strict CSP would refuse. */
const stylesheets = {
  name: "stylesheets",
  /** @param {import("esbuild").PluginBuild} bundle */
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** Texts go by number instead of name, which saves half a kilobyte. */
const numbers = {
  name: "numbers",
  /** @param {import("esbuild").PluginBuild} bundle */
  setup(bundle) {
    bundle.onLoad({ filter: /strings\/[\w-]+\.js$/ }, async ({ path }) => {
      const parts = Object.entries(await import(path));
      return { contents: parts.map(([part, strings]) => `export const ${part} = ${numbered(strings)};`).join("\n") };
    });
    bundle.onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { contents: source.replace(/(?<!#)\bsay\((?:"(\w+)")?/g, (all, text) => `say(${numberOf(text, path)}`) };
    });
  },
};

/** What becomes which file of dist/. */
const modules = {
  "wortmeldung.js": "index.js",
  "wortmeldung-more.js": "more.js",
  "wortmeldung-questions.js": "questions.js",
  "wortmeldung-contact.js": "contact.js",
};
for (const [folder, name] of [["strings/", "wortmeldung-"], ["strings/contact/", "wortmeldung-contact-"]]) {
  const files = (await readdir(new URL(folder, here))).filter((file) => file.endsWith(".js") && file !== "de.js");
  for (const file of files) modules[name + file] = folder + file;
}

await mkdir(new URL("dist/", here), { recursive: true });
for (const [name, source] of Object.entries(modules)) {
  const code = await bundle(source);
  const weight = gzipSync(code, { level: 9 }).length;
  console.log(`${name}: ${code.length} bytes, ${weight} gzipped`);
  if (name === "wortmeldung.js" && weight > LIMIT) throw new Error(`${name} has grown too heavy: at most ${LIMIT} bytes.`);
  await (checking ? compare(name, code) : writeFile(new URL(`dist/${name}`, here), code));
}

/** @param {string} source */
async function bundle(source) {
  const { outputFiles } = await build({
    entryPoints: [new URL(source, here).pathname],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    write: false,
    plugins: [stylesheets, numbers],
  });
  const { code } = await minify(outputFiles[0].text, { module: true, ecma: 2020, compress: { passes: 4 } });
  return Buffer.from(code);
}

/** @param {Record<string, unknown>} strings a list where none is missing, else an object */
function numbered(strings) {
  const entries = Object.entries(strings).map(([text, form]) => [numberOf(text, "strings/"), form]);
  const whole = entries.every(([number], at) => number === at);
  return JSON.stringify(whole ? entries.map(([, form]) => form) : Object.fromEntries(entries));
}

/**
 * @param {string | undefined} text
 * @param {string} path
 */
function numberOf(text, path) {
  const number = texts.indexOf(text ?? "");
  if (number < 0) throw new Error(`${path}: say() takes the name of a text that strings/de.js has, not ${text ?? "an expression"}.`);
  return number;
}

/**
 * @param {string} name
 * @param {Uint8Array} code
 */
async function compare(name, code) {
  const committed = await readFile(new URL(`dist/${name}`, here));
  if (!committed.equals(code)) throw new Error(`dist/${name} is stale: run npm run build.`);
}
