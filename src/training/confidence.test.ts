import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { InputError } from "../core/errors.ts";
import { random } from "../core/random.ts";
import { checkedConfidence, judged } from "./confidence.ts";
import { fitConfidence } from "./fit-confidence.ts";

/** Logits and labels drawn from their softmax: calibrated by definition. */
function drawn({
  images,
  classes,
  spread,
  seed = 1,
}: Record<"images" | "classes" | "spread", number> & { seed?: number }) {
  const dice = random(seed, "confidence");
  const outputs = Float64Array.from({ length: images * classes }, () => spread * dice.normal());
  const labels = Uint8Array.from({ length: images }, (_, i) => {
    const weights = Array.from(outputs.subarray(i * classes, (i + 1) * classes), Math.exp);
    let left = dice.uniform(
      0,
      weights.reduce((a, b) => a + b),
    );
    let label = 0;
    while (label < classes - 1 && left >= weights[label]) left -= weights[label++];
    return label;
  });
  return { outputs, labels };
}

const meanLoss = (logits: Float64Array, labels: Uint8Array, temperature: number) => {
  const classes = logits.length / labels.length;
  const losses = Array.from(labels, (label, i) => {
    const row = Array.from(logits.subarray(i * classes, (i + 1) * classes), (z) => z / temperature);
    return Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - row[label];
  });
  return losses.reduce((a, b) => a + b) / losses.length;
};

describe("the temperature", () => {
  it.each([0.5, 1, 3])("of logits that are %f times too large is found", (factor) => {
    const { outputs, labels } = drawn({ images: 2000, classes: 4, spread: 3 });
    const found = fitConfidence({ outputs: outputs.map((z) => factor * z), labels, kind: "logits" });
    expect(found?.temperature).toBeGreaterThan(0.92 * factor);
    expect(found?.temperature).toBeLessThan(1.08 * factor);
  });

  it("has the lowest cross-entropy", () => {
    for (const seed of [1, 2, 3]) {
      const { outputs, labels } = drawn({ images: 300, classes: 3, spread: 2, seed });
      const temperature = fitConfidence({ outputs, labels, kind: "logits" })?.temperature ?? 0;
      const best = meanLoss(outputs, labels, temperature);
      for (const factor of [0.97, 0.999, 1.001, 1.03])
        expect(meanLoss(outputs, labels, factor * temperature)).toBeGreaterThan(best);
    }
  });

  it("is 1 where fewer than ten answers are wrong", () => {
    const outputs = Float32Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 5 : 0));
    const labels = (wrong: number) => Uint8Array.from({ length: 200 }, (_, i) => (i < wrong ? 1 : 0));
    expect(fitConfidence({ outputs, labels: labels(9), kind: "logits" })?.temperature).toBe(1);
    // The odds of 190 to 10 are e^(5 / temperature)
    expect(fitConfidence({ outputs, labels: labels(10), kind: "logits" })?.temperature).toBeCloseTo(
      5 / Math.log(19),
      3,
    );
  });
});

test("probabilities, logits and distances of the same answers say the same", () => {
  const { outputs, labels } = drawn({ images: 400, classes: 4, spread: 2 });
  const probabilities = Float64Array.from({ length: outputs.length }, (_, at) => {
    const start = at - (at % 4);
    const row = outputs.subarray(start, start + 4);
    return Math.exp(outputs[at]) / row.reduce((sum, z) => sum + Math.exp(z), 0);
  });
  const ofLogits = fitConfidence({ outputs, labels, kind: "logits" });
  for (const other of [
    fitConfidence({ outputs: probabilities, labels, kind: "probabilities" }),
    fitConfidence({ outputs: outputs.map((z) => 7 - z), labels, kind: "distances" }),
  ]) {
    expect(other?.temperature).toBeCloseTo(ofLogits?.temperature ?? 0, 4);
    expect(other?.unsure).toBeCloseTo(ofLogits?.unsure ?? 0, 4);
  }
});

describe("the lowest confidence of a sure answer", () => {
  it("leaves at most the wanted share of right answers under it, and says how many wrong ones", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 150, max: 400 }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.integer({ min: 0, max: 99 }),
        (images, falseAlarms, seed) => {
          const { outputs, labels } = drawn({ images, classes: 3, spread: 4, seed });
          const learned = fitConfidence({ outputs, labels, kind: "logits" }, { falseAlarms });
          if (learned === undefined) return;
          const answers = Array.from(labels, (label, i) => {
            const { label: answer, verdict } = judged(outputs.subarray(3 * i, 3 * i + 3), "logits", learned);
            return { isRight: answer === label, isSure: verdict === "sure" };
          });
          const share = (isRight: boolean) => {
            const own = answers.filter((answer) => answer.isRight === isRight);
            return own.length > 0 ? own.filter(({ isSure }) => !isSure).length / own.length : undefined;
          };
          expect(learned.images).toBe(images);
          expect(share(true)).toBeCloseTo(learned.falseAlarms, 12);
          expect(learned.falseAlarms).toBeLessThanOrEqual(falseAlarms);
          expect(share(false)).toBe(learned.caught);
        },
      ),
      { numRuns: 20 },
    ));

  it("is not guessed from a few dozen images", () => {
    const few = drawn({ images: 60, classes: 3, spread: 4 });
    expect(fitConfidence({ ...few, kind: "logits" })).toBeUndefined();
  });
});

