import { expect, it } from "vitest";
import { certaintyOf, percent } from "./certainty.ts";

const judgement = (probabilities: number[]) => ({ label: 0, confidence: 1, probabilities, verdict: "sure" as const });
const network = { classNames: ["cat", "dog", "owl"], outputsDistances: false };

it("the answer, how sure, and the next class", () => {
  const scores = [0.2, 0.7, 0.1];
  expect(certaintyOf({ scores, predicted: 1, judgement: judgement(scores) }, network)).toEqual({
    name: "dog",
    certainty: "70% sure",
    distance: undefined,
    second: "cat, 20%",
  });
});

it("of distances, the smallest is shown beside its probability", () => {
  const made = certaintyOf(
    { scores: [9, 1.26, 40], predicted: 1, judgement: judgement([0.0004, 0.9996, 0]) },
    { ...network, outputsDistances: true },
  );
  expect(made).toEqual({ name: "dog", certainty: "over 99.9% sure", distance: "distance 1.3", second: undefined });
});

it("outputs that are no probabilities are called scores", () => {
  const made = certaintyOf({ scores: [-3, 2.5, 2], predicted: 1, judgement: undefined }, network);
  expect(made).toMatchObject({ certainty: "score 2.50", second: "owl, 2.00" });
});

it("a share is never shown as more than it is", () => {
  expect([0.99951, 0.9951, 0.6, 0.0123].map(percent)).toEqual(["over 99.9%", "99.5%", "60%", "1.2%"]);
  expect(percent(1)).toBe("over 99.9%");
});
