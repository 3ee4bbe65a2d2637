// Reads a request a line, and answers each with a line. Nothing that a page names is loaded: every request is refused, and told.
// {html, widths, modes?: ["light", "dark", "outlook"], axe?: [tags], off?: [rules], screenshot?: path, run?: expression} in a browser
// {visit: url, width, height?, scheme?, steps?: [{wait}, {press}, {type}, {media}, {evaluate}], axe?: [tags], screenshot?, pdf?}
// of a page as it is, which may ask for what it names
// {validate: html, rules: {…}} by html-validate
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const COLORS = ["color-contrast", "link-in-text-block"];
let browser, shown;

async function open() {
  browser ??= await puppeteer.launch({
    executablePath: process.env.BROWSER_PATH,
    args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--hide-scrollbars"],
  });
  return browser.newPage();
}

// What a page looks like to someone whose system is light or dark, or in Outlook on the web, which marks what it made dark.
async function dress(page, mode) {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: mode === "dark" ? "dark" : "light" }]);
  await page.evaluate((dark) => {
    for (const name of ["data-ogsc", "data-ogsb"]) document.documentElement.toggleAttribute(name, dark);
  }, mode === "outlook");
}

async function check(page, mode, runOnly, off) {
  const rules = runOnly.type === "tag" ? Object.fromEntries(off.map((rule) => [rule, { enabled: false }])) : {};
  const found = await page.evaluate((runOnly, rules) => axe.run({ runOnly, rules }), runOnly, rules);
  const told = (results) =>
    results.flatMap(({ id, nodes }) => nodes.map((node) => `${mode}: ${id}: ${node.failureSummary} ${node.html.slice(0, 200)}`));
  const passed = Object.fromEntries(found.passes.map(({ id, nodes }) => [id, nodes.length]));
  return { violations: told(found.violations), undecided: told(found.incomplete), passed };
}

// The same page for all documents: one of its own, a process each, costs as much as the look.
async function blank() {
  shown ??= await open();
  shown.removeAllListeners("request");
  await shown.emulateMediaFeatures();
  await shown.goto("about:blank");
  return shown;
}

async function look({ html, widths, modes = ["light"], axe: tags, off = [], screenshot, run }) {
  const page = await blank();
  const answer = { asked: [], wide: {}, violations: [], undecided: [], passed: {} };
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (/^(data|about|blob):/.test(request.url())) return request.continue();
    answer.asked.push(request.url());
    return request.abort();
  });
  await page.setContent(html, { waitUntil: "load", timeout: 20000 });
  for (const width of widths) {
    await page.setViewport({ width, height: 800 });
    // more than the width has to be scrolled sideways
    answer.wide[width] = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth));
  }
  await page.setViewport({ width: widths[0], height: 800 });
  if (tags) await page.evaluate(axe);
  for (const mode of modes) {
    await dress(page, mode);
    if (!tags) continue;
    // only colors are another mode's own
    const runOnly = mode === modes[0] ? { type: "tag", values: tags } : { type: "rule", values: COLORS };
    const found = await check(page, mode, runOnly, off);
    answer.violations.push(...found.violations);
    answer.undecided.push(...found.undecided);
    answer.passed[mode] = found.passed;
  }
  if (run) answer.ran = await page.evaluate(run);
  if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
  return answer;
}

// Not waitForFunction, which evaluates in the page, where its policy may forbid that.
async function holds(page, expression) {
  for (const end = Date.now() + 20000; !(await page.evaluate(expression)); await new Promise((done) => setTimeout(done, 30)))
    if (Date.now() > end) throw new Error(`never: ${expression}`);
}

async function step(page, { wait, press, type, media, evaluate }) {
  if (wait) await holds(page, wait);
  if (press) await page.keyboard.press(press);
  if (type) await page.keyboard.type(type);
  if (media) await page.emulateMediaType(media);
  return evaluate ? page.evaluate(evaluate) : undefined;
}

async function visit({ visit: url, width, height = 900, scheme, steps = [], axe: tags, screenshot, pdf }) {
  const page = await open();
  const answer = { errors: [], refused: [], said: [], violations: [] };
  try {
    page.on("pageerror", (error) => answer.errors.push(error.message));
    page.on("console", (message) => answer.said.push(`${message.type()}: ${message.text()}`));
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      const asked = request.url();
      if (/^(data|about|blob|file):/.test(asked) || new URL(asked).origin === new URL(url).origin) return request.continue();
      answer.refused.push(asked);
      return request.abort();
    });
    page.on("dialog", (dialog) => (answer.errors.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
    await page.setViewport({ width, height });
    const features = [{ name: "prefers-reduced-motion", value: "reduce" }];
    // without a scheme it is as elements say for their frames
    await page.emulateMediaFeatures(scheme ? [...features, { name: "prefers-color-scheme", value: scheme }] : features);
    await page.goto(url, { waitUntil: "load", timeout: 20000 });
    for (const each of steps) answer.ran = (await step(page, each)) ?? answer.ran;
    if (screenshot) await page.screenshot({ path: screenshot });
    if (pdf) await page.pdf({ path: pdf, format: "A4" });
    if (tags) {
      await page.evaluate(axe);
      const found = await page.evaluate((values) => axe.run(document, { iframes: false, runOnly: { type: "tag", values } }), tags);
      answer.violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" ")}`);
    }
    answer.beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    return { ...answer, url: page.url(), title: await page.title() };
  } finally {
    await page.close();
  }
}

async function validate({ validate: html, rules }) {
  const { HtmlValidate, StaticConfigLoader } = await import("html-validate");
  const report = await new HtmlValidate(
    new StaticConfigLoader({ extends: ["html-validate:standard"], rules }),
  ).validateString(html);
  return { messages: report.results.flatMap(({ messages }) => messages.map((each) => `${each.line}: ${each.ruleId}: ${each.message}`)) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = "validate" in request ? await validate(request) : "visit" in request ? await visit(request) : await look(request);
  } catch (error) {
    shown = void shown?.close();
    answer = { failed: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
await browser?.close();
