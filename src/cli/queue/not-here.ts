import type { Store } from "./store.ts";

/** This machine cannot do a training that another may be able to do, or this one later. */
export class NotHere extends Error {}

/** A store that does not answer, or does not let this machine read, is no failure of the training that needs it. */
export function readable(store: Store): Store {
  return {
    put: (name, content) => store.put(name, content),
    get: (name) =>
      store.get(name).catch((error: Error) => {
        throw new NotHere(error.message, { cause: error });
      }),
  };
}
