/** Colours of an SVG file: dark on light, or light on dark. */
export type Theme = "light" | "dark";

const light = {
  paper: "#fbfbf9",
  card: "#ffffff",
  ink: "#1c1e21",
  soft: "#5d6168",
  line: "#e3e4e0",
  training: "#2868c8",
  validation: "#b6520c",
  right: "#2868c8",
  wrong: "#d2691e",
  third: "#2e8b57",
  fourth: "#8e44ad",
  fifth: "#c0397b",
  sixth: "#8a6d1d",
  note: "#fff4dc",
  "note-line": "#e0a526",
};

/** The colours of each theme. Drawings refer to them by `var(--name)`. */
export const palette: Readonly<Record<Theme, Readonly<Record<keyof typeof light, string>>>> = {
  light,
  dark: {
    paper: "#14161a",
    card: "#1b1e23",
    ink: "#e8e9eb",
    soft: "#a3a9b2",
    line: "#2f343b",
    training: "#74a9ff",
    validation: "#ff9d57",
    right: "#4f8ff0",
    wrong: "#f08a3c",
    third: "#5fc98f",
    fourth: "#c38be0",
    fifth: "#f07fb2",
    sixth: "#cfae55",
    note: "#33290f",
    "note-line": "#c9982f",
  },
};

/** Colours of series, in the order in which they are used. */
const seriesColours = ["training", "validation", "third", "fourth", "fifth", "sixth"].map((name) => `var(--${name})`);

/** The colours of a theme as CSS variables. */
export function cssVariables(theme: Theme): string {
  return Object.entries(palette[theme])
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(" ");
}

/** `stroke-dasharray` of series by round: with more series than colours, the colours repeat with dashes. */
const dashes = [undefined, "7 3", "2 3", "9 3 2 3"];

/** Colour and dashes of the i-th series. */
export function seriesLook(i: number): { readonly colour: string; readonly dash?: string } {
  const colours = seriesColours.length;
  return { colour: seriesColours[i % colours], dash: dashes[Math.floor(i / colours) % dashes.length] };
}

/** Replaces `var(--name)` in attributes by the theme's colours. Texts that contain the same words stay. */
export function coloured(markup: string, theme: Theme): string {
  const colours: Readonly<Record<string, string>> = palette[theme];
  return markup.replaceAll(/="var\(--([a-z-]+)\)"/g, (text, name: string) =>
    name in colours ? `="${colours[name]}"` : text,
  );
}
