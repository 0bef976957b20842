import { expect, test } from "vitest";
import { columnsOf, cut, padEnd, padStart, widest } from "./columns.ts";
import { EscapeSequence, terminalText, visible } from "./visible.ts";

test("what steers a terminal becomes one visible character each", () => {
  const attack = "a\u001b]52;c;cm0gLXJm\u0007b\u001b[2J\u009b31m\u202ec\u2066d\u2028e\r\nf\tg\u007fh\ud800";
  expect(visible(attack)).toBe("a␛]52;c;cm0gLXJm␇b␛[2J\ufffd31m\ufffdc\ufffdd\ufffde␍␊f␉g␡h\ufffd");
  expect(visible(attack)).toHaveLength(attack.length);
  expect(visible("שלום 数字 👩‍🎓 é\u0301")).toBe("שלום 数字 👩‍🎓 é\u0301");
});

test("a terminal gets line feeds and the program's own escape sequences, and no others", () => {
  expect(terminalText(["one\n\u001b[2J", new EscapeSequence("\u001b[K"), "\r"])).toBe("one\n␛[2J\u001b[K␍");
});

test("columns of a terminal", () => {
  expect(["seven", "数字", "é\u0301", "👍", "a\u200bb"].map(columnsOf)).toEqual([5, 4, 1, 2, 2]);
  expect(widest(["a", "数字"])).toBe(4);
  expect([padEnd("数", 4), padStart("数", 4), padEnd("long", 2)]).toEqual(["数  ", "  数", "long"]);
  expect(cut("seven", 5)).toBe("seven");
  expect(cut("seventy", 5)).toBe("seve…");
  expect(cut("数字数字", 6)).toBe("数字…");
  expect(cut(`a${"\u0301".repeat(10_000)}`, 5).length).toBeLessThan(25);
});
