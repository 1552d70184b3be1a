#!/usr/bin/env node
// A receiver of notifications that believes only what is signed, and does nothing twice. Needs nothing but Node.js.
//
// SIGNING_SECRET=whsec_... node docs/examples/receiver.js [PORT]
//
// listens on 127.0.0.1, port 9000 unless told otherwise. The secret is what 'amibridge app secret ID' printed.

"use strict";
const { createHmac, timingSafeEqual } = require("node:crypto");
const { createServer } = require("node:http");

const TYPES = ["Dial-In", "Dial-Out", "Hangup", "Answer-In", "Answer-Out"];
const FRESH_SECONDS = 300;
const REMEMBERED_MS = 25 * 3600 * 1000; // a notification comes again for 24 hours at most
const LONGEST_BODY = 65536;

const secret = process.env.SIGNING_SECRET ?? "";
const port = Number(process.argv[2] ?? 9000);
if (!secret.startsWith("whsec_") || process.argv.length > 3 || !(port >= 0 && port <= 65535)) {
  console.error("usage: SIGNING_SECRET=whsec_... receiver.js [PORT]");
  process.exit(2);
}
const key = Buffer.from(secret.slice("whsec_".length), "base64");
const handled = new Map(); // EventID: when it came

// The content is the body as it arrived; for GET the query as it arrived.
function isGenuine(headers, content) {
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`;
  const expected = Buffer.from("v1," + createHmac("sha256", key).update(signed).update(content).digest("base64"));
  const fresh = Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"])) < FRESH_SECONDS;
  const signatures = (headers["webhook-signature"] ?? "").split(" ").map((one) => Buffer.from(one));
  return fresh && signatures.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
}

function isNew(eventId) {
  const now = Date.now();
  for (const [id, at] of handled) {
    if (at > now - REMEMBERED_MS) break; // the oldest come first
    handled.delete(id);
  }
  if (handled.has(eventId)) return false;
  handled.set(eventId, now);
  return true;
}

function handle(told) {
  const caller = told.get("CallerExtension") || told.get("CallerIDNum") || "withheld";
  const called = told.get("CalledExtension") || told.get("CalledNumber");
  const what = TYPES[told.get("EventType")] ?? "?";
  const columns = [told.get("Extension").padEnd(8), what.padEnd(10), told.get("CallStatus").padEnd(11)];
  console.log(...columns, caller, "->", called);
}

const server = createServer((request, response) => {
  const parts = [];
  let size = 0;
  request.on("data", (part) => {
    size += part.length;
    if (size > LONGEST_BODY) request.destroy();
    else parts.push(part);
  });
  request.on("end", () => {
    const mark = request.url.indexOf("?");
    const query = mark < 0 ? "" : request.url.slice(mark + 1);
    const content = request.method === "GET" ? Buffer.from(query, "latin1") : Buffer.concat(parts);
    const genuine = isGenuine(request.headers, content);
    if (genuine && isNew(request.headers["webhook-id"])) handle(new URLSearchParams(content.toString()));
    response.writeHead(genuine ? 204 : 401).end();
  });
});
server.on("error", (error) => {
  console.error(`cannot listen on port ${port} (${error.code}): name another one, in the URL as well`);
  process.exit(1);
});
server.listen(port, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
