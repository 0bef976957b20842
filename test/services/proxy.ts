import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A network that can be cut, between a server and those who know this address only. */
export interface Proxy {
  /** That of the server, with another host and port. */
  readonly address: string;
  /** Ends all connections, and refuses others. */
  cut(): void;
  mend(): void;
  end(): void;
}

export async function startProxy(address: string): Promise<Proxy> {
  const { hostname, port } = new URL(address);
  const open = new Set<Socket>();
  let isCut = false;
  const kept = (socket: Socket) => {
    open.add(socket);
    // The other end is told by a reset.
    socket.on("error", () => undefined).on("close", () => open.delete(socket));
    return socket;
  };
  const cut = () => {
    isCut = true;
    for (const socket of open) socket.resetAndDestroy();
  };
  const server = createServer((near) => {
    if (isCut) return void near.resetAndDestroy();
    const far = kept(connect(Number(port), hostname));
    kept(near).pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(address);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: url.href,
    cut,
    mend() {
      isCut = false;
    },
    end() {
      cut();
      server.close();
    },
  };
}
