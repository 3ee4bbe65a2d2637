// Reads {text, variables, loads} a line; writes {refused}, {failed} or {shown}. A text that loads others is only parsed.
import { createInterface } from "node:readline";
import { Liquid } from "liquidjs";

const engine = new Liquid({ locale: "en-US", fs: { readFileSync: () => "", existsSync: () => false, resolve: (_, file) => file, contains: () => true, exists: () => false, readFile: () => "", dirname: () => "", sep: "/" } });
engine.registerTag("debug", { render: () => "" });

function judge({ text, variables, loads }) {
  let parsed;
  try {
    parsed = engine.parse(text);
  } catch (error) {
    return { refused: error.message };
  }
  try {
    return loads ? {} : { shown: engine.renderSync(parsed, variables) };
  } catch (error) {
    return { failed: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(judge(JSON.parse(line))) + "\n");
}
