import { MANAGED_BY as MANAGER, MANAGED_LABEL } from '../targets/labels.ts'

/** What gwscen made bears this, in any cluster. */
export const MANAGED_BY = { [MANAGED_LABEL]: MANAGER } as const
export const MANAGED_SELECTOR = `${MANAGED_LABEL}=${MANAGER}`
/** On a namespace, when everything in it stands: what it was made of. */
export const HASH_LABEL = 'gwscen.dev/config-hash'
