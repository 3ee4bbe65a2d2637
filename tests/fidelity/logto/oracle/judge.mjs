// Judges configs by the published connectors' own schemas: one JSON document a line in, one verdict a line out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const packages = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).dependencies);
const connectors = await Promise.all(
  packages.map(async (name) => (await import(name)).default({ getConfig: async () => ({}) })),
);
const guards = Object.fromEntries(connectors.map(({ metadata, configGuard }) => [metadata.id, configGuard]));

for await (const line of createInterface({ input: process.stdin })) {
  const { factory, config } = JSON.parse(line);
  const { success, error } = guards[factory].safeParse(config);
  console.log(JSON.stringify({ accepted: success, issues: error?.issues.map(({ path, code }) => [path.join("."), code]) ?? [] }));
}
