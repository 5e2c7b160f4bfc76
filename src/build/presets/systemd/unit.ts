import type { Exporter } from "../../../exporter/definition.ts";
import type { Permissions } from "../../../exporter/permissions.ts";
import { programName, settingsFolder } from "../../names.ts";
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
  const { name, version, help = `${name} exporter`, permissions = {} } = exporter;
  const program = programName(exporter);
  const command = [NODE, ...nodeFlags(exporter, [settingsFolder(exporter)]), `${installFolder(exporter)}/${script}`];
  return `# ${name} exporter ${version}, to install as root with:
${install.map((line) => `#   ${line}`).join("\n")}
# Flags go to ARGS in /etc/default/${program}, files with settings to ${settingsFolder(exporter)}.
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

${directives(hardening(permissions))}
[Install]
WantedBy=multi-user.target
`;
}

/** What the service may do: listen, and what the exporter declares. */
function hardening({ net = [], read = [], run = [] }: Permissions): Record<string, string> {
  const reads = (folder: string) => read.some((path) => overlaps(path, folder));
  const hidden = DATA.filter((folder) => !reads(folder)).map((folder) => `-${folder}`);
  // Names are looked up over sockets of the machine, and routes asked for.
  const families = ["AF_INET", "AF_INET6", ...(net.length > 0 ? ["AF_UNIX", "AF_NETLINK"] : [])];
  return {
    DynamicUser: "yes",
    UMask: "0077",
    NoNewPrivileges: "yes",
    CapabilityBoundingSet: "",
    AmbientCapabilities: "",
    ProtectSystem: "strict",
    ProtectHome: HOMES.some(reads) ? "read-only" : "yes",
    PrivateTmp: "yes",
    ...(reads("/dev") ? {} : { PrivateDevices: "yes" }),
    ...(reads("/proc") ? {} : { PrivateUsers: "yes", ProtectProc: "invisible" }),
    ...(hidden.length > 0 ? { InaccessiblePaths: hidden.join(" ") } : {}),
    ...(run.length > 0 ? {} : { NoExecPaths: "/", ExecPaths: EXECUTABLES.join(" ") }),
    ProtectHostname: "yes",
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
    SystemCallFilter: "@system-service",
    "SystemCallFilter ": "~@privileged",
    SystemCallErrorNumber: "EPERM",
  };
}

function directives(all: Record<string, string>): string {
  return Object.entries(all).map(([key, value]) => `${key.trim()}=${value}\n`).join("");
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