describe("images that show none of the classes", () => {
  const digits = drawn({ images: 600, classes: 4, spread: 6 });
  const others = Float64Array.from({ length: 4 * 200 }, (_, i) => (i % 7) / 10); // nearly the same for all classes
  const learned = fitConfidence({ ...digits, kind: "logits", others }, { falseAlarms: 0.02 });
  const verdicts = (rows: Float64Array) =>
    Array.from(
      { length: rows.length / 4 },
      (_, i) => judged(rows.subarray(4 * i, 4 * i + 4), "logits", learned).verdict,
    );

  it("are none, and few others are", () => {
    const found = verdicts(others).filter((verdict) => verdict === "none").length / 200;
    expect(found).toBe(learned?.found);
    expect(found).toBeGreaterThan(0.95);
    const right = verdicts(digits.outputs).filter((_, i) => {
      const row = digits.outputs.subarray(4 * i, 4 * i + 4);
      return row[digits.labels[i]] === Math.max(...row);
    });
    const share = (verdict: string) => right.filter((each) => each === verdict).length / right.length;
    expect(share("none")).toBeGreaterThan(0);
    expect(share("none")).toBeLessThanOrEqual(0.01);
    expect(share("none") + share("unsure")).toBeLessThanOrEqual(0.02);
    expect(1 - share("sure")).toBeCloseTo(learned?.falseAlarms ?? 0, 12);
  });

  it("must be known: without them no answer is none", () => {
    const without = fitConfidence({ ...digits, kind: "logits" });
    expect(without).not.toHaveProperty("none");
    expect(without).not.toHaveProperty("found");
    expect(judged([0, 0, 0, 0], "logits", without).verdict).toBe("unsure");
  });

  it("have as many outputs as the others", () => {
    expect(() => fitConfidence({ ...digits, kind: "logits", others: [1, 2, 3] })).toThrow("images without a class");
  });
});

describe("an answer", () => {
  it("has the softmax of the logits over the temperature", () => {
    const learned = { temperature: 2, unsure: 0.5, none: 0.3, images: 100, falseAlarms: 0.01 };
    const { label, confidence, probabilities, verdict } = judged([2, 4, 0], "logits", learned);
    const sum = 1 + Math.E + 1 / Math.E;
    expect([label, verdict]).toEqual([1, "sure"]);
    expect(confidence).toBeCloseTo(Math.E / sum, 12);
    [1 / sum, Math.E / sum, 1 / Math.E / sum].forEach((p, k) => {
      expect(probabilities[k]).toBeCloseTo(p, 12);
    });
  });

  it.each([
    [[0.5, 0.5], "sure"],
    [[0.5, 0.1, 0.1, 0.1, 0.2], "sure"],
    [[0.5, 0.1, 0.1, 0.1, 0.1, 0.1], "none"],
    [[0.4, 0.4, 0.2], "unsure"],
    [[0.35, 0.35, 0.15, 0.15], "unsure"],
    [[0.25, 0.25, 0.25, 0.25], "none"],
  ] as const)("of the probabilities %j is %s", (outputs, verdict) => {
    const learned = { temperature: 1, unsure: 0.49, none: 0.65, images: 100, falseAlarms: 0.01 };
    expect(judged(outputs, "probabilities", learned).verdict).toBe(verdict);
    expect(judged(outputs, "probabilities").verdict).toBe("sure");
  });

  it("may have probabilities of exactly 0 and 1", () => {
    const { confidence, probabilities } = judged([0, 1, 0], "probabilities");
    expect(confidence).toBe(1);
    expect(probabilities.every(Number.isFinite)).toBe(true);
  });
});

describe("what is no answer is refused:", () => {
  it.each([
    [[Number.NaN, 1], "logits", "expected logits of the classes, got NaN"],
    [[0.5, Number.POSITIVE_INFINITY], "distances", "expected distances of the classes, got Infinity"],
    [[1.5, -0.5], "probabilities", "expected probabilities of the classes, got -0.5"],
    [[1.5, Number.NaN], "probabilities", "expected probabilities of the classes, got NaN"],
  ] as const)("%j as %s", (outputs, kind, message) => {
    expect(() => judged(outputs, kind)).toThrow(InputError);
    expect(() => judged(outputs, kind)).toThrow(message);
  });

  it.each([
    [{ outputs: [1, 2, 3], labels: [0, 1] }, "numbers for each image"],
    [{ outputs: [1, 2], labels: [0, 1] }, "numbers for each image"],
    [{ outputs: [], labels: [] }, "numbers for each image"],
    [{ outputs: [1, 2, 3, 4], labels: [0, 2] }, "expected labels from 0 to 1, got 2"],
  ])("%j", (answers, message) => {
    expect(() => fitConfidence({ ...answers, kind: "logits" })).toThrow(message);
  });

  it.each([
    {},
    null,
    { temperature: 0, unsure: 0.5, images: 1, falseAlarms: 0 },
    { temperature: 1, unsure: 1.5, images: 1, falseAlarms: 0 },
    { temperature: 1, unsure: 0.5, images: 1, falseAlarms: 0, extra: 1 },
    { temperature: 1, unsure: Number.NaN, images: 1, falseAlarms: 0 },
  ])("%j in a file", (given) => {
    expect(() => checkedConfidence("model", given)).toThrow(InputError);
  });
});

test("what was learned goes through a file", () => {
  const learned = fitConfidence({ ...drawn({ images: 300, classes: 3, spread: 2 }), kind: "logits" });
  expect(checkedConfidence("model", JSON.parse(JSON.stringify(learned)))).toEqual(learned);
});
