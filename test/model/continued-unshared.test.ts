/** Where memory is not shared, one worker trains, and the host has copies only. */
import "../engine/without-sharing.ts";
import { it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { checkContinues } from "./continuing.ts";
import { data, network, options, stream } from "./small-training.ts";

it("images in memory", () => checkContinues({ make: () => network({ optimizer: "adam" }), data, options }));
it("distorted images", () =>
  checkContinues({ make: network, data, options: { ...options, augment: lenet5.distortions() } }));
it("a stream", () => checkContinues({ make: network, data: stream, options: { seed: 7 } }));
