// Bundle the page into a folder: `npm run build -- OUTDIR`. Names in assets/ carry their content's hash.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [target, ...rest] = process.argv.slice(2);
if (!target || rest.length > 0) {
  console.error("error: expected one argument, the folder to write to: npm run build -- OUTDIR");
  process.exit(2);
}
const outdir = path.resolve(process.env.INIT_CWD ?? ".", target);
await rm(path.join(outdir, "assets"), { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: [
    { in: "src/main.ts", out: "sign" },
    { in: "src/sign.css", out: "sign" },
  ],
  outdir: path.join(outdir, "assets"),
  entryNames: "[name]-[hash]",
  bundle: true,
  format: "esm",
  platform: "browser",
  target: ["chrome100", "firefox115", "safari16"],
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const made = Object.keys(result.metafile.outputs).map((file) => path.basename(file));
const html = await readFile(path.join(root, "src", "index.html"), "utf8");
await mkdir(outdir, { recursive: true });
await writeFile(
  path.join(outdir, "index.html"),
  html.replace(/assets\/sign\.(js|css)/g, (_, kind) => asset(kind)),
);
await writeFile(path.join(outdir, "licenses.txt"), await licenses());
console.log(`page written to ${outdir}`);

function asset(kind) {
  const name = made.find((file) => file.startsWith("sign-") && file.endsWith(`.${kind}`));
  if (!name) throw new Error(`no bundle of kind ${kind}`);
  return `assets/${name}`;
}

/** Return the licence texts of all packages that are part of the bundle. */
async function licenses() {
  const packages = new Set();
  for (const input of Object.keys(result.metafile.inputs)) {
    const found = input.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) packages.add(found[1]);
  }
  const texts = [...packages].sort().map(async (name) => {
    const folder = path.join(root, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(path.join(folder, file), "utf8") : "";
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
