// Reads {text, variables} a line; writes {refused}, {failed} or {shown}. No template has another beside it to load.
import { createInterface } from "node:readline";
import { Liquid } from "liquidjs";

const engine = new Liquid({ locale: "en-US", templates: {} });
engine.registerTag("debug", { render: () => "" });

function judge({ text, variables }) {
  let parsed;
  try {
    parsed = engine.parse(text);
  } catch (error) {
    return { refused: error.message };
  }
  try {
    return { shown: engine.renderSync(parsed, variables) };
  } catch (error) {
    return { failed: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(judge(JSON.parse(line))) + "\n");
}
