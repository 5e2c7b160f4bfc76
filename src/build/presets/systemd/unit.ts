import type { Exporter } from "../../../exporter/definition.ts";
import { programName, settingsFolder } from "../../names.ts";
import { startedPrograms } from "../../started_programs.ts";
import { nodeFlags } from "../node/flags.ts";

/** Where distributions have Node. */
const NODE = "/usr/bin/node";
const KILL = "/usr/bin/kill";
/** What the service itself starts and loads; nothing else can be started, unless the exporter declares it. */
const EXECUTABLES = [NODE, KILL, "/usr/lib", "-/usr/lib64", "-/usr/local/lib"];
/** Where machines keep data of others. */
const DATA = ["/boot", "/media", "/mnt", "/opt", "/srv", "/var"];
const HOMES = ["/home", "/root", "/run/user"];

/** Where the service expects the script. */
export function installFolder(exporter: Exporter): string {
  return `/usr/local/lib/${programName(exporter)}`;
}

/**
 * The service file of a script that runs on Node.
 *
 * @param options The script's file name, and the commands that install the artifact.
 */
export function unit(
  exporter: Exporter,
  { script, install }: { script: string; install: readonly string[] },
): string {
  const { name, version, help = `${name} exporter` } = exporter;
  const program = programName(exporter);
  const credentials = `/run/credentials/${program}.service`;
  const flags = nodeFlags(exporter, [settingsFolder(exporter), credentials]);
  const command = [NODE, ...flags, `${installFolder(exporter)}/${script}`];
  return `# ${name} exporter ${version}, to install as root with:
${install.map((line) => `#   ${line}`).join("\n")}
# Flags go to ARGS in /etc/default/${program}, variables too, files with settings to ${settingsFolder(exporter)}.
# Files that nobody else may read: LoadCredential=NAME:PATH in a drop-in, and ${credentials}/NAME as their path.
# Needs Node 22.13 or newer, from 25 on with --allow-net beside --permission.

[Unit]
Description=Prometheus exporter: ${help.replace(/\s+/g, " ").replaceAll("%", "%%")}
After=network-online.target
Wants=network-online.target

[Service]
Type=exec
EnvironmentFile=-/etc/default/${program}
ExecStart=${command.map(unitWord).join(" ")} $ARGS
ExecReload=${KILL} -HUP $MAINPID
Restart=on-failure
RestartSec=5
# Wrong settings do not get right by trying again.
RestartPreventExitStatus=2

${directives(hardening(exporter))}
[Install]
WantedBy=multi-user.target
`;
}

/** What the service may do: listen, and what the exporter declares. */
function hardening(exporter: Exporter): Record<string, string | readonly string[]> {
  const { net = [], read = [], run = [] } = exporter.permissions ?? {};
  const capabilities = startedPrograms(exporter).known.map(({ capability }) => capability).join(" ");
  const reads = (folder: string) => read.some((path) => overlaps(path, folder));
  const hidden = DATA.filter((folder) => !reads(folder)).map((folder) => `-${folder}`);
  // Names are looked up over sockets of the machine, and routes asked for.
  const families = ["AF_INET", "AF_INET6", ...(net.length > 0 ? ["AF_UNIX", "AF_NETLINK"] : [])];
  return {
    DynamicUser: "yes",
    UMask: "0077",
    NoNewPrivileges: "yes",
    CapabilityBoundingSet: capabilities,
    AmbientCapabilities: capabilities,
    ProtectSystem: "strict",
    ProtectHome: HOMES.some(reads) ? "read-only" : "yes",
    PrivateTmp: "yes",
    ...(reads("/dev") ? {} : { PrivateDevices: "yes" }),
    // Capabilities are worth nothing outside of an own user namespace.
    ...(reads("/proc") || capabilities !== "" ? {} : { PrivateUsers: "yes" }),
    ...(reads("/proc") ? {} : { ProtectProc: "invisible" }),
    ...(hidden.length > 0 ? { InaccessiblePaths: hidden.join(" ") } : {}),
    ...(run.length > 0 ? {} : { NoExecPaths: "/", ExecPaths: EXECUTABLES.join(" ") }),
    // In a namespace of its own it would go on telling the old name.
    ...(reads("/proc") ? {} : { ProtectHostname: "yes" }),
    ProtectClock: "yes",
    ProtectKernelTunables: "yes",
    ProtectKernelModules: "yes",
    ProtectKernelLogs: "yes",
    ProtectControlGroups: "yes",
    RestrictAddressFamilies: families.join(" "),
    RestrictNamespaces: "yes",
    RestrictRealtime: "yes",
    RestrictSUIDSGID: "yes",
    RemoveIPC: "yes",
    LockPersonality: "yes",
    KeyringMode: "private",
    SystemCallArchitectures: "native",
    // Programs give up rights that they may have, and end if they cannot.
    SystemCallFilter: ["@system-service", "~@privileged", ...(run.length > 0 ? ["capset @setuid"] : [])],
    SystemCallErrorNumber: "EPERM",
  };
}

function directives(all: Record<string, string | readonly string[]>): string {
  return Object.entries(all).flatMap(([key, values]) => [values].flat().map((value) => `${key}=${value}\n`)).join("");
}

function overlaps(path: string, folder: string): boolean {
  const inside = (a: string, b: string) => a === b || a.startsWith(b.endsWith("/") ? b : `${b}/`);
  return inside(path, folder) || inside(folder, path);
}

/** systemd splits at blanks, and replaces what follows % and $. */
function unitWord(word: string): string {
  const plain = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /["'\s\\]/.test(plain) ? JSON.stringify(plain) : plain;
}
