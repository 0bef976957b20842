/** Asks the page's server what it has besides the page. */
import { type Served, served } from "../state/data.ts";
import { addKnown } from "../state/state.ts";

const nothing: Served = { mnist: false, runs: [] };
let asked: Promise<Served> | undefined;

/** What is served: asked for once. A server without `served.json` has the page only. */
export function whatIsServed(): Promise<Served> {
  asked ??= fetch("./served.json")
    .then((response): Promise<Served> | Served => (response.ok ? response.json() : nothing))
    .catch(() => nothing)
    .then((found) => {
      served.set(found);
      for (const { name, title } of found.runs) addKnown(name, title === name ? name : `${name}: ${title}`);
      return found;
    });
  return asked;
}
