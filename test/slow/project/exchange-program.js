/* biome-ignore-all lint/suspicious/noConsole: the test reads it */
import { roundTrip } from "./round-trip.js";

console.log(await roundTrip());
