import { arp } from "./arp.ts";
import { bonding } from "./bonding.ts";
import { conntrack } from "./conntrack.ts";
import { cpu } from "./cpu.ts";
import { cpufreq } from "./cpufreq.ts";
import { diskstats } from "./diskstats.ts";
import { dmi } from "./dmi.ts";
import { edac } from "./edac.ts";
import { entropy } from "./entropy.ts";
import { fibrechannel } from "./fibrechannel.ts";
import { filefd } from "./filefd.ts";
import { filesystem } from "./filesystem.ts";
import type { Host } from "./host.ts";
import { hwmon } from "./hwmon.ts";
import { ipvs } from "./ipvs.ts";
import { loadavg } from "./loadavg.ts";
import { mdadm } from "./mdadm.ts";
import { meminfo } from "./meminfo.ts";
import { netclass } from "./netclass.ts";
import { netdev } from "./netdev.ts";
import { netstat } from "./netstat.ts";
import { nfs } from "./nfs.ts";
import { nfsd } from "./nfsd.ts";
import { nvme } from "./nvme.ts";
import { os } from "./os.ts";
import { powersupplyclass } from "./powersupplyclass.ts";
import { pressure } from "./pressure.ts";
import { rapl } from "./rapl.ts";
import { schedstat } from "./schedstat.ts";
import { selinux } from "./selinux.ts";
import { sockstat } from "./sockstat.ts";
import { softnet } from "./softnet.ts";
import { stat } from "./stat.ts";
import { tapestats } from "./tapestats.ts";
import { textfile } from "./textfile.ts";
import { thermalZone } from "./thermal_zone.ts";
import { time } from "./time.ts";
import { timex } from "./timex.ts";
import { udpQueues } from "./udp_queues.ts";
import { uname } from "./uname.ts";
import { vmstat } from "./vmstat.ts";
import { xfs } from "./xfs.ts";
import { zfs } from "./zfs.ts";

/** All collectors, by the name that flags and `collect[]` know them by. */
export function collectors(host: Host) {
  return {
    // One line each, in alphabetical order.
    arp: arp(host),
    bonding: bonding(host),
    conntrack: conntrack(host),
    cpu: cpu(host),
    cpufreq: cpufreq(host),
    diskstats: diskstats(host),
    dmi: dmi(host),
    edac: edac(host),
    entropy: entropy(host),
    fibrechannel: fibrechannel(host),
    filefd: filefd(host),
    filesystem: filesystem(host),
    hwmon: hwmon(host),
    ipvs: ipvs(host),
    loadavg: loadavg(host),
    mdadm: mdadm(host),
    meminfo: meminfo(host),
    netclass: netclass(host),
    netdev: netdev(host),
    netstat: netstat(host),
    nfs: nfs(host),
    nfsd: nfsd(host),
    nvme: nvme(host),
    os: os(host),
    powersupplyclass: powersupplyclass(host),
    pressure: pressure(host),
    rapl: rapl(host),
    schedstat: schedstat(host),
    selinux: selinux(host),
    sockstat: sockstat(host),
    softnet: softnet(host),
    stat: stat(host),
    tapestats: tapestats(host),
    textfile: textfile(host),
    thermal_zone: thermalZone(host),
    time: time(host),
    ...(host.adjtimex === undefined ? {} : { timex: timex(host) }),
    udp_queues: udpQueues(host),
    uname: uname(host),
    vmstat: vmstat(host),
    xfs: xfs(host),
    zfs: zfs(host),
  };
}
