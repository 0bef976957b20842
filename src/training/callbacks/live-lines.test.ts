import { expect, it } from "vitest";
import { Screen } from "../../../test/screen.ts";
import { terminalText } from "../../core/visible.ts";
import { LiveLines } from "./live-lines.ts";

function liveOn(screen: Screen): LiveLines {
  return new LiveLines({
    columns: () => screen.columns,
    write: (...text) => screen.write(terminalText(text)),
    written: () => screen.written,
  });
}

const shown = (screen: Screen) => screen.lines.join("\n").trimEnd();

it("lines are rewritten in place, also when their number changes", () => {
  const screen = new Screen(20, 10);
  const live = liveOn(screen);
  screen.write("before\n");
  live.show(["one"]);
  live.show(["a longer one", "two"]);
  live.show(["a", "", "three"], "above\n");
  expect(shown(screen)).toBe("before\nabove\na\n\nthree");
  live.show(["b"]);
  live.show([], "last\n");
  screen.write("after");
  expect(shown(screen)).toBe("before\nabove\nlast\nafter");
});

it("at the bottom of the window, the terminal scrolls", () => {
  const screen = new Screen(20, 4);
  const live = liveOn(screen);
  for (let i = 0; i < 9; i++) {
    live.show([`bar ${i}`, "chart"]);
    live.show(["chart"], `epoch ${i}\n`);
  }
  const epochs = Array.from({ length: 9 }, (_, i) => `epoch ${i}`);
  expect(shown(screen)).toBe([...epochs, "chart"].join("\n"));
});

it.each([7, 10, 19, 20, 33])("a window of 20 columns that becomes one of %i", (columns) => {
  const screen = new Screen(20, 20);
  const live = liveOn(screen);
  screen.write("before, and it is longer than that\n");
  const wide = ["0123456789012345678", "\u001b[38;5;33m01234567890\u001b[39m", "", "0123456789"];
  live.show(wide);
  screen.resize(columns);
  live.show(["new", "lines"], "above\n");
  screen.resize(20);
  live.show(["newer", "lines"]);
  expect(shown(screen)).toBe("before, and it is lo\nnger than that\nabove\nnewer\nlines");
});

it("other output in between is kept", () => {
  const screen = new Screen(20, 10);
  const live = liveOn(screen);
  live.show(["bar", "chart"]);
  screen.write("a warning\n");
  live.show(["bar", "chart"]);
  live.show(["later", "chart"]);
  expect(shown(screen)).toBe("bar\nchart\na warning\nlater\nchart");
});

it("the first lines do not overwrite the output of an earlier program", () => {
  const screen = new Screen(20, 10);
  screen.write("$ lenet5 train\n");
  screen.written = 0;
  liveOn(screen).show(["bar"]);
  expect(shown(screen)).toBe("$ lenet5 train\nbar");
});

it("an empty list of lines does not move the cursor", () => {
  const screen = new Screen(20, 10);
  const live = liveOn(screen);
  live.show([], "first\n");
  live.show([], "second\n");
  expect(shown(screen)).toBe("first\nsecond");
});

it("in a window of the same size, lines are overwritten without clearing, so that they do not flicker", () => {
  const clear = "\u001b[J";
  const texts: string[] = [];
  let columns = 20;
  const live = new LiveLines({
    columns: () => columns,
    written: () => 0,
    write: (...text) => texts.push(terminalText(text)),
  });
  const isClearedFirst = () => texts.at(-1)!.indexOf(clear) < texts.at(-1)!.indexOf("bar");
  live.show(["bar"]);
  live.show(["bar"]);
  expect(isClearedFirst()).toBe(false);
  columns = 10;
  live.show(["bar"]);
  expect(isClearedFirst()).toBe(true);
  live.show(["bar"]);
  expect(isClearedFirst()).toBe(false);
  live.show(["bar"], "above\n");
  expect(isClearedFirst()).toBe(true);
});
