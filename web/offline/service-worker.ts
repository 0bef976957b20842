/**
 * The service worker of a static folder. It keeps the page in the browser, so that it works without a network, and adds
 * the headers that let threads share memory, where the server does not send them. The build writes it to the folder's
 * root as one script, with the names and checksums of all files (tools/build-page.js).
 */

/** The files of the page, each with its SHA-256 in hex. */
declare const FILES: Readonly<Record<string, string>>;
/** A checksum of all of them. */
declare const BUILD: string;
/** The content security policy of the page; without it, its workers would have none. */
declare const POLICY: string;

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const { scope } = worker.registration;
const files = FILES;

/** The files of a build have a cache of their own: pages of two builds may be open at once. */
const PAGES = "lenet5 page ";
const page = PAGES + BUILD;
/** What does not belong to a build: MNIST, and what the server says that it has. */
const DATA = "lenet5 data";
/** An entry of a cache that has every file of its build. */
const COMPLETE = `${scope}complete`;

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

// The page asks for it when it has started: until then, what it needs comes first.
worker.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep().catch(() => undefined));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(scope)) return;
  const name = request.url.slice(scope.length).replace(/[?#].*$/s, "") || "index.html";
  const answer = answerFor(name);
  // Other pages of the same site may lie in folders of this one.
  if (answer) event.respondWith(answer(request, scope + name).then(isolated));
});

function answerFor(name: string): ((request: Request, address: string) => Promise<Response>) | undefined {
  if (name === "served.json" || name.startsWith("runs/")) return newest;
  if (name.startsWith("mnist/")) return keptData;
  return Object.hasOwn(files, name) || name.startsWith("assets/") ? pageFile : undefined;
}

async function pageFile(request: Request, address: string): Promise<Response> {
  const kept = await (await caches.open(page)).match(address);
  if (kept) return kept;
  const response = await fetch(request).catch(() => undefined);
  if (response?.ok || response?.type === "opaqueredirect") return response;
  // A page of an earlier build asks for a file of its own.
  return (await caches.match(address)) ?? response ?? Response.error();
}

/** MNIST's files never change. */
async function keptData(request: Request, address: string): Promise<Response> {
  const cache = await caches.open(DATA);
  const kept = await cache.match(address);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(address, response.clone());
  return response;
}

/** What the server says now; without a network, what it said last. */
async function newest(request: Request, address: string): Promise<Response> {
  const cache = await caches.open(DATA);
  const response = await fetch(request).catch(() => undefined);
  if (response?.ok) await cache.put(address, response.clone());
  return response ?? (await cache.match(address)) ?? Response.error();
}

/** The same response with the headers that `lenet5 play` sends: threads share memory, and other sites learn nothing. */
function isolated(response: Response): Response {
  // A redirect and a failure have no headers that could be added to.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  // Safari ignores `credentialless`.
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set("Content-Security-Policy", POLICY);
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  const { status, statusText } = response;
  return new Response(status === 204 || status === 304 ? null : response.body, { status, statusText, headers });
}

/** Keeps every file of this build, then forgets all builds but this one and the one before. */
async function keep(): Promise<void> {
  const cache = await caches.open(page);
  if (await cache.match(COMPLETE)) return;
  for (const name of Object.keys(files)) {
    if (!(await cache.match(scope + name))) await cache.put(scope + name, await fileOfBuild(name));
  }
  await cache.put(COMPLETE, new Response());
  const others = (await caches.keys()).filter((key) => key.startsWith(PAGES) && key !== page);
  for (const old of others.slice(0, -1)) await caches.delete(old);
}

/** A file as this build has it: from an earlier build, else from the server. @throws Error if the server has another */
async function fileOfBuild(name: string): Promise<Response> {
  const old = await caches.match(scope + name);
  if (old && (await sumOf(old.clone())) === files[name]) return old;
  const response = await fetch(scope + name, { cache: "no-cache" });
  if (!response.ok || (await sumOf(response.clone())) !== files[name]) throw new Error(`${name} is of another build`);
  return response;
}

async function sumOf(response: Response): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
