export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(reason: unknown): void
}

/** A promise with its handles, as `Promise.withResolvers` gives them where it is known. */
export function deferred<T>(): Deferred<T> {
  let handles: Omit<Deferred<T>, 'promise'> | undefined
  const promise = new Promise<T>((resolve, reject) => {
    handles = { resolve, reject }
  })
  return { promise, ...(handles as unknown as Omit<Deferred<T>, 'promise'>) }
}
