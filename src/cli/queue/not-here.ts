import { Refused, type Store } from "./store.ts";

/** This machine cannot do a training that another may be able to do, or this one later. */
export class NotHere extends Error {}

/** A store that does not answer a question, or refuses this machine, is no failure of the training that needs it. */
export function readable(store: Store): Store {
  return {
    put: (name, content) =>
      store.put(name, content).catch((error: Error) => {
        throw error instanceof Refused ? new NotHere(error.message, { cause: error }) : error;
      }),
    get: (name) =>
      store.get(name).catch((error: Error) => {
        throw new NotHere(error.message, { cause: error });
      }),
  };
}
