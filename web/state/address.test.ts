import { get } from "svelte/store";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepAddress } from "./address.ts";
import { notice, show, view } from "./state.ts";
import { initialView } from "./view.ts";

/** A history of addresses as a browser has it. */
function browser(first: string) {
  const entries = [first];
  let at = 0;
  let changed = () => {};
  return {
    entries,
    /** Throws as Safari does when it is asked too often. */
    isTired: false,
    read: () => entries[at]!,
    write(text: string, isNew: boolean) {
      if (this.isTired) throw new Error("SecurityError");
      if (isNew) entries.splice(++at, Number.POSITIVE_INFINITY, text);
      else entries[at] = text;
    },
    onChange(listener: () => void) {
      changed = listener;
    },
    back() {
      at--;
      changed();
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  view.set(initialView);
  notice.set(undefined);
});
afterEach(() => void vi.useRealTimers());

it("is written when the view rests; a step of the tour is a new entry, and Back leads to the one before", () => {
  const bar = browser("net=1998");
  keepAddress(bar);
  expect(get(view).net).toBe("1998");
  for (const area of ["train", "break", "yours"] as const) show({ area });
  vi.runAllTimers();
  expect(bar.entries).toEqual(["v=1&net=1998&area=yours"]);
  show({ step: 2 });
  vi.runAllTimers();
  expect(bar.entries).toEqual(["v=1&net=1998&area=yours", "v=1&net=1998&area=yours&step=2"]);
  bar.back();
  vi.runAllTimers();
  expect(get(view)).toEqual({ ...initialView, net: "1998", area: "yours" });
  expect(bar.entries).toHaveLength(2);
});

it("says what it could not read", () => {
  keepAddress(browser("step=99&what=1"));
  expect(get(view).step).toBe(12);
  expect(get(notice)).toEqual({ text: expect.stringMatching(/12 is taken\. .*what=1.* is ignored\.$/), isError: true });
});

it("a browser that wants a rest gets the newest view later", () => {
  const bar = browser("");
  keepAddress(bar);
  bar.isTired = true;
  show({ area: "train" });
  vi.runAllTimers();
  bar.isTired = false;
  show({ area: "break" });
  vi.runAllTimers();
  expect(bar.entries).toEqual(["v=1&area=break"]);
});
