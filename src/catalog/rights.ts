import type { Scope } from '../access/scope.js'
import { forbidden } from '../kernel/errors.js'

export function requireAdmin(scope: Scope): void {
  if (scope.role !== 'ADMIN') throw forbidden('This needs an ADMIN key.')
}
