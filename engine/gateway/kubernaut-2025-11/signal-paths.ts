export const SIGNAL_PATHS = {
  alert: '/api/v1/signals/prometheus',
  event: '/api/v1/signals/kubernetes-event',
} as const
