import type { FindingJson, FindingKind, PartName } from "../../report/data-results.ts";
import { partWords } from "../../report/data-words.ts";
import { firstCopies } from "./copies.ts";
import type { ImageList } from "./image-list.ts";
import { nearCopies } from "./near-copies.ts";
import { counted } from "./words.ts";

/**
 * The share of its contrast by which two pictures of the same scene differ at most, when one was saved again or scaled.
 * No two of MNIST's 60,000 training images are nearer to each other than 13%, and of 10,000 built-in digits 9%.
 */
const NEAR = 0.05;

/** How a kind of copies is named, and its place among the findings. */
interface Words {
  readonly leak: FindingKind;
  readonly conflict: FindingKind;
  readonly copies: FindingKind;
  readonly equal: string;
}

const exact: Words = { leak: "leak", conflict: "conflicting-labels", copies: "copies", equal: "equal to" };
const near: Words = { leak: "near-leak", conflict: "near-conflict", copies: "near-copies", equal: "nearly equal to" };

/**
 * Images that are equal, or nearly so: in two parts, with different labels, and else.
 * @param isChecked whether an image is compared at all
 */
export function checkCopies(images: ImageList, isChecked: (i: number) => boolean, withNear: boolean): FindingJson[] {
  const firsts = firstCopies(images);
  const groups = groupsOf(images.count, (i) => firsts[i]!).filter((group) => isChecked(group[0]!));
  const findings = findingsOf(images, groups, exact);
  if (!withNear) return findings;
  const different = Uint32Array.from({ length: images.count }, (_, i) => i).filter(
    (i) => firsts[i] === i && isChecked(i),
  );
  const roots = Uint32Array.from({ length: images.count }, (_, i) => firsts[i]!);
  const rootOf = (i: number): number => {
    let root = i;
    while (roots[root] !== root) root = roots[root]!;
    return root;
  };
  const isNear = new Set<number>();
  for (const [a, b] of nearCopies(images, NEAR, different)) {
    const [one, other] = [rootOf(a), rootOf(b)].sort((x, y) => x - y) as [number, number];
    roots[other] = one;
    isNear.add(a).add(b);
  }
  const nearGroups = groupsOf(images.count, (i) => (isNear.has(firsts[i]!) ? rootOf(i) : i));
  return [...findings, ...findingsOf(images, nearGroups, near)];
}

/** The images with the same root, in groups of at least two. */
function groupsOf(count: number, rootOf: (i: number) => number): number[][] {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const root = rootOf(i);
    if (root === i) continue;
    const group = groups.get(root);
    if (group) group.push(i);
    else groups.set(root, [root, i]);
  }
  return [...groups.values()];
}

function findingsOf(images: ImageList, groups: readonly number[][], words: Words): FindingJson[] {
  const { equal } = words;
  const advice =
    words === near
      ? ` (nearly equal: the difference is at most ${100 * NEAR}% of the contrast; shifted or turned copies are not found)`
      : "";
  const findings: FindingJson[] = [];
  const shown = (some: readonly number[][]) => some.map((group) => group.map((i) => images.image(i)));
  const inPart = (group: readonly number[], name: PartName) => group.filter((i) => images.part(i) === name);
  images.parts.forEach(({ name: later }, p) => {
    for (const { name: earlier } of images.parts.slice(0, p)) {
      const both = groups.filter((group) => inPart(group, earlier).length > 0 && inPart(group, later).length > 0);
      const count = both.reduce((sum, group) => sum + inPart(group, later).length, 0);
      if (count === 0) continue;
      findings.push({
        kind: words.leak,
        level: "problem",
        text: `${counted(count, `${partWords[later]} image`)} ${count === 1 ? `is ${equal} a ${partWords[earlier]} image` : `are ${equal} ${partWords[earlier]} images`}`,
        advice: `Results on them say nothing about new images: leave them out of one of the two parts${advice}`,
        groups: shown(both),
      });
    }
  });
  const labelsOf = (group: readonly number[]) => new Set(group.map((i) => images.label(i)));
  const conflicts = groups.filter((group) => labelsOf(group).size > 1);
  if (conflicts.length > 0) {
    const count = conflicts.reduce((sum, { length }) => sum + length, 0);
    findings.push({
      kind: words.conflict,
      level: "problem",
      text: `${counted(count, "image")} ${words === near ? "are nearly equal" : "are equal"} but have different labels`,
      advice: `At least one label of each group is wrong, or its classes cannot be told apart${advice}`,
      groups: shown(conflicts),
    });
  }
  for (const { name } of images.parts) {
    const copies = groups
      .map((group) => inPart(group, name))
      .filter((own) => own.length > 1 && labelsOf(own).size === 1);
    const surplus = copies.reduce((sum, { length }) => sum + length - 1, 0);
    if (surplus === 0) continue;
    const others = `${equal} ${surplus === 1 ? "another" : "others"} of the same class`;
    findings.push({
      kind: words.copies,
      level: "notice",
      text: `${counted(surplus, `${partWords[name]} image`)} ${surplus === 1 ? "is" : "are"} ${others}`,
      advice:
        name === "train"
          ? `They count more than once; images for validation taken from these may be among those trained on${advice}`
          : `They count more than once in the results${advice}`,
      groups: shown(copies),
    });
  }
  return findings;
}
