import { roundTrip } from "./round-trip.js";

Object.assign(globalThis, { results: roundTrip() });
