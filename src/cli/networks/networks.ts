import { bestRecipes, type RecipeSettings, recipes } from "../../lenet5/recipes.ts";
import { article } from "./article.ts";
import { full } from "./full.ts";
import { modern } from "./modern.ts";
import type { Network, ShippedName } from "./network.ts";
import { paper1998 } from "./paper-1998.ts";

/** In the order of `--help`; the keys of an object would begin with the number. */
export const networkNames = ["article", "full", "modern", "1998"] as const;
export type NetworkName = (typeof networkNames)[number];

/** Every network of the command line. */
export const networks = { article, full, modern, "1998": paper1998 } as const satisfies Readonly<
  Record<NetworkName, Network>
>;

/** The network of a command without `--network`. */
export const defaultNetwork = "article" satisfies NetworkName & ShippedName;

/** The trained network that reads pictures best. */
export const pictureNetwork = "reader" satisfies ShippedName;

/** The trained weights that ship with the package, all those of the library's `pretrained`. */
export const shippedNames: readonly ShippedName[] = networkNames.flatMap((name) => networks[name].weights);

/**
 * A setting of the recipes for `--help`: that of the default network, then each that differs: `12; network 1998: 20;
 * recipe best: 40`.
 */
export function recipeText(setting: "epochs" | "batchSize" | "optimizer" | "augment"): string {
  const text = (settings: RecipeSettings) =>
    setting === "augment" ? (settings.augment?.type ?? "none") : String(settings[setting]);
  const usual = text(recipes[defaultNetwork]);
  const others = networkNames.map((name): [string, string] => [`network ${name}`, text(recipes[name])]);
  const best = Object.values(bestRecipes).map((settings): [string, string] => ["recipe best", text(settings)]);
  const differing = [...others, ...best].filter(([, value]) => value !== usual).map((entry) => entry.join(": "));
  return [usual, ...new Set(differing)].join("; ");
}

/** The networks that have a recipe "best": `article and full`. */
export const networksWithBest = Object.keys(bestRecipes).join(" and ");

/** The names with their help texts, and a module: `article (...), full (...), 1998 (...), or a module ...`. */
export const networksHelp = `${networkNames.map((name) => `${name} (${networks[name].help})`).join(", ")}, or your own: a module such as ./network.ts whose default export makes the model from { shape, classes }`;
