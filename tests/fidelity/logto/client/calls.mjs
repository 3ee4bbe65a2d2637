// Calls the Management API with Logto's own client, logged in by its client credentials: one [verb, path, options] a
// line of input; prints the status and document of each.
import { createInterface } from "node:readline";
import { createManagementApi } from "@logto/api/management";

const { LOGTO_ENDPOINT: baseUrl, LOGTO_APP_ID: clientId, LOGTO_APP_SECRET: clientSecret } = process.env;
const { apiClient } = createManagementApi("default", { baseUrl, clientId, clientSecret });
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, path, options] = JSON.parse(line);
  const { data, error, response } = await apiClient[verb](path, options);
  console.log(JSON.stringify({ status: response.status, document: data ?? error ?? null }));
}
