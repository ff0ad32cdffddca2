import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const SRC = path.join(process.cwd(), "src");
const IMPORT = /^(?:import|export)\b[^;]*?["']\.\/([^"']+)["'];/gm;

/** The modules of src by name, with the modules that each imports, types included. */
const MODULES = new Map(
  readdirSync(SRC)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [file.replace(/\.ts$/, ""), importsOf(readFileSync(path.join(SRC, file), "utf8"))]),
);

function importsOf(source: string): string[] {
  return [...source.matchAll(IMPORT)].map(([, name]) => name as string);
}

/** Return the first circle that is met on the way from a module, and add all modules on the way to `seen`. */
function findCircle(name: string, seen: Set<string>, way: readonly string[] = []): string[] | undefined {
  if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
  if (seen.has(name)) return undefined;
  seen.add(name);
  for (const imported of MODULES.get(name) ?? []) {
    const circle = findCircle(imported, seen, [...way, name]);
    if (circle) return circle;
  }
  return undefined;
}

test("an import is found however it is written", () => {
  const source = [
    'import "./a";',
    'import { b } from "./b";',
    'import type { C } from "./c";',
    'import {\n  d,\n  type D,\n} from "./d";',
    'export { e } from "./e";',
    'import assert from "node:assert";',
    'const text = "./f";',
  ].join("\n");
  assert.deepEqual(importsOf(source), ["a", "b", "c", "d", "e"]);
});

test("all that is imported is a module of src", () => {
  const missing = [...MODULES].flatMap(([name, imported]) =>
    imported.filter((each) => !MODULES.has(each)).map((each) => `${name} imports ${each}`),
  );
  assert.deepEqual(missing, []);
});

test("no module imports itself in a circle", () => {
  const seen = new Set<string>();
  for (const name of MODULES.keys()) assert.equal(findCircle(name, seen)?.join(" -> "), undefined);
});

test("every module is reached from main", () => {
  const seen = new Set<string>();
  findCircle("main", seen);
  assert.deepEqual([...MODULES.keys()].sort(), [...seen].sort());
});
