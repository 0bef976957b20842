import { isIP } from "node:net";
import { hostname } from "node:os";

/**
 * Whether a request's Host is one of this server. A page of another site can make its own name mean this machine (DNS
 * rebinding) and would then read what is served here; an IP address or `localhost` cannot be made to mean another.
 * @param given the host that the server listens on
 */
export function isOwnHost(header: string | undefined, given: string): boolean {
  const name = nameOf(header ?? "");
  if (isIP(name) || name === "localhost" || name.endsWith(".localhost") || name === given.toLowerCase()) return true;
  const machine = hostname().toLowerCase();
  return !isLoopback(given) && (name === machine || name === `${machine}.local`);
}

/** Whether only this machine reaches a host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/** The host of `host:port`, without the brackets of IPv6. */
function nameOf(header: string): string {
  const [, six, name = ""] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(header) ?? [];
  return (six ?? name).toLowerCase();
}
