/** What `recipe()` of the library takes where a setting is not given, for the editor's placeholders. */
const article = { epochs: 12, batchSize: 64, optimizer: "sgd" };

export const usualOf: Readonly<Record<string, typeof article>> = {
  article,
  full: article,
  "1998": { epochs: 20, batchSize: 1, optimizer: "sdlm" },
  own: { ...article, optimizer: "adam" },
};
