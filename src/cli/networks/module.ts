import { realpath } from "node:fs/promises";
import * as nodeModule from "node:module";
import { extname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { pathInfo } from "#platform";
import { InputError } from "../../core/errors.ts";
import { oneLine } from "../output.ts";

/** The endings of modules that make a network. */
const endings = [".ts", ".mts", ".js", ".mjs"] as const;

/** Whether a path ends as a module does. */
export function isModule(given: string): boolean {
  return endings.some((ending) => given.endsWith(ending));
}

/** Whether a value of `--network` is the path of a file. */
export function isModulePath(given: string): boolean {
  return /[\\/]/.test(given) || isModule(given);
}

/**
 * The exports of the module at a path; `what` names it in errors.
 * @throws InputError for a file that is missing, or that fails; one line
 */
export async function importedModule(path: string, what: string): Promise<Readonly<Record<string, unknown>>> {
  const found = await pathInfo(path);
  if (!found) throw new InputError(`${what}: there is no such file or folder`);
  const ending = extname(path);
  if (found.kind !== "file" || !endings.some((known) => known === ending))
    throw new InputError(`${what}: expected a module that ends in ${endings.join(", ")}`);
  if (ending.endsWith("ts") && !readsTypes()) {
    throw new InputError(
      `${what}: TypeScript needs Node 22.18 or later, got Node ${process.versions.node}: update Node, or write the module in JavaScript (.mjs)`,
    );
  }
  resolveThisPackage();
  const address = pathToFileURL(await realpath(path));
  try {
    return await import(address.href);
  } catch (error) {
    throw ofModule(what, error, address);
  }
}

/** Whether this program runs TypeScript. */
function readsTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown };
  return Boolean(typescript) || "deno" in process.versions || "bun" in process.versions;
}

let isResolved = false;

/**
 * `import "lenet5"` in the module is this package, also where it is installed elsewhere or under another name: layers of
 * two copies do not fit together.
 */
function resolveThisPackage(): void {
  if (isResolved) return;
  isResolved = true;
  const entries = {
    lenet5: new URL("../node/index.js", import.meta.url).href,
    "lenet5/figures": new URL("../node/figures.js", import.meta.url).href,
    "lenet5/testing": new URL("../node/testing.js", import.meta.url).href,
  };
  const { registerHooks, register } = nodeModule as {
    readonly registerHooks?: (hooks: { resolve: ResolveHook }) => void;
    readonly register?: (address: string) => void;
  };
  if (registerHooks) {
    registerHooks({
      resolve: (specifier, context, next) =>
        Object.hasOwn(entries, specifier)
          ? { url: entries[specifier as keyof typeof entries], shortCircuit: true }
          : next(specifier, context),
    });
  } else if (register) {
    const hooks = `const entries = ${JSON.stringify(entries)};
      export const resolve = (specifier, context, next) => Object.hasOwn(entries, specifier)
        ? { url: entries[specifier], shortCircuit: true } : next(specifier, context);`;
    register(`data:text/javascript,${encodeURIComponent(hooks)}`);
  }
}

type ResolveHook = (
  specifier: string,
  context: unknown,
  next: (specifier: string, context: unknown) => unknown,
) => unknown;

/** An error of the module in one line, with the line of the file where it is known. */
export function ofModule(what: string, error: unknown, address: URL): InputError {
  const message = oneLine(error instanceof Error ? `${nameOf(error)}${error.message}` : String(error));
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const place = [address.href, fileURLToPath(address)].map((name) => stack.indexOf(`${name}:`) + name.length + 1);
  const known = place.find((at, i) => at > [address.href, fileURLToPath(address)][i]!.length);
  const line = known === undefined ? undefined : /^\d+/.exec(stack.slice(known))?.[0];
  return new InputError(`${what}${line === undefined ? "" : `, line ${line}`}: ${message}`, { cause: error });
}

/** `TypeError: `; nothing for the library's own complaints. */
function nameOf(error: Error): string {
  return error instanceof InputError || error.name === "Error" || error.name === "InputError" ? "" : `${error.name}: `;
}

/** The absolute path of a module. */
export const modulePath = (path: string): string => resolve(path);
