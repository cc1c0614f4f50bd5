/** An error as `pg` gives it: with the server's code, and the constraint where one was hit. */
export const serverError = (code: string, message: string, constraint?: string): Error =>
  Object.assign(new Error(message), { code, constraint })

export const connectionLost = (): Error => new Error('Connection terminated unexpectedly')
