// Calls the Management API with Auth0's own client, logged in by its client credentials: one [method, arguments] a line
// of input, such as ["emails.provider.get", []]; prints each value, the items of all pages, or the status of the error.
import { createInterface } from "node:readline";
import { ManagementClient } from "auth0";

const { AUTH0_DOMAIN, AUTH0_CLIENT_ID: clientId, AUTH0_CLIENT_SECRET: clientSecret } = process.env;
const client = new ManagementClient({ domain: new URL(AUTH0_DOMAIN).host, clientId, clientSecret });

async function call(path, given) {
  const names = path.split(".");
  const method = names.pop();
  const value = await names.reduce((part, name) => part[name], client)[method](...given);
  return { value: value?.iterMessages ? await items(value) : (value ?? null) };
}

async function items(page) {
  const found = [];
  for await (const item of page) found.push(item);
  return found;
}

for await (const line of createInterface({ input: process.stdin })) {
  const [path, given] = JSON.parse(line);
  const answer = await call(path, given).catch((error) => {
    if (!error.statusCode) throw error;
    return { status: error.statusCode, value: error.body };
  });
  console.log(JSON.stringify(answer));
}
