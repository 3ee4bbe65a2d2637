// Sends a mail for each SMTP config on stdin, through the connector's own mail library and as the connector does it; says
// whether it got to the addresses, whether it went out, whether the library logged in, and what it said. A config that hangs is given up.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const nodemailer = createRequire(import.meta.resolve("@logto/connector-smtp"))("nodemailer");
const longest = Number(process.argv[2]) * 1000;

const sends = async (config) => {
  const seen = { connected: false, sent: false, loggedIn: false, said: "" };
  const note = (entry) => {
    if (entry.action === "authenticated") seen.loggedIn = true;
  };
  const logger = Object.fromEntries(["trace", "debug", "info", "warn", "error", "fatal"].map((level) => [level, note]));
  const message = { from: "sender@acme.example", to: "ops@other.example", subject: "judge", text: "judge" };
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no end within the judge's time")), longest));
  try {
    const transport = nodemailer.createTransport({ ...config, logger });
    await Promise.race([transport.sendMail(message), late]);
    seen.connected = seen.sent = true;
  } catch (error) {
    seen.said = String(error.message);
    seen.connected = error.code === "EENVELOPE";
  }
  return seen;
};

const lines = [];
for await (const line of createInterface({ input: process.stdin })) lines.push(JSON.parse(line));
process.on("uncaughtException", () => {});
const verdicts = [];
let next = 0;
const work = async () => {
  while (next < lines.length) {
    const mine = next++;
    verdicts[mine] = await sends(lines[mine]);
  }
};
await Promise.all(Array.from({ length: 16 }, work));
for (const verdict of verdicts) console.log(JSON.stringify(verdict));
process.exit(0);
