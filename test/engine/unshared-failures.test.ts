/** Threads that fail, where memory cannot be shared. */
import "./without-sharing.ts";
import "./faulty-workers.ts";
import { failures } from "./failures.ts";

failures(false);
