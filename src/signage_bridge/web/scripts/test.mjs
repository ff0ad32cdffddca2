// Run the unit tests: each file of test/ is bundled, then run by Node's own test runner.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outdir = await mkdtemp(path.join(tmpdir(), "signage-page-"));
try {
  const tests = (await readdir(path.join(root, "test"))).filter((name) => name.endsWith(".test.ts"));
  await build({
    absWorkingDir: root,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  const files = tests.map((name) => path.join(outdir, name.replace(/\.ts$/, ".mjs")));
  const run = spawnSync(process.execPath, ["--test", ...process.argv.slice(2), ...files], {
    cwd: root,
    stdio: "inherit",
  });
  process.exitCode = run.status ?? 1;
} finally {
  await rm(outdir, { recursive: true });
}
