/** Fonts of handwriting: each is the hand of one writer. All are packages of @fontsource under the licence OFL-1.1. */

/** Their digits and letters are for training. */
export const trainingFonts = [
  "annie-use-your-telescope",
  "architects-daughter",
  "bad-script",
  "caveat",
  "cedarville-cursive",
  "condiment",
  "covered-by-your-grace",
  "delicious-handrawn",
  "delius",
  "gaegu",
  "gloria-hallelujah",
  "handlee",
  "indie-flower",
  "liu-jian-mao-cao",
  "long-cang",
  "mansalva",
  "nanum-pen-script",
  "neucha",
  "oooh-baby",
  "permanent-marker",
  "poor-story",
  "schoolbell",
  "shadows-into-light",
  "short-stack",
  "sue-ellen-francisco",
  "vibur",
  "yomogi",
  "zhi-mang-xing",
];

/** Their digits and letters are for validation. */
export const validationFonts = [
  "caveat-brush",
  "gochi-hand",
  "homemade-apple",
  "kalam",
  "marck-script",
  "nanum-brush-script",
  "patrick-hand",
  "playpen-sans",
  "reenie-beanie",
  "rock-salt",
  "shantell-sans",
  "sriracha",
  "swanky-and-moo-moo",
  "the-girl-next-door",
  "zen-kurenaido",
  "itim",
];

/** Characters that no digit looks like, in any hand. */
export const LETTERS = 'AEFHKMNPRTVWXaefhkmnprtvwxy#&@%?+=*$":;~^<>{}[]÷±€';
