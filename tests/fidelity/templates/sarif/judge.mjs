// Answers, for each line on stdin that holds a log, what the published schema says against it.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const Ajv = require("ajv");
const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
const ajv = new Ajv({ allErrors: true, schemaId: "auto", format: "fast", meta: false, unknownFormats: "ignore" });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
const valid = ajv.compile(schema);

for await (const line of createInterface({ input: process.stdin })) {
  const fits = valid(JSON.parse(line));
  console.log(JSON.stringify(fits ? [] : valid.errors.map((error) => `${error.dataPath} ${error.message}`)));
}
