// Prints the language tags that Logto's sign-in pages know, one a line.
import { createRequire } from "node:module";

const kit = createRequire(import.meta.resolve("@logto/connector-smtp")).resolve("@logto/language-kit");
const { languages } = await import(kit);
for (const tag of Object.keys(languages)) console.log(tag);
