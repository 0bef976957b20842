/** Keeps the view and the page's address the same. */
import { get } from "svelte/store";
import { notice, view } from "./state.ts";
import { readView, viewText } from "./view.ts";

/** The parts of the browser that hold an address. */
export interface AddressBar {
  /** What stands behind `#`. */
  read(): string;
  /** Replaces it, or adds an entry to the history. */
  write(text: string, isNew: boolean): void;
  /** Calls back when the user goes to another address of the page. */
  onChange(changed: () => void): void;
}

/** Milliseconds without a change after which the address is written. Safari allows 100 writes in 30 seconds. */
const REST = 400;

/** Takes the view from the address, and writes it there whenever it rests. A new step of the tour is a new entry. */
export function keepAddress(bar: AddressBar): void {
  let written = "";
  let step = 0;
  const read = () => {
    const { view: given, faults } = readView(bar.read());
    written = viewText(given);
    step = given.step;
    view.set(given);
    if (faults.length > 0) notice.set({ text: faults.slice(0, 3).join(" "), isError: true });
  };
  read();
  bar.onChange(() => {
    if (bar.read() !== written) read();
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  view.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const now = get(view);
      const text = viewText(now);
      if (text === written) return;
      try {
        bar.write(text, now.step !== step);
      } catch {
        return; // The browser wants a rest: the next change writes all of it.
      }
      written = text;
      step = now.step;
    }, REST);
  });
}
