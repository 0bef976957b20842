import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { isOwnHost } from "./own-hosts.ts";
import type { Resource, Resources } from "./resource.ts";

/** Headers of all answers: the page may share memory among threads, and reaches nothing but this server. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Content-Security-Policy": [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    // The engine starts its threads from a text that it contains.
    "worker-src 'self' blob:",
    "img-src 'self' blob: data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/**
 * Milliseconds. Nobody who sends slowly, or nothing, keeps a connection: `headersTimeout` is for the head of a request,
 * `requestTimeout` for all of it, `keepAliveTimeout` for the time until the next one.
 */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
};

/** Milliseconds after which a connection ends that takes nothing of its answer. */
const IDLE = 60_000;

/**
 * A server of some addresses and nothing else.
 * @param host the host that it will listen on
 * @param onError gets the failure to read a resource
 */
export function pageServer(resources: Resources, host: string, onError: (error: Error) => void): Server {
  const server = createServer(limits, async (request, response) => {
    try {
      await answer(request, response, resources, host);
    } catch (error) {
      onError(error as Error);
      refuse(response, 500, "The file cannot be read; the terminal says why");
    }
  });
  return server.setTimeout(IDLE);
}

async function answer(request: IncomingMessage, response: ServerResponse, resources: Resources, host: string) {
  const { method, url = "" } = request;
  const { "sec-fetch-site": site, "sec-fetch-mode": mode } = request.headers;
  const { "content-length": length = 0, "transfer-encoding": coding } = request.headers;
  // Such a page cannot read the answer, but could keep this machine busy.
  if (site === "cross-site" && mode !== "navigate")
    return refuse(response, 403, "Expected a request of this page, got one of another site");
  if (!isOwnHost(request.headers.host, host))
    return refuse(response, 403, `Expected a request to an address of this machine, got one to another name`);
  if (method !== "GET" && method !== "HEAD")
    return refuse(response, 405, "Expected GET or HEAD", { Allow: "GET, HEAD" });
  if (Number(length) > 0 || coding !== undefined) return refuse(response, 400, "Expected a request without content");
  const resource = await resources.get(url.replace(/[?#].*$/s, ""));
  if (!resource) return refuse(response, 404, "There is nothing at this address");
  await send(request, response, resource);
}

async function send(request: IncomingMessage, response: ServerResponse, { type, isHashed, read }: Resource) {
  const content = await read();
  const tag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 24)}"`;
  const kept = {
    ...headers,
    ETag: tag,
    "Cache-Control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    Vary: "Accept-Encoding",
  };
  if (request.headers["if-none-match"] === tag) return void response.writeHead(304, kept).end();
  const isText = /^(text|application\/json|image\/svg)/.test(type);
  const packs = isText && /\bgzip\b(?!\s*;\s*q=0(?![.\d]*[1-9]))/.test(String(request.headers["accept-encoding"]));
  const body = packs ? await promisify(gzip)(content) : content;
  response.writeHead(200, {
    ...kept,
    "Content-Type": type,
    "Content-Length": body.length,
    ...(packs && { "Content-Encoding": "gzip" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Answers with one line, and closes the connection: nothing more that it sends is read. */
function refuse(response: ServerResponse, status: number, line: string, more: Readonly<Record<string, string>> = {}) {
  if (response.headersSent) return void response.destroy();
  const own = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", Connection: "close" };
  response.writeHead(status, { ...headers, ...own, ...more }).end(`${line}.\n`);
}
