/** What `recipe()` of the library takes where a setting is not given, for the editor's placeholders. */
const article = { epochs: 12, batchSize: 64, optimizer: "sgd", augment: "none" };

export const usualOf: Readonly<Record<string, typeof article>> = {
  article,
  full: article,
  modern: { ...article, epochs: 20, augment: "distortions" },
  "1998": { ...article, epochs: 20, batchSize: 1, optimizer: "sdlm" },
  own: { ...article, optimizer: "adam" },
};
