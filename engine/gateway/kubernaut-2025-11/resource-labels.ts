/** Labels that say what an alert is about, in the gateway's order of precedence. */
export const RESOURCE_LABELS = ['pod', 'deployment', 'statefulset', 'daemonset', 'node', 'service'] as const
