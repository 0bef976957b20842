import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.ts";
import { digits, pictureReader, pretrained } from "../../src/index.ts";
import { kinds } from "../pictures/kinds.ts";
import { samples } from "../pictures/measure.ts";
import { penSubject } from "../pictures/subject.ts";

const reader = await pretrained({ network: "reader", threads: 1 });
const read = pictureReader(reader);

/** The answers for pictures of a kind, whose digits no training has seen. */
async function answers(kind: keyof typeof kinds, count: number) {
  const subjects = Array.from({ length: 50 }, (_, i) => penSubject(i % 10, random(99, "reader", i)));
  const pictures = [...samples(kind, kinds[kind]!, subjects, count, 5)];
  const given = await Promise.all(pictures.map(({ picture }) => read(picture)));
  return given.map((answer, i) => ({ ...answer, isRight: answer.text === pictures[i]?.answer }));
}

describe("the network that ships for pictures", () => {
  test("says how far it can be trusted, and how pictures are prepared", () => {
    const { preparation, classNames, confidence } = reader.reading ?? {};
    expect(preparation).toMatchObject({ framing: "mnist", size: [28, 28], padding: 2 });
    expect(classNames?.join("")).toBe("0123456789");
    expect(confidence?.falseAlarms).toBeLessThanOrEqual(0.01);
    expect(confidence?.none).toBeGreaterThan(0.5);
  });

  test("reads built-in digits that it has not seen", async () => {
    const { test: unseen } = digits({ train: 0, test: 500, seed: 77 });
    const { accuracy } = await reader.evaluate({ ...unseen }, { verbose: 0 });
    expect(accuracy).toBeGreaterThan(0.97);
  });

  test("reads ones with a long upstroke", async () => {
    const read = await answers("1 with a long upstroke", 16);
    expect(read.filter(({ isRight }) => isRight).length).toBeGreaterThanOrEqual(15);
  });

  test("says of most letters that they are none", async () => {
    const read = await answers("no digit: letters", 16);
    expect(read.filter(({ verdict }) => verdict === "none").length).toBeGreaterThanOrEqual(13);
  });
});
