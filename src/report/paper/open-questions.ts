/** What the paper does not say, and what was done here. */
export interface OpenQuestion {
  readonly question: string;
  /** What was chosen. */
  readonly choice: string;
  /** Why, and how much depends on it; "" where that was not measured. */
  readonly evidence: string;
}

/** Errors are those of training images that were not learned from: the test images decided nothing. */
export const openQuestions: readonly OpenQuestion[] = [
  {
    question: "Which of its two losses produced the results, and which j?",
    choice: "Eq. 9 with j = 5.",
    evidence: "TODO",
  },
];
