/**
 * Bundles the widget: one module that every page loads, one for those who take part, and one for each language but
 * German. With --check it says whether the committed ones are what a build gives.
 */
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const LIMIT = 12 * 1024;
const here = new URL("./", import.meta.url);
const checking = process.argv.includes("--check");

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

/** What becomes which file of dist/. */
const modules = { "wortmeldung.js": "index.js", "wortmeldung-write.js": "write.js" };
for (const file of await readdir(new URL("strings/", here))) {
  if (file !== "de.js") modules[`wortmeldung-${file}`] = `strings/${file}`;
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
    plugins: [stylesheets],
  });
  return outputFiles[0].contents;
}

/**
 * @param {string} name
 * @param {Uint8Array} code
 */
async function compare(name, code) {
  const committed = await readFile(new URL(`dist/${name}`, here));
  if (!committed.equals(code)) throw new Error(`dist/${name} is stale: run npm run build.`);
}
