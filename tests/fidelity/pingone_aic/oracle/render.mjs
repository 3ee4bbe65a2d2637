// Renders each line's template with its values, as the language's own implementation does.
import { createInterface } from "node:readline";
import Handlebars from "handlebars";

Handlebars.log = () => {}; // it would print among the answers

for await (const line of createInterface({ input: process.stdin })) {
  const { template, values } = JSON.parse(line);
  let text = null;
  try {
    text = Handlebars.compile(template)(values);
  } catch {
    // refused
  }
  console.log(JSON.stringify(text));
}
