/** What the control group files say, as text; undefined where there is no such file. */
export interface CgroupFiles {
  /** `cpu.max` of version 2: `150000 100000` or `max 100000`. */
  readonly v2?: string | undefined
  /** `cpu.cfs_quota_us` of version 1; -1 = none. */
  readonly v1Quota?: string | undefined
  /** `cpu.cfs_period_us` of version 1. */
  readonly v1Period?: string | undefined
}

/** CPUs this process may use: what affinity leaves, cut by a control group's quota; at least 1. */
export function usableCpus(
  parallelism: number,
  files: CgroupFiles,
): { readonly count: number; readonly reason: string } {
  const quota = quotaOf(files)
  if (quota === undefined || quota >= parallelism) {
    return { count: parallelism, reason: `${parallelism} ${parallelism === 1 ? 'CPU' : 'CPUs'}` }
  }
  return { count: Math.max(1, Math.floor(quota)), reason: `cgroup quota of ${Number(quota.toFixed(2))} CPUs` }
}

const MIB = 1024 * 1024
/** What a thread needs with its clients, forwards and watches; and what the rest of the process does, the embedded target included. */
const THREAD_BYTES = 128 * MIB
const PROCESS_BYTES = 384 * MIB

/** As many threads as CPUs, unless the memory that this process may use holds fewer; at least 1. */
export function withinMemory(
  cpus: { readonly count: number; readonly reason: string },
  bytes: number,
): { readonly count: number; readonly reason: string } {
  const most = Math.max(1, Math.floor((bytes - PROCESS_BYTES) / THREAD_BYTES))
  if (!(most < cpus.count)) return cpus
  return { count: most, reason: `memory of ${Math.floor(bytes / MIB)} MiB` }
}

function quotaOf({ v2, v1Quota, v1Period }: CgroupFiles): number | undefined {
  const [quota, period] = v2 === undefined ? [v1Quota, v1Period] : v2.trim().split(/\s+/)
  const share = Number(quota) / Number(period)
  return Number.isFinite(share) && share > 0 ? share : undefined
}
