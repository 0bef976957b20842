/** What the paper does not say, and what was done here. */
export interface OpenQuestion {
  readonly question: string;
  /** What was chosen. */
  readonly choice: string;
  /** Why, and how much depends on it; "" where that was not measured. */
  readonly evidence: string;
}

export const openQuestions: readonly OpenQuestion[] = [
  {
    question: "Which of its two losses produced the results, and which j?",
    choice: "The mean squared distance from the right class, eq. 8; j belongs to eq. 9 alone.",
    evidence: "The paper derives both, gives no value for j, and does not say which one Fig. 5 was trained with.",
  },
  {
    question: "Are initial weights within ±2.4/F or within ±2.4/√F, F the connections into a unit?",
    choice: "±2.4/F, as appendix A writes it; biases as well.",
    evidence: "",
  },
  {
    question: "How do the subsampling coefficients start?",
    choice: "As any other weight: the coefficient of four added inputs, F = 4 and a bias.",
    evidence: "",
  },
  {
    question: "How large are the distortions?",
    choice: "Translation, scaling, squeezing and horizontal shear, each within fixed bounds.",
    evidence: "The paper names the kinds and gives no magnitudes.",
  },
  {
    question: "In which order are the patterns shown?",
    choice: "One random order, drawn from the seed and the same in every pass.",
    evidence: "The paper says “constant random order”; it does not say whether that order is mixed by class.",
  },
  {
    question: "From how many patterns is the curvature h estimated, and which?",
    choice: "500 before every pass.",
    evidence: "The paper says 500 and does not say whether they are the same in every pass.",
  },
];
