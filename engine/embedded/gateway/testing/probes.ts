import { httpProbes } from './http-probes.ts'
import { objectProbes } from './object-probes.ts'
import { stormProbes } from './storm-probes.ts'

/** Every probe, by what holds of the documented gateway. */
export const probes = { ...objectProbes, ...stormProbes, ...httpProbes }

export type ProbeName = keyof typeof probes
