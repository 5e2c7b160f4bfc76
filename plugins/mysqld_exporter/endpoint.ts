/** How a server is reached, and as whom. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** The addresses to try instead of the host, best first; TLS still asks for the host. @default what the host is */
  readonly addresses?: readonly string[];
  /** A Unix socket, instead of host and port. */
  readonly socketPath?: string;
  readonly user: string;
  readonly password: string;
  readonly database?: string;
  /** TLS; without it nothing is encrypted. */
  readonly tls?: Tls;
  /** What is set for each session: names of system variables, and SQL for their values. */
  readonly variables: Readonly<Record<string, string>>;
}

/** How a server proves who it is. */
export interface Tls {
  /** Certificates of the authorities to trust, in PEM. @default those of the runtime */
  readonly ca?: string;
  /** Certificate of the client, in PEM. */
  readonly cert?: string;
  /** Key of that certificate, in PEM. */
  readonly key?: string;
  /** Whether the server's certificate and name are checked. */
  readonly verify: boolean;
  /** Whether a server that has no TLS is talked to without. @default false */
  readonly ifOffered?: boolean;
}
