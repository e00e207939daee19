/** What everything carries that gwscen deploys to a cluster. */
export const MANAGED_LABEL = 'app.kubernetes.io/managed-by'
export const MANAGED_BY = 'gwscen'
/** On a namespace: the profile of the gateway in it, and whether it serves one scenario at a time. */
export const PROFILE_LABEL = 'gwscen.dev/profile'
export const EXCLUSIVE_LABEL = 'gwscen.dev/exclusive'
/** On the gateway's pods. */
export const VERSION_LABEL = 'app.kubernetes.io/version'
