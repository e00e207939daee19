/** What gwscen made bears this, in any cluster. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'gwscen' } as const
export const MANAGED_SELECTOR = 'app.kubernetes.io/managed-by=gwscen'
export const PROFILE_LABEL = 'gwscen.dev/profile'
export const EXCLUSIVE_LABEL = 'gwscen.dev/exclusive'
/** On a namespace, when everything in it stands: what it was made of. */
export const HASH_LABEL = 'gwscen.dev/config-hash'
