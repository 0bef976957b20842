/** Firefox and WebKit where the system has them, by the protocols that they bring: WebDriver BiDi and WebDriver. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A page in another browser. */
export interface ForeignPage {
  open(address: string): Promise<void>;
  /** The value of an expression. */
  value<Value>(expression: string): Promise<Value>;
  /** Moves the pressed mouse along points of the window, in CSS pixels. */
  drag(points: readonly (readonly [x: number, y: number])[]): Promise<void>;
  close(): Promise<void>;
}

const miniBrowser = [
  "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
  "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
].find((path) => existsSync(path));

/** The browsers that are installed here: on Debian, the packages firefox-esr, webkit2gtk-driver and xvfb. */
export const foreignBrowsers: Readonly<Record<string, (() => Promise<ForeignPage>) | undefined>> = {
  Firefox: isInstalled("firefox-esr") ? openFirefox : undefined,
  WebKit: miniBrowser && isInstalled("WebKitWebDriver") && isInstalled("Xvfb") ? openWebKit : undefined,
};

function isInstalled(program: string): boolean {
  return spawnSync("which", [program]).status === 0;
}

/** The actions of a drag, the same in both protocols. */
function dragActions(points: readonly (readonly [number, number])[]) {
  const moves = points.map(([x, y]) => ({ type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 8 }));
  const [first, ...others] = moves;
  const actions = [first, { type: "pointerDown", button: 0 }, ...others, { type: "pointerUp", button: 0 }];
  return [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }];
}

async function openFirefox(): Promise<ForeignPage> {
  const profile = await mkdtemp(join(tmpdir(), "lenet5-firefox-"));
  const child = spawn("firefox-esr", ["--headless", "--remote-debugging-port=0", "--profile", profile, "--no-remote"]);
  const address = await said(child, /WebDriver BiDi listening on ws:\/\/127\.0\.0\.1:(\d+)/);
  const socket = await BidiSocket.to(Number(address));
  await socket.send("session.new", { capabilities: {} });
  const { contexts } = await socket.send<{ contexts: { context: string }[] }>("browsingContext.getTree", {});
  const { context } = contexts[0]!;
  await socket.send("browsingContext.setViewport", { context, viewport: { width: 1280, height: 900 } });
  return {
    async open(url) {
      await socket.send("browsingContext.navigate", { context, url, wait: "complete" });
    },
    async value<Value>(expression: string) {
      // As text: the protocol has types of its own for everything else.
      const { result, exceptionDetails } = await socket.send<{
        result?: { value?: string };
        exceptionDetails?: { text: string };
      }>("script.callFunction", {
        functionDeclaration: `async () => JSON.stringify((await (${expression})) ?? null)`,
        awaitPromise: true,
        target: { context },
      });
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return JSON.parse(result!.value!) as Value;
    },
    async drag(points) {
      await socket.send("input.performActions", { context, actions: dragActions(points) });
    },
    async close() {
      socket.close();
      await ended(child);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function openWebKit(): Promise<ForeignPage> {
  const display = `:${50 + Math.floor(Math.random() * 900)}`;
  const screen = spawn("Xvfb", [display, "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]);
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const env = {
    ...process.env,
    DISPLAY: display,
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    LIBGL_ALWAYS_SOFTWARE: "1",
  };
  const child = spawn("WebKitWebDriver", [`--port=${port}`], { env, stdio: "ignore" });
  const call = async <Value>(method: string, path: string, body?: unknown): Promise<Value> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const { value } = (await response.json()) as { value: Value & { message?: string } };
    if (!response.ok) throw new Error(`${path}: ${value.message}`);
    return value;
  };
  const options = { binary: miniBrowser, args: ["--automation"] };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
  let session = "";
  for (let attempt = 0; session === ""; attempt++) {
    try {
      const { sessionId } = await call<{ sessionId: string }>("POST", "/session", { capabilities });
      session = `/session/${sessionId}`;
    } catch (error) {
      if (attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  await call("POST", `${session}/window/rect`, { x: 0, y: 0, width: 1280, height: 960 });
  return {
    open: (url) => call("POST", `${session}/url`, { url }),
    async value<Value>(expression: string) {
      const script = `const [done] = [arguments[arguments.length - 1]]; (async () => JSON.stringify((await (${expression})) ?? null))().then(done, (error) => done(JSON.stringify({ failed: String(error) })))`;
      const text = await call<string>("POST", `${session}/execute/async`, { script, args: [] });
      const value = JSON.parse(text);
      if (value?.failed) throw new Error(value.failed);
      return value as Value;
    },
    drag: (points) => call("POST", `${session}/actions`, { actions: dragActions(points) }),
    async close() {
      await call("DELETE", session).catch(() => undefined);
      await ended(child);
      await ended(screen);
    },
  };
}

/** What a program has printed in the pattern's group, as soon as it matches. */
function said(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stderr!.on("data", (part) => {
      text += part;
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(`the browser ended: ${text}`)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, "exit");
  child.kill();
  await end;
}

/** WebDriver BiDi over the few parts of the WebSocket protocol (RFC 6455) that it takes; Node 20 has no client. */
class BidiSocket {
  private readonly socket: Socket;
  private readonly waiting = new Map<
    number,
    (message: { result?: unknown; error?: string; message?: string }) => void
  >();
  private next = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  static async to(port: number): Promise<BidiSocket> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const key = randomBytes(16).toString("base64");
    socket.write(
      `GET /session HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    const [answer] = await once(socket, "data");
    if (!/^HTTP\/1\.1 101 /.test(String(answer))) throw new Error(String(answer));
    const own = new BidiSocket(socket);
    own.listen();
    return own;
  }

  send<Result>(method: string, params: unknown): Promise<Result> {
    const id = ++this.next;
    const text = Buffer.from(JSON.stringify({ id, method, params }));
    const mask = randomBytes(4);
    // One frame: the last, of text, masked.
    const masked = text.map((byte, i) => byte ^ mask[i % 4]!);
    this.socket.write(Buffer.concat([Buffer.from([0x81]), maskedLength(text.length), mask, masked]));
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error, message }) =>
        error ? reject(new Error(`${method}: ${error}: ${message}`)) : resolve(result as Result),
      );
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private listen(): void {
    let data = Buffer.alloc(0);
    let text = Buffer.alloc(0);
    this.socket.on("data", (part) => {
      data = Buffer.concat([data, part as Buffer]);
      for (let frame = frameOf(data); frame; frame = frameOf(data)) {
        data = data.subarray(frame.end);
        text = Buffer.concat([text, frame.content]);
        if (!frame.isLast) continue;
        const message = JSON.parse(String(text));
        text = Buffer.alloc(0);
        this.waiting.get(message.id)?.(message);
        this.waiting.delete(message.id);
      }
    });
  }
}

/** The length of a masked frame in the fewest bytes, as the protocol wants it. */
function maskedLength(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
  if (length < 65_536) {
    bytes[0] = 0x80 | 126;
    bytes.writeUInt16BE(length, 1);
  } else {
    bytes[0] = 0x80 | 127;
    bytes.writeBigUInt64BE(BigInt(length), 1);
  }
  return bytes;
}

/** The first frame of what a server has sent; undefined while some of it is missing. */
function frameOf(
  data: Buffer,
): { readonly isLast: boolean; readonly content: Buffer; readonly end: number } | undefined {
  if (data.length < 2) return undefined;
  const short = data[1]! & 127;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (data.length < start) return undefined;
  const length = short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short;
  const end = start + length;
  if (data.length < end) return undefined;
  return { isLast: (data[0]! & 0x80) !== 0, content: data.subarray(start, end), end };
}
