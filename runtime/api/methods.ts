/** Which methods a path has, for 405 and OPTIONS: Fastify itself only knows «not found». */
export interface Methods {
  add(pattern: string, method: string | readonly string[]): void
  of(path: string): string[]
}

/** Wildcards that answer for what is not there; they would tell nothing. */
const catchAll = new Set(['/*', '/api/*'])

/** `:name` is one segment, `*` the rest, as in Fastify's own patterns. */
export function createMethods(): Methods {
  const routes = new Map<string, { test: RegExp; methods: Set<string> }>()
  return {
    add(pattern, method) {
      let route = routes.get(pattern)
      if (!route) {
        const source = pattern
          .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
          .replace(/:[^/]+/g, '[^/]+')
          .replace(/\*/g, '.*')
        routes.set(pattern, (route = { test: new RegExp(`^${source}$`), methods: new Set() }))
      }
      for (const one of typeof method === 'string' ? [method] : method) route.methods.add(one)
    },
    of(path) {
      const found = [...routes].filter(([pattern, { test }]) => !catchAll.has(pattern) && test.test(path))
      return [...new Set(found.flatMap(([, { methods }]) => [...methods]))].sort()
    },
  }
}
